import { dateWords } from "../mime/calendar-time.ts";
import { showLinks } from "../mime/links.ts";
import { shownLine } from "../mime/shown-line.ts";
import type { LinkMode } from "../core/plan.ts";
import type { DigestContent, DigestLine } from "../core/digest.ts";
import type { HoldRecord } from "../core/hold.ts";
import type { NoticeSettings } from "../policy/notice.ts";
import { REASONS } from "../policy/reasons.ts";

/** Words of the mails that the gateway writes itself. Subjects, senders and names are the senders' and are cleaned again here. */
export interface OwnMailWords {
  readonly subject: string;
  /** LF line ends. */
  readonly text: string;
}

export interface WordsAbout {
  readonly tenantName: string;
  readonly links: LinkMode;
  readonly notice: NoticeSettings;
  /** Where the recipient sees an item and asks for it; null where there is no such page. */
  readonly pageOf: (hold: HoldRecord) => string | null;
}

const MAX_SHOWN_CHARACTERS = 120;
const RULE = "────────────────────";
const NO_ANSWER =
  "このメールは関所（Sekisho）が自動で作成しました。返信の必要はありません。";

export function digestWords(
  content: DigestContent,
  about: WordsAbout,
): OwnMailWords {
  return {
    subject: `【関所】お預かりしているメールのお知らせ（${content.holds}件）`,
    text: [
      "次のメール、または添付ファイルをお預かりしており、まだお渡ししていません。",
      "",
      ...listed(content, about, (hold) => REASONS[hold.code].message),
      ...ending(about),
    ].join("\n"),
  };
}

export function dutyDigestWords(
  content: DigestContent,
  about: WordsAbout,
): OwnMailWords {
  return {
    subject: `【関所】保留の一覧（新たに${content.holds}件）`,
    text: [
      `${shown(about.tenantName, about)}の保留の一覧です。前回のお知らせのあとに保留したものを挙げています。`,
      `現在、判断を待っているものは全部で${content.waiting}件です。管理画面の「隔離」からご確認ください。`,
      "",
      ...listed(content, about, (hold) => REASONS[hold.code].advice),
      ...ending(about),
    ].join("\n"),
  };
}

/** To those who were promised a second mail. */
export function heldNoticeWords(
  subject: string,
  holds: readonly HoldRecord[],
  about: WordsAbout,
): OwnMailWords {
  const said = new Set(
    holds.map(({ code }) => `${REASONS[code].title}：${REASONS[code].message}`),
  );
  return {
    subject,
    text: [
      "先にお届けしたメールの添付ファイルは、お渡しできませんでした。管理者がお預かりしています。",
      "",
      ...[...said].map((sentence) => `・${sentence}`),
      ...holds
        .slice(0, 1)
        .flatMap((hold) => [`受付番号：${hold.item}`, ...page(hold, about)]),
      ...ending(about),
    ].join("\n"),
  };
}

/** In place of the sender's words in a mail that brings attachments alone. */
export function leadWords(
  why: "staged" | "unlocked",
  language: NoticeSettings["language"],
): string {
  const both = [LEADS[why].ja, LEADS[why].en];
  if (language === "ja-en") return both.join("\n");
  return language === "en" ? LEADS[why].en : LEADS[why].ja;
}

const LEADS = {
  staged: {
    ja: "先にお届けしたメールの添付ファイルです。",
    en: "These are the attachments of the mail that was delivered before.",
  },
  unlocked: {
    ja: "先にお届けしたメールの添付ファイルは暗号化されていましたが、同じ差出人からの別のメールに書かれたパスワードで開き、安全な形に作り直しました。",
    en: "An attachment of the mail that was delivered before was encrypted. A password in another mail of its sender opened it, and it was made anew in a safe form.",
  },
};

function listed(
  { lines, holds }: DigestContent,
  about: WordsAbout,
  say: (hold: HoldRecord) => string,
): string[] {
  const mails = new Map<string, DigestLine[]>();
  for (const line of lines) {
    const known = mails.get(line.hold.item);
    if (known === undefined) mails.set(line.hold.item, [line]);
    else known.push(line);
  }
  const told = [...mails.values()].flatMap((mail, at) => [
    ...mailLines(mail, at + 1, about),
    ...mail.flatMap(({ hold }) => holdLines(hold, about, say)),
    ...mail.slice(0, 1).flatMap(({ hold }) => page(hold, about)),
    "",
  ]);
  const more = holds - lines.length;
  return more > 0 ? [...told, `ほかに${more}件あります。`, ""] : told;
}

function mailLines(
  mail: readonly DigestLine[],
  number: number,
  about: WordsAbout,
): string[] {
  const [first] = mail;
  if (first === undefined) return [];
  const subject = shown(first.subject ?? "", about);
  return [
    `${number}. ${subject === "" ? "（件名なし）" : subject}`,
    `　差出人：${shown(first.from ?? "", about) || "（不明）"}`,
    `　受信：${dateWords(new Date(first.receivedAt))}`,
    `　受付番号：${first.hold.item}`,
  ];
}

function holdLines(
  hold: HoldRecord,
  about: WordsAbout,
  say: (hold: HoldRecord) => string,
): string[] {
  const name = hold.name === null ? "メール全体" : shown(hold.name, about);
  return [
    `　・${name} → ${REASONS[hold.code].title}`,
    `　　${FATES[hold.state] ?? say(hold)}`,
  ];
}

/** What became of it between the counting and the writing. */
const FATES: Readonly<Partial<Record<HoldRecord["state"], string>>> = {
  released: "その後、お渡しする手続きがとられました。",
  discarded: "その後、管理者が廃棄しました。",
};

function page(hold: HoldRecord, { pageOf }: WordsAbout): string[] {
  const address = pageOf(hold);
  return address === null ? [] : ["　状況の確認・お渡しの申請：", address];
}

function ending({ notice }: WordsAbout): string[] {
  return [
    RULE,
    ...(notice.contact === null ? [] : [`お問い合わせ：${notice.contact}`]),
    NO_ANSWER,
    ...(notice.footer === null ? [] : [notice.footer]),
    "",
  ];
}

function shown(untrusted: string, { links }: WordsAbout): string {
  return showLinks(shownLine(untrusted, MAX_SHOWN_CHARACTERS), links).text;
}

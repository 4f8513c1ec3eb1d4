import type {
  LinePlace,
  RequestKind,
  RequestState,
} from "../../core/request.ts";
import type { HoldCode } from "../../core/verdict.ts";
import { MINUTE } from "../../core/units.ts";
import { REASONS_EN } from "../../policy/english.ts";
import { REASONS } from "../../policy/reasons.ts";
import type { Standing } from "./view.ts";

/** What the last act said: in the address of the page that follows, from this list alone. */
export const TOLD = [
  ...(["asked", "already", "withdrawn", "reported", "opened"] as const),
] as const;
export type Told = (typeof TOLD)[number];

/** Why an act was not done. */
export type Complaint =
  | "reason"
  | "address"
  | "nothing-held"
  | "too-many"
  | "too-late"
  | "form"
  | "password-wrong"
  | "password-empty"
  | "password-busy"
  | "password-spent"
  | "not-offered"
  | "slow-down";

export type StandingName = Standing["kind"];

export interface Words {
  readonly language: "ja" | "en";
  readonly other: string;
  readonly product: string;
  readonly title: string;
  readonly intro: string;
  readonly files: string;
  readonly wholeMail: string;
  readonly noSubject: string;
  readonly mail: Readonly<
    Record<"subject" | "from" | "received" | "number" | "tenant", string>
  >;
  readonly standing: Readonly<Record<StandingName, string>>;
  readonly explained: Readonly<Record<Exclude<StandingName, "held">, string>>;
  readonly handedSecond: string;
  held(code: HoldCode): { readonly title: string; readonly message: string };
  place(place: LinePlace | null): string;
  readonly again: string;
  readonly password: Readonly<Record<"label" | "help" | "button", string>>;
  readonly ask: Readonly<
    Record<"title" | "intro" | "reason" | "help" | "button", string>
  >;
  readonly who: Readonly<Record<"label" | "help", string>>;
  readonly requests: string;
  readonly kind: Readonly<Record<RequestKind, string>>;
  readonly state: Readonly<Record<RequestState, string>>;
  readonly stateExplained: Readonly<Record<RequestState, string>>;
  readonly answer: string;
  readonly withdraw: string;
  readonly report: Readonly<
    Record<"title" | "intro" | "reason" | "button" | "chip" | "done", string>
  >;
  readonly told: Readonly<Record<Told, string>>;
  readonly complaint: Readonly<Record<Complaint, string>>;
  until(day: string): string;
  contact(whom: string): string;
  readonly lost: Readonly<
    Record<
      "altered" | "expired" | "slow-down" | "failed",
      readonly [string, string]
    >
  >;
  date(at: number): string;
  day(at: number): string;
}

/** Past a whole day the guess is worth nothing. */
const MAX_MINUTES = 24 * 60;

function minutes({ ahead, msEach }: LinePlace): number | null {
  if (msEach === null) return null;
  const wanted = Math.ceil(((ahead + 1) * msEach) / MINUTE);
  return wanted > MAX_MINUTES ? null : wanted;
}

const zoned = (locale: string, style: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { ...style, timeZone: "Asia/Tokyo" });
const DATE_JA = zoned("ja-JP", { dateStyle: "long", timeStyle: "short" });
const DAY_JA = zoned("ja-JP", { dateStyle: "long" });
const DATE_EN = zoned("en-GB", { dateStyle: "long", timeStyle: "short" });
const DAY_EN = zoned("en-GB", { dateStyle: "long" });

export const JAPANESE: Words = {
  language: "ja",
  other: "English",
  product: "関所 Sekisho",
  title: "添付ファイルの状況",
  intro:
    "このメールの添付ファイルがどうなっているかを確認し、必要なときは申請できます。",
  files: "添付ファイル",
  wholeMail: "メール全体",
  noSubject: "（件名なし）",
  mail: {
    subject: "件名",
    from: "差出人",
    received: "受付日時",
    number: "受付番号",
    tenant: "団体",
  },
  standing: {
    handed: "お渡し済み",
    "on-its-way": "配送中",
    processing: "処理中",
    held: "隔離中",
    released: "解放済み",
    discarded: "廃棄済み",
    expired: "期限切れ",
  },
  explained: {
    handed: "安全な形に作り直し、メールでお渡ししました。",
    "on-its-way": "安全な形に作り直しました。まもなくメールで届きます。",
    processing: "安全な形に作り直しています。",
    released: "解放されました。作り直したものが、別のメールで届きます。",
    discarded:
      "情報管理者の判断で廃棄されました。必要な場合は、差出人に再送をご依頼ください。",
    expired:
      "保管期限が過ぎたため、原本は残っていません。必要な場合は、差出人に再送をご依頼ください。",
  },
  handedSecond:
    "作り直したものを、解放後のメールでお渡ししました。作り直せなかったものがあるときは、そのメールの「無害化の記録」に書いてあります。",
  held: (code) => ({
    title: REASONS[code].title,
    message: REASONS[code].message,
  }),
  place: (place) => {
    if (place === null) return "";
    const turn = `順番 ${place.ahead + 1} 番目`;
    const wanted = minutes(place);
    if (wanted === null) return turn;
    return `${turn}・目安 ${wanted <= 1 ? "1 分以内" : `約 ${wanted} 分`}`;
  },
  again: "最新の状況を表示",
  password: {
    label: "このファイルのパスワード",
    help: "差出人から知らされたパスワードを入力すると、中身を検査して安全な形でお渡しします。パスワードは保存しません。",
    button: "パスワードを入力して開く",
  },
  ask: {
    title: "解放の申請",
    intro:
      "隔離されているファイルが業務に必要なときは、情報管理者に解放を申請できます。承認されると、作り直したものが別のメールで届きます。ウイルスが見つかったものは解放できません。",
    reason: "申請の理由",
    help: "どの業務で、なぜ必要かをお書きください（500 文字まで）。",
    button: "解放を申請する",
  },
  who: {
    label: "あなたのメールアドレス",
    help: "このメールを受け取ったアドレスをご入力ください。",
  },
  requests: "申請・報告の状況",
  kind: { release: "解放の申請", report: "不審なメールの報告" },
  state: {
    asked: "回答待ち",
    approved: "承認",
    denied: "却下",
    withdrawn: "取り下げ",
    closed: "確認済み",
  },
  stateExplained: {
    asked: "情報管理者の判断を待っています。",
    approved: "承認されました。作り直したものが、別のメールで届きます。",
    denied: "承認されませんでした。",
    withdrawn: "取り下げました。",
    closed: "情報管理者が確認しました。",
  },
  answer: "回答",
  withdraw: "申請を取り下げる",
  report: {
    title: "不審なメールの報告",
    intro:
      "心当たりのない差出人、不自然な日本語、急がせる内容など、おかしいと感じたときは、情報管理者に知らせてください。間違いでもかまいません。",
    reason: "気になった点（なくてもかまいません）",
    button: "不審なメールとして報告する",
    chip: "報告済み",
    done: "このメールは報告済みです。ご協力ありがとうございました。",
  },
  told: {
    asked: "申請を受け付けました。回答は、このページに表示されます。",
    already: "同じ申請をすでに受け付けています。回答をお待ちください。",
    withdrawn: "申請を取り下げました。",
    reported: "報告を受け付けました。ご協力ありがとうございました。",
    opened:
      "パスワードを確認しました。作り直したものが、別のメールで届きます。",
  },
  complaint: {
    reason: "申請の理由を入力してください。",
    address: "メールアドレスの形が正しくありません。もう一度ご確認ください。",
    "nothing-held":
      "隔離されているものはありません。状況が変わった可能性があります。下の表示をご確認ください。",
    "too-many":
      "このメールについての申請が多すぎます。情報管理者に直接お問い合わせください。",
    "too-late": "この申請には、すでに回答があります。",
    form: "ページの有効期限が切れました。お手数ですが、もう一度操作してください。",
    "password-wrong":
      "パスワードが違います。大文字と小文字、全角と半角もご確認ください。",
    "password-empty": "パスワードを入力してください。",
    "password-busy":
      "ただいま混み合っています。しばらくしてから、もう一度お試しください。",
    "password-spent":
      "入力できる回数を超えました。情報管理者にお問い合わせください。",
    "not-offered": "このファイルは、ここでは開けません。",
    "slow-down":
      "操作の回数が多すぎます。しばらくしてから、もう一度お試しください。",
  },
  until: (day) =>
    `このページは ${day} まで使えます。アドレスを知っている人はだれでも開けるため、関係者以外に転送しないでください。`,
  contact: (whom) => `お問い合わせ：${whom}`,
  lost: {
    altered: [
      "リンクが正しくありません",
      "リンクが途中で切れているか、書き換わっています。メールにあるリンクを、末尾まで含めてもう一度開いてください。それでも開けないときは、受付番号（メールの「無害化の記録」にあります）を添えて情報管理者にお問い合わせください。",
    ],
    expired: [
      "このリンクは期限が切れています",
      "添付ファイルの状況を確認できる期間が過ぎました。必要な場合は、受付番号（メールの「無害化の記録」にあります）を添えて情報管理者にお問い合わせいただくか、差出人に再送をご依頼ください。",
    ],
    "slow-down": [
      "しばらくお待ちください",
      "短い間に何度も開かれました。数分たってから、もう一度開いてください。",
    ],
    failed: [
      "ただいま表示できません",
      "しばらくしてから、もう一度お試しください。続くときは情報管理者にお問い合わせください。",
    ],
  },
  date: (at) => DATE_JA.format(at),
  day: (at) => DAY_JA.format(at),
};

export const ENGLISH: Words = {
  language: "en",
  other: "日本語",
  product: "関所 Sekisho",
  title: "Your attachments",
  intro:
    "See what became of the attachments of this mail, and ask for them if you need to.",
  files: "Attachments",
  wholeMail: "The whole mail",
  noSubject: "(no subject)",
  mail: {
    subject: "Subject",
    from: "From",
    received: "Received",
    number: "Reference number",
    tenant: "Organisation",
  },
  standing: {
    handed: "Delivered",
    "on-its-way": "On its way",
    processing: "In progress",
    held: "Held",
    released: "Released",
    discarded: "Discarded",
    expired: "Expired",
  },
  explained: {
    handed: "Made anew in a safe form and delivered by mail.",
    "on-its-way": "Made anew in a safe form. It arrives by mail shortly.",
    processing: "It is being made anew in a safe form.",
    released: "It was released. What was made of it arrives in another mail.",
    discarded:
      "It was discarded by the administrator. If you need it, please ask the sender to send it again.",
    expired:
      "The time for keeping the original is over. If you need it, please ask the sender to send it again.",
  },
  handedSecond:
    "What was made of it was delivered in the mail after the release. If something could not be made even then, the notice in that mail says so.",
  held: (code) => ({
    title: REASONS_EN[code].title,
    message: REASONS_EN[code].message,
  }),
  place: (place) => {
    if (place === null) return "";
    const turn = `Number ${place.ahead + 1} in the queue`;
    const wanted = minutes(place);
    if (wanted === null) return turn;
    return `${turn}, ${wanted <= 1 ? "within a minute" : `about ${wanted} minutes`}`;
  },
  again: "Show the latest state",
  password: {
    label: "Password of this file",
    help: "With the password that the sender gave you the file is examined and handed out in a safe form. The password is not kept.",
    button: "Open with this password",
  },
  ask: {
    title: "Ask for release",
    intro:
      "If you need a file that is held for your work, you can ask the administrator to release it. Once approved, what was made of it arrives in another mail. What has a virus is never released.",
    reason: "Why you need it",
    help: "For what work, and why (up to 500 characters).",
    button: "Ask for release",
  },
  who: {
    label: "Your mail address",
    help: "The address that received this mail.",
  },
  requests: "Your requests and reports",
  kind: {
    release: "Request for release",
    report: "Report of a suspicious mail",
  },
  state: {
    asked: "Waiting",
    approved: "Approved",
    denied: "Denied",
    withdrawn: "Withdrawn",
    closed: "Looked at",
  },
  stateExplained: {
    asked: "The administrator has not decided yet.",
    approved: "Approved. What was made of it arrives in another mail.",
    denied: "It was not approved.",
    withdrawn: "You withdrew it.",
    closed: "The administrator has looked at it.",
  },
  answer: "Answer",
  withdraw: "Withdraw this request",
  report: {
    title: "Report a suspicious mail",
    intro:
      "An unknown sender, odd wording, a push to hurry: if something feels wrong, tell the administrator. It does not matter if you are mistaken.",
    reason: "What struck you (optional)",
    button: "Report as suspicious",
    chip: "Reported",
    done: "You have reported this mail. Thank you.",
  },
  told: {
    asked: "Your request was received. The answer will be shown on this page.",
    already: "The same request is waiting already.",
    withdrawn: "Your request was withdrawn.",
    reported: "Your report was received. Thank you.",
    opened:
      "The password was right. What was made of the file arrives in another mail.",
  },
  complaint: {
    reason: "Please say why you need it.",
    address: "This is no mail address. Please look again.",
    "nothing-held":
      "Nothing is held. Something may have changed; please look at the state below.",
    "too-many":
      "There are too many requests for this mail. Please contact the administrator.",
    "too-late": "This request has been answered already.",
    form: "This page was too old. Please try again.",
    "password-wrong":
      "The password is wrong. Mind capital letters and full-width characters.",
    "password-empty": "Please type the password.",
    "password-busy": "Too busy just now. Please try again a little later.",
    "password-spent":
      "No more tries for this file. Please contact the administrator.",
    "not-offered": "This file can't be opened here.",
    "slow-down": "Too many tries. Please try again a little later.",
  },
  until: (day) =>
    `This page works until ${day}. Whoever has its address can open it: please do not pass it on.`,
  contact: (whom) => `Contact: ${whom}`,
  lost: {
    altered: [
      "This link is not right",
      "It was cut short or changed on the way. Please open the link in the mail again, to its very end. If that does not help, contact the administrator with the reference number in the mail.",
    ],
    expired: [
      "This link has expired",
      "Please contact the administrator with the reference number in the mail, or ask the sender to send it again.",
    ],
    "slow-down": [
      "Please wait a little",
      "This page was opened too often. Please try again in a few minutes.",
    ],
    failed: [
      "This can't be shown just now",
      "Please try again a little later. If it goes on, contact the administrator.",
    ],
  },
  date: (at) => DATE_EN.format(at),
  day: (at) => DAY_EN.format(at),
};

export function wordsFor(language: unknown): Words {
  return language === "en" ? ENGLISH : JAPANESE;
}

import type { ActBy, HeldActs, RescanAsk, WhenClean } from "../../core/acts.ts";
import type { ItemId } from "../../core/id.ts";
import type { ActGuard } from "../../core/quarantine.ts";
import { REASONS } from "../../policy/reasons.ts";
import {
  MAX_DOCUMENT_PASSWORD_CHARACTERS,
  type GivenPassword,
  type PasswordAnswer,
} from "../../wire/opening.ts";
import { filterIn, FILTER } from "./mail-filter.ts";
import {
  changedMeanwhile,
  MAILS,
  MAX_REASON,
  NO_REASON,
  releaseMail,
  version,
  type MailTools,
} from "./mail-routes.ts";
import { CONFIRM_NEEDED, done, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { flag, number, object, oneOf, prose, text, words } from "./schema.ts";

export interface HeldTools extends MailTools {
  readonly ledger: MailTools["ledger"] & Pick<HeldActs, "pin" | "unpin">;
  readonly givePassword: (
    item: ItemId,
    given: GivenPassword,
  ) => Promise<PasswordAnswer>;
  /** False when nothing of it is held, or it changed since it was seen. */
  readonly rescan: (
    item: ItemId,
    ask: RescanAsk,
    guard?: ActGuard,
  ) => Promise<boolean>;
}

/** Of one question over a filter; it may be asked again for the rest. */
const MAX_RESCANS = 10_000;
const RESCAN_PAGE = 100;

const reason = prose(MAX_REASON);
const whenClean = oneOf(["stay", "go"]);

export function heldRoutes(tools: HeldTools): readonly Route[] {
  return [
    {
      ...{ method: "POST", path: `${MAILS}/:item/password`, item: true },
      right: "mail.release",
      summary:
        "Try a password on what is locked of a mail; when it fits, the mail is made anew with it. It is written nowhere",
      body: object({
        ...{ version, "reason?": reason },
        password: words(MAX_DOCUMENT_PASSWORD_CHARACTERS, 1),
      }),
      answer: object({ item: text, as: text, message: text }),
      run: (ask) => givePassword(tools, ask),
    },
    {
      ...{ method: "POST", path: `${MAILS}/:item/rescan`, item: true },
      right: "mail.rescan",
      summary:
        "Scan what is held again, with the signatures of today; `whenClean` says whether what the scanner alone held then goes on",
      body: object({ version, reason, "whenClean?": whenClean }),
      answer: object({ item: text, message: text }),
      run: (ask) => rescanMail(tools, ask),
    },
    {
      ...{ method: "POST", path: `${MAILS}/rescan`, right: "mail.rescan" },
      summary: `The same for every held mail of a filter, at most ${MAX_RESCANS}; with \`whenClean\` go it asks for the code again`,
      body: object({
        ...{ filter: object(FILTER), reason, "whenClean?": whenClean },
      }),
      answer: object({ asked: number, more: flag, message: text }),
      run: (ask) => rescanAll(tools, ask),
    },
    {
      ...{ method: "POST", path: `${MAILS}/:item/remake`, item: true },
      right: "mail.release",
      summary:
        "Release, made anew under a variant of the policy that the settings name",
      body: object({
        ...{ version, reason, variant: words(40, 1) },
        "untilHours?": { type: "integer", minimum: 1, maximum: 168 },
      }),
      answer: object({
        ...{ item: text, as: text, virusesKept: number },
        ...{ already: flag, message: text },
      }),
      run: async (ask) => {
        const name = String(ask.body["variant"]);
        return tools.variants.some((one) => one.name === name)
          ? releaseMail(tools, ask, name)
          : NO_VARIANT;
      },
    },
    {
      ...{ method: "POST", path: `${MAILS}/:item/pin`, item: true },
      right: "mail.pin",
      summary: "Keep its original, whatever is decided, until it is unpinned",
      body: object({ reason }),
      answer: object({ item: text, already: flag, message: text }),
      run: (ask) => pinMail(tools, ask),
    },
    {
      ...{ method: "POST", path: `${MAILS}/:item/unpin`, item: true },
      right: "mail.pin",
      summary: "Let retention have it again",
      body: object({ reason }),
      answer: object({ item: text, already: flag, message: text }),
      run: (ask) => unpinMail(tools, ask),
    },
  ];
}

const NO_VARIANT = problemOf(
  422,
  "NO_VARIANT",
  "その方針は設定にありません。画面を開き直して、選び直してください。",
);
const NOTHING_HELD = problemOf(
  409,
  "NOT_HELD",
  "隔離されているものがないため、保存期限から外せません。",
);

function reasonIn({ body }: Ask): string {
  const reason = body["reason"];
  return typeof reason === "string" ? reason.trim() : "";
}

function byOf(ask: Ask): ActBy {
  return { who: ask.account.name, why: reasonIn(ask), via: "console" };
}

async function givePassword(tools: HeldTools, ask: Ask): Promise<Answer> {
  const { item, body } = ask;
  const by = byOf(ask);
  const answer = await tools.givePassword(item.id, {
    ...by,
    why: by.why === "" ? "パスワードの入力" : by.why,
    password: String(body["password"]),
    seen: String(body["version"]),
  });
  return passwordTold(item.id, answer);
}

function passwordTold(item: ItemId, answer: PasswordAnswer): Answer {
  switch (answer.kind) {
    case "opened":
      return done({
        ...{ item, as: answer.item },
        message: "パスワードで開けました。作り直してから届きます。",
      });
    case "wrong":
      return {
        ...{ kind: "problem", status: 422, code: "WRONG_PASSWORD" },
        message:
          answer.triesLeft > 0
            ? `パスワードが違います。あと ${answer.triesLeft} 回試せます。`
            : "パスワードが違います。15 分ほど待つと、もう一度試せます。",
        triesLeft: answer.triesLeft,
      };
    case "wait":
      return {
        ...{ kind: "problem", status: 429, code: "WAIT" },
        message: `パスワードの試行が続いたため、${Math.ceil(answer.seconds / 60)} 分ほどお待ちください。`,
        retrySeconds: answer.seconds,
      };
    case "not-locked":
      return problemOf(
        409,
        "NOT_LOCKED",
        "パスワードを待っている添付ファイルはありません。",
      );
    case "malicious":
      return problemOf(
        409,
        "MALICIOUS",
        "パスワードは合っていますが、中からウイルスが見つかりました。解放できません。",
      );
    case "not-made":
      return problemOf(
        409,
        "NOT_MADE",
        `パスワードは合っていますが、中身をお渡しできません（${REASONS[answer.code].title}）。`,
      );
    case "changed":
      return changedMeanwhile();
    case "busy":
      return {
        ...{ kind: "problem", status: 503, code: "BUSY", retrySeconds: 10 },
        message: "混み合っています。少し待ってから、もう一度お試しください。",
      };
    case "no-sanitizer":
      return problemOf(
        503,
        "NO_SANITIZER",
        "無害化の処理がこの機械で動いていないため、パスワードをお預かりできません。管理者にお知らせください。",
      );
  }
}

function whenCleanIn({ body }: Ask): WhenClean {
  return body["whenClean"] === "go" ? "go" : "stay";
}

export async function rescanMail(tools: HeldTools, ask: Ask): Promise<Answer> {
  const { item, body } = ask;
  if (reasonIn(ask) === "") return NO_REASON;
  const asked = { ...byOf(ask), whenClean: whenCleanIn(ask) };
  const guard = { seen: String(body["version"]), via: "console" };
  return (await tools.rescan(item.id, asked, guard))
    ? done({ item: item.id, message: "再検査を始めました。" })
    : changedMeanwhile();
}

async function rescanAll(tools: HeldTools, ask: Ask): Promise<Answer> {
  if (reasonIn(ask) === "") return NO_REASON;
  const asked = { ...byOf(ask), whenClean: whenCleanIn(ask) };
  if (asked.whenClean === "go" && !ask.isConfirmed) return CONFIRM_NEEDED;
  const query = ask.body["filter"] as Ask["query"];
  const filter = filterIn({ ...ask, query }, "mail.rescan");
  if ("kind" in filter) return filter;
  let count = 0;
  let after: number | null = null;
  do {
    const page = await tools.ledger.search({
      ...{ ...filter, state: "held", after, limit: RESCAN_PAGE },
    });
    const taken = await Promise.all(
      page.rows.map(({ id }) => tools.rescan(id, asked)),
    );
    count += taken.filter(Boolean).length;
    after = page.after;
  } while (after !== null && count < MAX_RESCANS);
  return done({
    ...{ asked: count, more: after !== null },
    message: `${count} 件の再検査を始めました。`,
  });
}

export async function pinMail(tools: HeldTools, ask: Ask): Promise<Answer> {
  const { id } = ask.item;
  if (reasonIn(ask) === "") return NO_REASON;
  const isNew = await tools.ledger.pin(id, byOf(ask));
  if (!isNew && (await tools.ledger.pinOf(id)) === null) return NOTHING_HELD;
  return done({
    ...{ item: id, already: !isNew },
    message: isNew ? "保存期限から外しました。" : "すでに外してあります。",
  });
}

export async function unpinMail(tools: HeldTools, ask: Ask): Promise<Answer> {
  if (reasonIn(ask) === "") return NO_REASON;
  const isNew = await tools.ledger.unpin(ask.item.id, byOf(ask));
  return done({
    ...{ item: ask.item.id, already: !isNew },
    message: isNew
      ? "保存期限の対象に戻しました。"
      : "すでに保存期限の対象です。",
  });
}

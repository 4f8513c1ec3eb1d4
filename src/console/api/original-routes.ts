import type { Accounts } from "../../core/account.ts";
import type { HeldActs, OriginalRequest } from "../../core/acts.ts";
import type { ItemId } from "../../core/id.ts";
import type { Ledger } from "../../core/ledger.ts";
import { HOUR } from "../../core/units.ts";
import { againstApproval, againstOriginal } from "../../policy/originals.ts";
import type { OriginalRefusal } from "../../policy/originals.ts";
import { MAILS, MAX_REASON, NO_REASON, version } from "./mail-routes.ts";
import { changedMeanwhile } from "./mail-routes.ts";
import { CONFIRM_NEEDED, done, NOT_FOUND, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { unlessTwoPersons } from "./two-persons.ts";
import {
  flag,
  list,
  object,
  orNull,
  prose,
  text,
  time,
  words,
} from "./schema.ts";

/**
 * The last step, in a process that has the vault's key: the bytes of one part. It reads in the ledger by itself that the request
 * is approved, in time and not fetched yet, and believes nobody else. Null when it can't answer.
 */
export type ReadOriginalPart = (asked: {
  readonly item: ItemId;
  readonly part: string;
  readonly request: string;
}) => Promise<{
  readonly sha256: string;
  readonly chunks: AsyncIterable<Uint8Array>;
} | null>;

export interface OriginalTools {
  readonly accounts: Pick<Accounts, "hands">;
  readonly ledger: Pick<Ledger, "holds" | "entries" | "version"> &
    Pick<
      HeldActs,
      "askOriginal" | "originals" | "decideOriginal" | "fetchOriginal"
    >;
  /** `policy.originalRelease`. */
  readonly originalRelease: "off" | "on";
  /** Null while no process can. */
  readonly readOriginalPart: ReadOriginalPart | null;
  readonly clock: () => number;
}

const ORIGINALS = `${MAILS}/:item/originals`;
const MAX_HOLDS = 1000;
const MAX_SEEN = 1000;
const DECIDED_WITHIN_MS = 72 * HOUR;
const FETCHED_WITHIN_MS = HOUR;
const word = orNull(text);
const when = orNull(time);

const REQUEST = object({
  ...{ id: text, item: text, part: text, state: text, stateWords: text },
  ...{ who: text, why: text, at: time, until: time },
  ...{ decidedBy: word, decidedWhy: word, decidedAt: when, fetchedAt: when },
  /** What the asker may do now. */
  may: object({ decide: flag, fetch: flag }),
});
const STATE_WORDS: Readonly<Record<OriginalRequest["state"], string>> = {
  asked: "承認待ち",
  approved: "承認済み（取得待ち）",
  denied: "却下",
  fetched: "取得済み",
  expired: "期限切れ",
};
const REFUSALS: Readonly<Record<OriginalRefusal, string>> = {
  off: "この団体の方針では、原本の解放を行いません。",
  "not-held": "隔離されているものがないため、原本を解放できません。",
  "no-such-part": "その添付ファイルは見つかりません。",
  malicious:
    "ウイルスまたはその疑いが見つかったメールの原本は、だれも解放できません。",
  "not-seen":
    "承認の前に、画面表示（画素）でこの添付ファイルの中身をご確認ください。",
  "own-request": "ご自身の申請は承認できません。ほかの方にご依頼ください。",
  over: "この申請はすでに決定されたか、期限が過ぎています。",
};

export function originalRoutes(tools: OriginalTools): readonly Route[] {
  const reason = prose(MAX_REASON);
  return [
    {
      ...{ method: "GET", path: ORIGINALS, right: "mail.read", item: true },
      summary: "Requests for attachments of a mail as they came",
      answer: object({ allowed: flag, requests: list(REQUEST) }),
      run: async (ask) =>
        done({
          allowed: tools.originalRelease === "on",
          requests: (await tools.ledger.originals(ask.item.id)).map((one) =>
            told(one, ask),
          ),
        }),
    },
    {
      ...{ method: "POST", path: ORIGINALS, right: "mail.release", item: true },
      summary:
        "Ask for one attachment as it came; somebody else decides within 72 hours",
      body: object({ version, part: words(200, 1), reason }),
      answer: object({ request: REQUEST }),
      run: (ask) => request(tools, ask),
    },
    {
      ...{ method: "POST", path: `${ORIGINALS}/:request/approve`, item: true },
      right: "mail.originals",
      summary:
        "Let the asker fetch it within the hour; after the pages were looked at, and the code again",
      body: object({ reason }),
      answer: object({ request: REQUEST }),
      run: (ask) => decide(tools, ask, true),
    },
    {
      ...{ method: "POST", path: `${ORIGINALS}/:request/deny`, item: true },
      right: "mail.originals",
      summary: "Refuse it",
      body: object({ reason }),
      answer: object({ request: REQUEST }),
      run: (ask) => decide(tools, ask, false),
    },
    {
      ...{ method: "POST", path: `${ORIGINALS}/:request/fetch`, item: true },
      right: "mail.release",
      summary: "The attachment as it came, once, for the one who asked",
      body: object({}),
      ...{ answer: text, file: "application/octet-stream" },
      run: (ask) => fetch(tools, ask),
    },
  ];
}

async function against(
  { ledger, originalRelease }: OriginalTools,
  { item }: Ask,
  part: string,
): Promise<OriginalRefusal | null> {
  const holds = await ledger.holds({
    ...{ item: item.id, state: "held", limit: MAX_HOLDS },
  });
  const { verdict, plan } = item;
  return againstOriginal({
    ...{ allowed: originalRelease, verdict, plan, part },
    open: holds.map(({ code }) => code),
  });
}

function refused(why: OriginalRefusal): Answer {
  const code = `ORIGINAL_${why.toUpperCase().replaceAll("-", "_")}`;
  return problemOf(why === "off" ? 403 : 409, code, REFUSALS[why]);
}

async function request(tools: OriginalTools, ask: Ask): Promise<Answer> {
  const { item, account, body } = ask;
  const why = String(body["reason"]).trim();
  if (why === "") return NO_REASON;
  const part = String(body["part"]);
  const no = await against(tools, ask, part);
  if (no !== null) return refused(no);
  if ((await tools.ledger.version(item.id)) !== body["version"])
    return changedMeanwhile();
  const by = { who: account.name, why, via: "console" };
  const until = tools.clock() + DECIDED_WITHIN_MS;
  const made = await tools.ledger.askOriginal(item.id, { part, until }, by);
  const standing =
    made ??
    (await tools.ledger.originals(item.id)).find(
      (one) => one.part === part && one.who === account.name && isOpen(one),
    );
  return standing === undefined
    ? changedMeanwhile()
    : done({ request: told(standing, ask) });
}

async function decide(
  tools: OriginalTools,
  ask: Ask,
  approved: boolean,
): Promise<Answer> {
  const { item, account, body } = ask;
  const why = String(body["reason"]).trim();
  if (why === "") return NO_REASON;
  const wanted = await find(tools, ask);
  if (wanted === null) return NOT_FOUND;
  const wish = approved ? "approved" : "denied";
  if (wanted.state === wish && wanted.decidedBy === account.name)
    return done({ request: told(wanted, ask) });
  if (wanted.state !== "asked") return refused("over");
  if (wanted.who === account.name) return refused("own-request");
  if (approved) {
    if (!ask.isConfirmed) return CONFIRM_NEEDED;
    const one = await unlessTwoPersons(
      ...([tools.accounts, [wanted.who, account.name], wanted.at] as const),
    );
    if (one !== null) return one;
    const no =
      (await against(tools, ask, wanted.part)) ??
      againstApproval(wanted, account.name, await seenBy(tools, ask));
    if (no !== null) return refused(no);
  }
  const until = approved ? tools.clock() + FETCHED_WITHIN_MS : wanted.until;
  const by = { who: account.name, why, via: "console" };
  const isDone = await tools.ledger.decideOriginal(
    ...([wanted.id, { approved, until }, by] as const),
  );
  const now = isDone ? await find(tools, ask) : null;
  return now === null
    ? refused("over")
    : done({ request: told(now, { ...ask, item }) });
}

/** What the viewer of pages wrote down: who looked at which part of this mail. */
async function seenBy(
  { ledger }: OriginalTools,
  { item, account }: Ask,
): Promise<readonly string[]> {
  const { entries } = await ledger.entries({
    ...{ item: item.id, actor: account.name, act: "previewed" },
    ...{ peopleOnly: false, after: null, limit: MAX_SEEN },
  });
  return entries.flatMap(({ facts }) =>
    typeof facts["part"] === "string" ? [facts["part"]] : [],
  );
}

const NO_READER = problemOf(
  503,
  "NO_READER",
  "原本を取り出す処理が動いていません。管理者にお知らせください。",
);

async function fetch(tools: OriginalTools, ask: Ask): Promise<Answer> {
  const { item, account } = ask;
  const wanted = await find(tools, ask);
  if (wanted === null || wanted.who !== account.name) return NOT_FOUND;
  if (wanted.state !== "approved") return refused("over");
  if (!ask.isConfirmed) return CONFIRM_NEEDED;
  // Who approved may have had the asker's account in hand since.
  const two = [account.name, wanted.decidedBy ?? ""] as const;
  const one = await unlessTwoPersons(tools.accounts, two, wanted.at);
  if (one !== null) return one;
  const no = await against(tools, ask, wanted.part);
  if (no !== null) return refused(no);
  const { part, id } = wanted;
  const planned = item.plan?.parts.find(({ path }) => path === part);
  const read = await tools.readOriginalPart?.({
    ...{ item: item.id, part, request: id },
  });
  if (read == null || read.sha256 !== planned?.sha256) return NO_READER;
  const by = { who: account.name, why: wanted.why, via: "console" };
  if (!(await tools.ledger.fetchOriginal(id, by))) return refused("over");
  // The ending keeps a double click from opening it.
  const name = `${planned.name}.original`;
  return { kind: "bytes", name, chunks: read.chunks };
}

async function find(
  { ledger }: OriginalTools,
  { item, params }: Ask,
): Promise<OriginalRequest | null> {
  const all = await ledger.originals(item.id);
  return all.find(({ id }) => id === params["request"]) ?? null;
}

function isOpen({ state }: OriginalRequest): boolean {
  return state === "asked" || state === "approved";
}

function told(one: OriginalRequest, { account }: Ask): object {
  const isOwn = one.who === account.name;
  return {
    ...one,
    stateWords: STATE_WORDS[one.state],
    may: {
      decide: one.state === "asked" && !isOwn,
      fetch: one.state === "approved" && isOwn,
    },
  };
}

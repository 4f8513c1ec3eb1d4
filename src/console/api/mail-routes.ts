import type { HoldRecord } from "../../core/hold.ts";
import type { Ledger } from "../../core/ledger.ts";
import type {
  ActGuard,
  AuditRecord,
  QuarantineFilter,
} from "../../core/quarantine.ts";
import type { ItemId } from "../../core/id.ts";
import type { Accounts } from "../../core/account.ts";
import { HOUR } from "../../core/units.ts";
import type { NoRelease } from "../../policy/releasable.ts";
import { Looks } from "../looks.ts";
import { mailTold, rowTold } from "../mail-view.ts";
import { FairPlaces } from "../fair-places.ts";
import { OneEach } from "../one-each.ts";
import { clock as clockWords } from "../words.ts";
import { FILTER, filterIn, filterQuery } from "./mail-filter.ts";
import { exportChunks } from "./mail-export.ts";
import { MAIL, ROW } from "./mail-schemas.ts";
import { unproven } from "./session-routes.ts";
import { done, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import {
  digits,
  flag,
  list,
  number,
  object,
  orNull,
  prose,
  text,
} from "./schema.ts";
import type { Schema } from "./schema.ts";

/** As the stage answers a release; handed in, because the console knows no stage. */
export type ReleaseOutcome =
  | {
      readonly kind: "released";
      readonly item: ItemId;
      readonly virusesKept: number;
    }
  | {
      readonly kind: "refused";
      readonly why: NoRelease | "on-its-way";
    };

export interface DecisionOf {
  readonly who: string;
  readonly why: string;
  readonly guard: ActGuard;
}

export interface MailTools {
  readonly accounts: Pick<Accounts, "find">;
  readonly ledger: Pick<
    Ledger,
    | "item"
    | "recipients"
    | "holds"
    | "record"
    | "search"
    | "version"
    | "history"
    | "pinOf"
    | "rescanOf"
  >;
  /** Ways to make a held mail anew that the settings name. */
  readonly variants: readonly {
    readonly name: string;
    readonly title: string;
  }[];
  readonly release: (
    item: ItemId,
    by: DecisionOf & { readonly until: number; readonly variant?: string },
  ) => Promise<ReleaseOutcome>;
  readonly discard: (item: ItemId, by: DecisionOf) => Promise<boolean>;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  readonly clock: () => number;
  readonly ticks: () => number;
}

const MAX_ROWS = 100;
const USUAL_ROWS = 50;
const MAX_HOLDS = 1000;
const MAX_HISTORY = 500;
export const MAX_REASON = 500;
const MAX_NOTE = 2000;
/** Each may take the ledger's reader for some seconds. */
const SEARCHES = {
  all: { atATime: 4, mayWait: 32 },
  each: { atATime: 2, mayWait: 4 },
} as const;
export const USUAL_RELEASE_HOURS = 24;
export const MAX_RELEASE_HOURS = 168;

const page = object({
  rows: list(ROW),
  after: orNull(text),
  complete: flag,
});
export const version: Schema = { ...text, pattern: "^[0-9a-f]{16}$" };
export const MAILS = "/api/v1/mails";

export function mailRoutes(tools: MailTools): readonly Route[] {
  const searching = new FairPlaces(SEARCHES);
  const exports = new OneEach();
  const looks = new Looks(tools, "viewed");
  return [
    {
      ...{ method: "GET", path: MAILS, right: "mail.view" },
      summary:
        "What is held, newest first, page by page; `complete` false: ask on from `after`, not everything was looked through",
      query: object({ ...FILTER, "after?": digits, "limit?": digits }),
      answer: page,
      run: async (ask) => {
        const filter = filterIn(ask, "mail.view");
        if ("kind" in filter) return filter;
        const limit = Number(ask.query["limit"] ?? USUAL_ROWS);
        const after = ask.query["after"];
        const found = await searching.run(ask.account.name, () =>
          tools.ledger.search({
            ...filter,
            after: after === undefined ? null : Number(after),
            limit: Math.max(1, Math.min(MAX_ROWS, limit)),
          }),
        );
        if (found === null) return unproven({ kind: "busy" });
        await recordWordsAsked(tools, ask, filter);
        return done({
          rows: found.rows.map((row) => rowTold(ask.account, row)),
          after: found.after === null ? null : String(found.after),
          complete: found.complete,
        });
      },
    },
    {
      ...{ method: "GET", path: "/api/v1/mails.csv", right: "mail.export" },
      summary:
        "The same list as a file for a spreadsheet, at most 10,000 mails",
      query: filterQuery,
      answer: text,
      file: "text/csv",
      run: async (ask) => {
        const filter = filterIn(ask, "mail.export");
        if ("kind" in filter) return filter;
        const { name } = ask.account;
        const giveBack = exports.take(name, ask.gone);
        if (giveBack === null) return ONE_EXPORT;
        try {
          await tools.ledger.record({
            ...{ act: "exported", actor: name },
            facts: { filter, via: "console" },
          });
        } catch (error) {
          giveBack();
          throw error;
        }
        const day = new Date(tools.clock()).toISOString().slice(0, 10);
        return {
          ...{ kind: "file", name: `sekisho-quarantine-${day}.csv` },
          chunks: exportChunks(
            (page) => searching.run(name, () => tools.ledger.search(page)),
            ...([filter, ask.account, giveBack] as const),
          ),
        };
      },
    },
    {
      ...{ method: "GET", path: `${MAILS}/:item`, right: "mail.view" },
      item: true,
      summary:
        "One mail: envelope, parts, findings, holds, history, and what the asker may do",
      answer: MAIL,
      run: async (ask) => {
        await looks.record(ask);
        return done(await tellMail(tools, ask));
      },
    },
    {
      ...{ method: "POST", path: `${MAILS}/:item/release`, item: true },
      right: "mail.release",
      summary:
        "Send back on the line, to be made anew; `version` is the one that was shown",
      body: object({
        version,
        reason: prose(MAX_REASON),
        "untilHours?": {
          type: "integer",
          minimum: 1,
          maximum: MAX_RELEASE_HOURS,
        },
      }),
      answer: object({
        item: text,
        as: text,
        virusesKept: number,
        already: flag,
        message: text,
      }),
      run: (ask) => releaseMail(tools, ask),
    },
    {
      ...{ method: "POST", path: `${MAILS}/:item/discard`, item: true },
      right: "mail.discard",
      summary: "End what is held, on record",
      body: object({ version, reason: prose(MAX_REASON) }),
      answer: object({ item: text, already: flag, message: text }),
      run: (ask) => discardMail(tools, ask),
    },
    {
      ...{ method: "POST", path: `${MAILS}/:item/notes`, item: true },
      right: "mail.note",
      summary: "Write a note into the record of a mail",
      body: object({ text: prose(MAX_NOTE) }),
      answer: object({ item: text }),
      run: async ({ account, item, body }) => {
        const written = String(body["text"]).trim();
        if (written === "") return NO_REASON;
        const [last] = await tools.ledger.history(item.id, 1);
        const isTwice =
          last?.act === "noted" &&
          last.actor === account.name &&
          last.facts["text"] === written;
        if (isTwice) return done({ item: item.id });
        await tools.ledger.record({
          ...{ act: "noted", actor: account.name },
          facts: { item: item.id, text: written, via: "console" },
        });
        return done({ item: item.id });
      },
    },
  ];
}

const ONE_EXPORT = problemOf(
  429,
  "ONE_EXPORT",
  "書き出しは一人につき同時に 1 つまでです。終わってから、もう一度お試しください。",
);

export const NO_REASON = problemOf(
  422,
  "NO_REASON",
  "理由や内容を入力してください。",
);

/** Looking through other people's mail by its words is an act of its own; turning pages is not. */
async function recordWordsAsked(
  { ledger }: MailTools,
  { account, query }: Ask,
  filter: QuarantineFilter,
): Promise<void> {
  const { sender, recipient, text: words } = filter;
  if (query["after"] !== undefined) return;
  if (sender === undefined && recipient === undefined && words === undefined)
    return;
  await ledger.record({
    ...{ act: "listed", actor: account.name },
    facts: { filter, via: "console" },
  });
}

async function tellMail(
  { ledger, tenants, variants }: MailTools,
  { account, item }: Ask,
): Promise<object> {
  const [recipients, holds, history, seen, pin, rescan] = await Promise.all([
    ledger.recipients(item.id),
    ledger.holds({ item: item.id, limit: MAX_HOLDS }),
    ledger.history(item.id, MAX_HISTORY),
    ledger.version(item.id),
    ledger.pinOf(item.id),
    ledger.rescanOf(item.id),
  ]);
  const tenant = tenants.find(({ id }) => id === item.tenant);
  return mailTold(account, {
    ...{ item, recipients, holds, history, version: seen },
    ...{ pin, rescan, variants },
    tenantName: tenant?.name ?? item.tenant,
  });
}

export async function releaseMail(
  tools: MailTools,
  ask: Ask,
  variant?: string,
): Promise<Answer> {
  const { account, item, body } = ask;
  const why = String(body["reason"]).trim();
  if (why === "") return NO_REASON;
  const hours = Number(body["untilHours"] ?? USUAL_RELEASE_HOURS);
  const seen = String(body["version"]);
  const outcome = await tools.release(item.id, {
    ...{ who: account.name, why, guard: { seen, via: "console" } },
    until: tools.clock() + hours * HOUR,
    ...(variant === undefined ? {} : { variant }),
  });
  if (outcome.kind === "released")
    return releasedAs(item.id, outcome.item, outcome.virusesKept);
  return (
    (await decidedBefore(tools, ask, "released")) ??
    problemOf(409, ...REFUSALS[outcome.why])
  );
}

function releasedAs(item: ItemId, as: string, virusesKept: number): Answer {
  const kept =
    virusesKept === 0
      ? ""
      : ` ウイルスのある部分 ${virusesKept} 件は除かれ、隔離に残ります。`;
  return done({
    ...{ item, as, virusesKept, already: false },
    message: `解放しました。作り直してから届きます。${kept}`,
  });
}

export const REFUSALS: Readonly<
  Record<
    Extract<ReleaseOutcome, { kind: "refused" }>["why"],
    readonly [code: string, message: string]
  >
> = {
  malicious: [
    "MALICIOUS",
    "ウイルスが見つかったものは、だれも解放できません。廃棄してください。",
  ],
  unreadable: [
    "UNREADABLE",
    "上限を超えていて分解できないため、解放できません。廃棄してください。",
  ],
  futile: [
    "FUTILE",
    "このメールは届いています。隔離された部分は安全な形に作り替えられないため、解放しても同じメールがもう一度届くだけです。",
  ],
  "on-its-way": [
    "ON_ITS_WAY",
    "このメールはまだ配送の途中です。終わってから、もう一度お試しください。",
  ],
  "not-held": [
    "NOT_HELD",
    "隔離されているものがありません。画面を開き直してください。",
  ],
};

export async function discardMail(tools: MailTools, ask: Ask): Promise<Answer> {
  const { account, item, body } = ask;
  const why = String(body["reason"]).trim();
  if (why === "") return NO_REASON;
  const seen = String(body["version"]);
  const guard = { seen, via: "console" };
  if (await tools.discard(item.id, { who: account.name, why, guard }))
    return done({
      ...{ item: item.id, already: false },
      message: "廃棄しました。",
    });
  return (
    (await decidedBefore(tools, ask, "discarded")) ??
    problemOf(409, ...REFUSALS["not-held"])
  );
}

type Decided = "released" | "discarded";
const DECISIONS: readonly Decided[] = ["released", "discarded"];

/**
 * Somebody was there between the look and the act: the same person with the same act hears that it is done (a second click,
 * an answer that was lost), everybody else hears who it was.
 */
async function decidedBefore(
  { ledger, accounts }: MailTools,
  { account, item, body }: Ask,
  act: Decided,
): Promise<Answer | null> {
  const seen = String(body["version"]);
  if ((await ledger.version(item.id)) === seen) return null;
  const [last] = await ledger.history(item.id, 1, DECISIONS);
  const open = await ledger.holds({
    ...{ item: item.id, state: "held", limit: MAX_HOLDS },
  });
  if (last === undefined || open.some((hold) => hold.at > last.at))
    return changedMeanwhile();
  if (
    last.actor === account.name &&
    last.act === act &&
    last.facts["seen"] === seen
  )
    return done({
      ...{ item: item.id, as: intoOf(last) ?? item.id },
      ...{ virusesKept: open.filter(isVirus).length, already: true },
      message: act === "released" ? "解放済みです。" : "廃棄済みです。",
    });
  const who = (await accounts.find(last.actor))?.displayName;
  const named = who === undefined ? last.actor : `${who}（${last.actor}）`;
  const did = last.act === "released" ? "解放" : "廃棄";
  return {
    ...{ kind: "problem", status: 409, code: "DECIDED" },
    message: `このメールは ${clockWords(last.at)} に ${named} さんが${did}しました。あなたの操作は行われていません。`,
    ...{ by: last.actor, at: last.at },
  };
}

function intoOf({ facts }: AuditRecord): string | null {
  return typeof facts["into"] === "string" ? facts["into"] : null;
}

function isVirus({ code }: HoldRecord): boolean {
  return code === "VIRUS_FOUND";
}

export function changedMeanwhile(): Answer {
  return problemOf(
    409,
    "CHANGED",
    "表示してから状態が変わりました。画面を開き直して、もう一度ご判断ください。",
  );
}

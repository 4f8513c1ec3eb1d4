import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { parseItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { HoldRecord } from "../../core/hold.ts";
import type { QuarantineAsk } from "../../core/quarantine.ts";
import type { HoldRow } from "./rows.ts";
import { prepareVersion } from "./version.ts";

/**
 * Holds that one call looks at, at most: a search for what is nowhere comes back between windows and lets others ask.
 * Some 100 ms with the dearest filters.
 */
const WINDOW_HOLDS = 50_000;
const LISTED_HOLDS = 10;
const STATES: readonly HoldRecord["state"][] = [
  "held",
  "released",
  "discarded",
];

/** An item as the list shows it. The plan stays where it is: it is large. */
export interface FoundRow {
  readonly seq: number;
  readonly id: string;
  readonly tenant: string;
  readonly state: string;
  readonly verdict: string | null;
  readonly received_at: number;
  readonly bytes: number;
  readonly subject: string | null;
  readonly sender: string | null;
  readonly envelope: string;
  readonly holds: readonly HoldRow[];
  readonly hold_count: number;
  readonly version: string;
}

export interface FoundPage {
  readonly rows: readonly FoundRow[];
  /** Holds from here on, downwards, were not looked at yet; null at the end. */
  readonly after: number | null;
}

interface Key {
  readonly seq: number;
  readonly item: number;
}

/** One window of a search. Each item comes with its newest hold that fits, so it comes once. */
export function prepareSearch(
  database: DatabaseSync,
): (at: number, ask: QuarantineAsk) => FoundPage {
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  const newest = database.prepare("SELECT max(seq) AS seq FROM holds");
  const tell = prepareTell(database);
  return (_at, ask) => {
    const before = ask.after ?? Number(newest.get()?.["seq"] ?? 0) + 1;
    const isOne = ask.text !== undefined && parseItemId(ask.text) !== null;
    const floor = isOne ? 0 : Math.max(0, before - WINDOW_HOLDS);
    const keys = branchesOf(ask)
      .flatMap((branch) => {
        const { sql, values } = selectFor(ask, branch);
        const rows = statement(sql).all(...values, before, floor, ask.limit);
        return rows as unknown as Key[];
      })
      .sort((a, b) => b.seq - a.seq)
      .slice(0, ask.limit);
    const last = keys.length === ask.limit ? keys.at(-1)?.seq : undefined;
    const after = last ?? (floor > 1 ? floor : null);
    return { rows: keys.map((key) => tell(key, ask)), after };
  };
}

/** Each is answered by one index in the order of the list. */
interface Branch {
  readonly tenant: string | null;
  readonly state: HoldRecord["state"] | null;
}

export function branchesOf(ask: QuarantineAsk): readonly Branch[] {
  const { tenants, state, code } = ask;
  const states = state === null ? STATES : [state];
  if (tenants !== null)
    return tenants.flatMap((tenant) =>
      states.map((one) => ({ tenant, state: one })),
    );
  return code === undefined
    ? [{ tenant: null, state }]
    : states.map((one) => ({ tenant: null, state: one }));
}

export function selectFor(
  ask: QuarantineAsk,
  branch: Branch,
): { readonly sql: string; readonly values: readonly SQLInputValue[] } {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const where = (condition: string, ...given: readonly SQLInputValue[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  if (branch.tenant !== null) where("h.tenant = ?", branch.tenant);
  if (branch.state !== null) where("h.state = ?", branch.state);
  if (ask.code !== undefined) where("h.code = ?", ask.code);
  if (ask.since !== undefined) where("h.at >= ?", ask.since);
  if (ask.until !== undefined) where("h.at < ?", ask.until);
  if (ask.verdict !== undefined) where("i.verdict = ?", ask.verdict);
  wordsWanted(ask, where);
  newestThatFits(ask, where);
  const sql = `SELECT h.seq, h.item FROM holds h ${indexFor(ask, branch)} CROSS JOIN items i ON i.seq = h.item
    WHERE ${conditions.join(" AND ")} AND h.seq < ? AND h.seq >= ?
    ORDER BY h.seq DESC LIMIT ?`;
  return { sql, values };
}

type Where = (condition: string, ...given: readonly SQLInputValue[]) => void;

function wordsWanted(ask: QuarantineAsk, where: Where): void {
  if (ask.sender !== undefined) {
    const like = contains(ask.sender);
    where(
      "(i.sender LIKE ? ESCAPE '\\' OR json_extract(i.envelope, '$.reversePath') LIKE ? ESCAPE '\\')",
      ...[like, like],
    );
  }
  if (ask.recipient !== undefined)
    where(
      "EXISTS (SELECT 1 FROM recipients r WHERE r.item = h.item AND r.address LIKE ? ESCAPE '\\')",
      contains(ask.recipient),
    );
  if (ask.text === undefined) return;
  const id = parseItemId(ask.text);
  if (id !== null) {
    where("h.item = (SELECT seq FROM items WHERE id = ?)", id);
    return;
  }
  const like = contains(ask.text);
  where(
    `(i.subject LIKE ? ESCAPE '\\' OR i.sender LIKE ? ESCAPE '\\'
      OR EXISTS (SELECT 1 FROM holds n WHERE n.item = h.item AND n.name LIKE ? ESCAPE '\\'))`,
    ...[like, like, like],
  );
}

function newestThatFits(ask: QuarantineAsk, where: Where): void {
  const { state, code, since, until } = ask;
  const times = [since, until].filter((time) => time !== undefined);
  const same = [
    ...(state === null ? [] : ["e.state = h.state"]),
    ...(code === undefined ? [] : ["e.code = h.code"]),
    ...(since === undefined ? [] : ["e.at >= ?"]),
    ...(until === undefined ? [] : ["e.at < ?"]),
  ];
  where(
    `NOT EXISTS (SELECT 1 FROM holds e WHERE ${["e.item = h.item", "e.seq > h.seq", ...same].join(" AND ")})`,
    ...times,
  );
}

/** Said outright: with a wrong guess of SQLite's a page would sort a million rows. */
function indexFor(ask: QuarantineAsk, branch: Branch): string {
  if (ask.text !== undefined && parseItemId(ask.text) !== null)
    return "INDEXED BY holds_item";
  if (branch.tenant !== null) return "INDEXED BY holds_tenant";
  if (ask.code !== undefined) return "INDEXED BY holds_code";
  return branch.state === null ? "NOT INDEXED" : "INDEXED BY holds_state";
}

function contains(words: string): string {
  return `%${words.replace(/[\\%_]/g, "\\$&")}%`;
}

function prepareTell(
  database: DatabaseSync,
): (key: Key, ask: QuarantineAsk) => FoundRow {
  const item = database.prepare(
    `SELECT id, tenant, state, verdict, received_at, bytes, subject, sender, envelope,
       (SELECT count(*) FROM holds WHERE holds.item = items.seq) AS hold_count
     FROM items WHERE seq = ?`,
  );
  const holds = database.prepare(
    `SELECT items.id AS item_id, holds.* FROM holds JOIN items ON items.seq = holds.item
     WHERE holds.item = ? ORDER BY holds.seq = ? DESC, holds.state = ? DESC, holds.seq DESC LIMIT ?`,
  );
  const versionOf = prepareVersion(database);
  return (key, ask) => {
    const listed = holds.all(
      key.item,
      key.seq,
      ask.state ?? "held",
      LISTED_HOLDS,
    );
    const row = item.get(key.item) as unknown as Omit<
      FoundRow,
      "holds" | "version"
    >;
    const version = versionOf(row.id as ItemId) ?? "";
    const found = { ...row, version, seq: key.seq };
    return { ...found, holds: listed as unknown as HoldRow[] };
  };
}

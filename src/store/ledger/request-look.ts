import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { ItemState } from "../../core/item.ts";
import type {
  ChildStanding,
  LinePlace,
  RequestAsk,
} from "../../core/request.ts";
import { MINUTE } from "../../core/units.ts";
import { UNFINISHED_SQL } from "./due.ts";
import { REQUEST_COLUMNS } from "./requests.ts";
import type { RequestRow } from "./requests.ts";

const MAX_OF_ITEM = 100;
const MAX_COUNTED = 1000;
/** Looked at to say how fast mails with attachments go. */
const RECENT_ITEMS = 300;
const MIN_FINISHED = 3;
const LATELY_MS = 60 * MINUTE;

export function prepareRequest(
  database: DatabaseSync,
): (at: number, id: number) => RequestRow | null {
  const one = database.prepare(
    `SELECT ${REQUEST_COLUMNS} FROM requests WHERE seq = ?`,
  );
  return (_at, id) =>
    (one.get(id) as unknown as RequestRow | undefined) ?? null;
}

export function prepareRequestsOf(
  database: DatabaseSync,
): (at: number, item: ItemId) => readonly RequestRow[] {
  const all = database.prepare(
    `SELECT ${REQUEST_COLUMNS} FROM requests
     WHERE item = (SELECT seq FROM items WHERE id = ?) ORDER BY seq LIMIT ?`,
  );
  return (_at, item) => all.all(item, MAX_OF_ITEM) as unknown as RequestRow[];
}

/** Each branch goes along one index in the order of the list, so a page costs the same wherever it lies. */
export function prepareRequests(
  database: DatabaseSync,
): (at: number, ask: RequestAsk) => readonly RequestRow[] {
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  return (_at, ask) => {
    const branches: readonly (string | null)[] = ask.tenants ?? [null];
    return branches
      .flatMap((tenant) => {
        const { sql, values } = selectRequests(ask, tenant);
        const rows = statement(sql).all(...values, ask.limit);
        return rows as unknown as RequestRow[];
      })
      .sort((a, b) => b.seq - a.seq)
      .slice(0, ask.limit);
  };
}

function selectRequests(
  { state, kind, unconfirmed, after }: RequestAsk,
  tenant: string | null,
): { readonly sql: string; readonly values: readonly SQLInputValue[] } {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const where = (condition: string, ...given: readonly SQLInputValue[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  if (tenant !== null) where("tenant = ?", tenant);
  if (state !== undefined) where("state = ?", state);
  if (kind !== undefined) where("kind = ?", kind);
  if (unconfirmed === true)
    where("stands_in_for IS NOT NULL AND confirmed_by IS NULL");
  where("seq < ?", after ?? Number.MAX_SAFE_INTEGER);
  return {
    sql: `SELECT ${REQUEST_COLUMNS} FROM requests WHERE ${conditions.join(" AND ")} ORDER BY seq DESC LIMIT ?`,
    values,
  };
}

export function prepareChildrenOf(
  database: DatabaseSync,
): (at: number, item: ItemId) => readonly ChildStanding[] {
  const children = database.prepare(
    `SELECT id, state, received_at AS receivedAt, updated_at AS updatedAt
     FROM items INDEXED BY items_parent WHERE parent IS NOT NULL AND parent = ? ORDER BY seq LIMIT ?`,
  );
  return (_at, item) =>
    children
      .all(item, MAX_OF_ITEM)
      .map((row) => ({ ...row }) as unknown as ChildStanding);
}

const IN_THE_PIT: readonly ItemState[] = ["inspected", "planned", "sanitized"];

/** Asked by a person who waits, never by the line. */
export function preparePlaceOf(
  database: DatabaseSync,
): (at: number, item: ItemId) => LinePlace | null {
  const find = database.prepare(
    "SELECT state, received_at FROM items WHERE id = ?",
  );
  const before = (states: string) =>
    database.prepare(
      `SELECT count(*) AS ahead FROM (SELECT 1 FROM items INDEXED BY items_waiting
         WHERE ${UNFINISHED_SQL} AND state IN (${states}) AND received_at < ? LIMIT ${MAX_COUNTED})`,
    );
  // Mails without anything for the pit are done in ms, whatever waits there.
  const inPit = before("'inspected', 'planned', 'sanitized'");
  const received = before("'received'");
  const finished = database.prepare(
    `SELECT received_at, updated_at FROM
       (SELECT state, received_at, updated_at, plan FROM items ORDER BY seq DESC LIMIT ${RECENT_ITEMS})
     WHERE state = 'delivered' AND updated_at >= ?
       AND (instr(plan, '"rasterize"') > 0 OR instr(plan, '"re-encode"') > 0)
     ORDER BY updated_at`,
  );
  return (at, id) => {
    const item = find.get(id);
    const state = item?.["state"] as ItemState | undefined;
    if (item === undefined || state === undefined) return null;
    const isInPit = IN_THE_PIT.includes(state);
    if (!isInPit && state !== "received") return null;
    const row = (isInPit ? inPit : received).get(Number(item["received_at"]));
    const done = finished.all(at - LATELY_MS).map((one) => ({
      began: Number(one["received_at"]),
      ended: Number(one["updated_at"]),
    }));
    return { ahead: Number(row?.["ahead"] ?? 0), msEach: paceOf(done) };
  };
}

/**
 * A busy lane is told by the time between two that are done, an idle one by how long one took: the smaller of the two is
 * right in both.
 */
export function paceOf(
  done: readonly { readonly began: number; readonly ended: number }[],
): number | null {
  if (done.length < MIN_FINISHED) return null;
  const gaps = done.slice(1).map((one, at) => one.ended - done[at]!.ended);
  const whole = done.map(({ began, ended }) => ended - began);
  return Math.min(median(gaps), median(whole));
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

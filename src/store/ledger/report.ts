import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue } from "node:sqlite";
import { setImmediate as turn } from "node:timers/promises";
import { SELF_TEST_TENANT } from "../../core/check.ts";
import { DECISIONS } from "../../core/report.ts";
import type { Progress } from "../../core/progress.ts";
import type { Report, ReportAsk } from "../../core/report.ts";
import { HOUR, SECOND } from "../../core/units.ts";
import { ReportSums } from "./report-sums.ts";
import { sqliteFault } from "./sqlite-fault.ts";

/**
 * Rows that one step looks at. Between steps everybody else gets a turn; a step of items takes some 20 ms, for their plans
 * stand in between.
 */
const WINDOW_ITEMS = 2_000;
const WINDOW_ROWS = 10_000;
const BUSY_TIMEOUT_MS = 5 * SECOND;
/** Numbers follow the clock, but for a clock that was set back. */
const SLACK_MS = HOUR;

const FOR_TENANTS =
  "(?3 IS NULL OR tenant IN (SELECT value FROM json_each(?3)))";
const IN_TIME = (column: string) =>
  `${column} >= ?4 AND ${column} < ?5 AND tenant <> '${SELF_TEST_TENANT}'`;
/** Second mails, releases and mails of our own are not what somebody sent. */
const FROM_OUTSIDE = "parent IS NULL AND (kind IS NULL OR kind = 'text')";
/** Whole days and virus names as of the history: a name is the scanner's word. */
const DAY_SQL = (column: string) => `(${column} + 32400000) / 86400000`;
const NAME_SQL = `CASE code WHEN 'VIRUS_FOUND' THEN substr(detail, 1, 100) ELSE '' END`;
/** Word for word the condition of the index audit_people. */
const BY_PEOPLE = "actor NOT IN ('intake', 'sanitizer', 'courier')";
const CHECK_ACTS = ["self-test-passed", "self-test-failed"];

const ITEMS = `SELECT ${DAY_SQL("received_at")} AS day, tenant, state, verdict, count(*) AS count, sum(bytes) AS bytes
  FROM items WHERE seq >= ?1 AND seq < ?2 AND ${IN_TIME("received_at")} AND ${FOR_TENANTS} AND ${FROM_OUTSIDE}
  GROUP BY 1, 2, 3, 4`;
const HOLDS = `SELECT ${DAY_SQL("at")} AS day, tenant, code, ${NAME_SQL} AS name, count(*) AS count,
    sum(NOT EXISTS (SELECT 1 FROM holds AS e WHERE e.item = holds.item AND e.seq < holds.seq AND e.at >= ?4)) AS mails
  FROM holds WHERE seq >= ?1 AND seq < ?2 AND ${IN_TIME("at")} AND ${FOR_TENANTS} GROUP BY 1, 2, 3, 4`;
const REQUESTS = `SELECT kind, state, count(*) AS count FROM requests
  WHERE seq >= ?1 AND seq < ?2 AND ${IN_TIME("at")} AND ${FOR_TENANTS} GROUP BY 1, 2`;
const ENTRIES = `SELECT a.at, a.act, a.actor, a.facts, a.item, i.tenant,
    CASE a.act WHEN 'released' THEN
      (SELECT min(h.at) FROM holds AS h WHERE h.item = i.seq AND h.decided_at = a.at AND h.state = 'released') END AS held_at
  FROM audit AS a INDEXED BY audit_people LEFT JOIN items AS i ON i.id = a.item
  WHERE a.seq >= ?1 AND a.seq < ?2 AND a.at >= ?4 AND a.at < ?5 AND ?3 IS ?3 AND a.${BY_PEOPLE}
    AND a.act IN (${[...DECISIONS, ...CHECK_ACTS].map((act) => `'${act}'`).join(", ")})
  ORDER BY a.seq`;
const EXCEPTIONS = `SELECT kind, sum(at < ?2 AND until > ?3 AND (revoked_at IS NULL OR revoked_at > ?3)) AS inForce,
    sum(at >= ?1 AND at < ?2) AS added, sum(revoked_at >= ?1 AND revoked_at < ?2) AS revoked
  FROM exceptions WHERE ?4 IS NULL OR tenant IS NULL OR tenant IN (SELECT value FROM json_each(?4)) GROUP BY kind`;
/** The words are those of the index audit_actor. */
const LAST_OF_JANITOR = `SELECT facts FROM audit INDEXED BY audit_actor WHERE actor = 'janitor' AND ${BY_PEOPLE}
  AND act = ? ORDER BY seq DESC LIMIT 1`;

/**
 * Counts what the ledger and the record tell of a time: on a connection of its own that cannot write, in windows, so that no
 * mail and no person waits for it. `signal` ends it between two windows. Faults as of the ledger.
 */
export async function readReport(
  file: string,
  ask: ReportAsk,
  { now, signal, progress = () => undefined }: ReportTools,
): Promise<Report> {
  try {
    const database = new DatabaseSync(file, {
      readOnly: true,
      timeout: BUSY_TIMEOUT_MS,
    });
    try {
      return await read(database, ask, {
        ...{ now, progress, signal: signal ?? null },
      });
    } finally {
      database.close();
    }
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw sqliteFault(error);
  }
}

export interface ReportTools {
  readonly now: number;
  readonly signal?: AbortSignal;
  /** In rows. */
  readonly progress?: Progress;
}

interface Walk {
  readonly table: string;
  readonly time: string;
  readonly sql: string;
  readonly rows: number;
}

const WALKS = {
  items: {
    ...{ table: "items", time: "received_at" },
    ...{ sql: ITEMS, rows: WINDOW_ITEMS },
  },
  holds: { table: "holds", time: "at", sql: HOLDS, rows: WINDOW_ROWS },
  requests: { table: "requests", time: "at", sql: REQUESTS, rows: WINDOW_ROWS },
  entries: { table: "audit", time: "at", sql: ENTRIES, rows: WINDOW_ROWS },
} as const satisfies Record<string, Walk>;

const NOTHING = { first: 0, end: 0 };

async function read(
  database: DatabaseSync,
  ask: ReportAsk,
  {
    now,
    signal,
    progress,
  }: Required<Omit<ReportTools, "signal">> & {
    readonly signal: AbortSignal | null;
  },
): Promise<Report> {
  const sums = new ReportSums(ask);
  const tenants = ask.tenants === null ? null : JSON.stringify(ask.tenants);
  const ranges = new Map(
    Object.values(WALKS).map((one) => [one, rangeOf(database, one, ask)]),
  );
  const total = [...ranges.values()].reduce(
    (sum, { first, end }) => sum + end - first,
    0,
  );
  let done = 0;
  const walk = async (one: Walk, add: (row: Row) => void) => {
    const statement = database.prepare(one.sql);
    const { first, end } = ranges.get(one) ?? NOTHING;
    for (let seq = first; seq < end; seq += one.rows) {
      const upTo = Math.min(end, seq + one.rows);
      const found = statement.all(seq, upTo, tenants, ask.from, ask.until);
      for (const row of found) add(row);
      done += upTo - seq;
      progress(done, total);
      await turn();
      signal?.throwIfAborted();
    }
  };
  await walk(WALKS.items, (row) => sums.addItems(row));
  await walk(WALKS.holds, (row) => sums.addHolds(row));
  await walk(WALKS.requests, (row) => sums.addRequests(row));
  await walk(WALKS.entries, (row) => sums.addEntry(row));
  const end = Math.min(ask.until, now);
  for (const row of database
    .prepare(EXCEPTIONS)
    .all(ask.from, ask.until, end, tenants))
    sums.addExceptions(row);
  const first = database
    .prepare("SELECT seq, at FROM audit ORDER BY seq LIMIT 1")
    .get();
  const { endedBefore: forgotten = 0 } = factsOfLast<{ endedBefore: number }>(
    database,
    "items-forgotten",
  );
  const { before } = factsOfLast<{ before: { act?: number } }>(
    database,
    "record-thinned",
  );
  const cutAt = Number(first?.["seq"] ?? 1) > 1 ? Number(first?.["at"]) : 0;
  const recordFrom = Math.max(cutAt, before?.act ?? 0);
  return sums.report(now, {
    forgottenBefore: forgotten > ask.from ? forgotten : null,
    recordFrom: recordFrom > ask.from ? recordFrom : null,
  });
}

function factsOfLast<Facts>(
  database: DatabaseSync,
  act: string,
): Partial<Facts> {
  const facts = database.prepare(LAST_OF_JANITOR).get(act)?.["facts"];
  return typeof facts === "string" ? (JSON.parse(facts) as Partial<Facts>) : {};
}

export type Row = Readonly<Record<string, unknown>>;

/** Numbers between which everything of this time stands, found by halving. */
function rangeOf(
  database: DatabaseSync,
  { table, time }: Walk,
  { from, until }: ReportAsk,
): { readonly first: number; readonly end: number } {
  const number = (sql: string, ...values: readonly SQLInputValue[]) =>
    database.prepare(sql).get(...values);
  const ends = number(`SELECT min(seq) AS low, max(seq) AS high FROM ${table}`);
  if (ends?.["high"] == null) return NOTHING;
  const next = database.prepare(
    `SELECT seq, ${time} AS at FROM ${table} WHERE seq >= ? ORDER BY seq LIMIT 1`,
  );
  /** The first number whose row is not before this moment. */
  const seek = (moment: number): number => {
    let low = Number(ends["low"]);
    let high = Number(ends["high"]) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = next.get(middle);
      if (row === undefined || Number(row["at"]) >= moment) high = middle;
      else low = Number(row["seq"]) + 1;
    }
    return low;
  };
  return { first: seek(from - SLACK_MS), end: seek(until + SLACK_MS) };
}

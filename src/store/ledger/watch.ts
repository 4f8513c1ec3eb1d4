import { DatabaseSync } from "node:sqlite";
import { BOUNDS_MS } from "../../core/measure.ts";
import type { LaneName } from "../../core/lanes.ts";
import { SECOND } from "../../core/units.ts";
import { sqliteFault } from "./sqlite-fault.ts";

/**
 * The ledger as the watchman reads it: on a connection of its own that cannot write, in windows of the record and of the holds,
 * each read once. Nothing here is on a mail's path. Faults as of the ledger.
 */
export interface LedgerWatch {
  /** Last number of the record. */
  lastEntry(): number;
  /** With which the record goes on after it was put back from a copy, the last time; null: it never was. */
  restoredAt(): number | null;
  /** What the record tells of the entries behind `after`, at most `limit` of them, added up by minute. */
  entriesBehind(after: number, limit: number): EntrySums;
  holdsBehind(after: number, limit: number): HoldSums;
  /** Senders of the mails behind `after` (numbers of items), most first, at most 50. */
  sendersBehind(after: number): SenderSums;
  depths(now: number): readonly TenantDepth[];
  /** How many wait in all: tells what `depths` would cost. */
  waiting(): number;
  held(): readonly HeldCount[];
  /** Entries of the record as they are sent out. */
  entries(after: number, limit: number): readonly SentEntry[];
  close(): void;
}

export interface EntrySums {
  /** The last entry that was looked at. */
  readonly last: number;
  readonly acts: readonly {
    /** Epoch ms, whole minutes. */
    readonly minute: number;
    readonly act: string;
    readonly tenant: string;
    readonly count: number;
  }[];
  /** How long delivered mails took from commit A, by bucket of `BOUNDS_MS`. */
  readonly through: readonly {
    readonly minute: number;
    readonly bucket: number;
    readonly count: number;
    readonly sumMs: number;
  }[];
}

export interface HoldSums {
  readonly last: number;
  readonly holds: readonly {
    readonly minute: number;
    readonly tenant: string;
    readonly code: string;
    /** Of a virus its name, else empty. */
    readonly name: string;
    readonly count: number;
  }[];
}

export interface SenderSums {
  readonly last: number;
  readonly senders: readonly {
    readonly minute: number;
    readonly untrustedSender: string;
    readonly count: number;
  }[];
}

export interface TenantDepth {
  readonly lane: LaneName;
  readonly tenant: string;
  readonly waiting: number;
  readonly oldestMs: number;
}

export interface HeldCount {
  readonly tenant: string;
  readonly code: string;
  readonly count: number;
}

export interface SentEntry {
  readonly seq: number;
  readonly at: number;
  readonly act: string;
  readonly actor: string;
  readonly item: string | null;
  /** JSON. */
  readonly facts: string;
  readonly hash: string;
}

const BUSY_TIMEOUT_MS = 5 * SECOND;
const MINUTE_SQL = "a.at / 60000 * 60000";
const TOOK_SQL = "max(0, a.at - i.received_at)";
const BUCKET_SQL = `CASE ${BOUNDS_MS.map((bound, at) => `WHEN ${TOOK_SQL} <= ${bound} THEN ${at}`).join(" ")} ELSE ${BOUNDS_MS.length} END`;
/** Word for word the condition of the index, or SQLite does not use it. */
const UNFINISHED_SQL =
  "state IN ('received', 'inspected', 'planned', 'sanitized', 'cleared')";
/** A virus's name is the scanner's word; what a hold's detail holds else may be a sender's. */
const NAME_SQL = `CASE code WHEN 'VIRUS_FOUND' THEN substr(detail, 1, 100) ELSE '' END`;
const MAX_SENDERS = 50;

export function watchLedger(file: string): LedgerWatch {
  try {
    const database = new DatabaseSync(file, {
      readOnly: true,
      timeout: BUSY_TIMEOUT_MS,
    });
    return prepare(database);
  } catch (error) {
    throw sqliteFault(error);
  }
}

function prepare(database: DatabaseSync): LedgerWatch {
  const sql = (text: string) => database.prepare(text);
  const last = sql("SELECT max(seq) AS seq FROM audit");
  const restored = sql(
    "SELECT max(seq) AS seq FROM audit WHERE act = 'restored'",
  );
  const acts = sql(
    `SELECT ${MINUTE_SQL} AS minute, act, coalesce(i.tenant, '') AS tenant, count(*) AS count
     FROM audit AS a LEFT JOIN items AS i ON i.id = a.item
     WHERE a.seq > ? AND a.seq <= ? GROUP BY 1, 2, 3`,
  );
  const through = sql(
    `SELECT ${MINUTE_SQL} AS minute, ${BUCKET_SQL} AS bucket, count(*) AS count, sum(${TOOK_SQL}) AS sumMs
     FROM audit AS a JOIN items AS i ON i.id = a.item
     WHERE a.seq > ? AND a.seq <= ? AND a.act = 'delivered' GROUP BY 1, 2`,
  );
  const lastHold = sql("SELECT max(seq) AS seq FROM holds");
  const holds = sql(
    `SELECT at / 60000 * 60000 AS minute, tenant, code, ${NAME_SQL} AS name, count(*) AS count
     FROM holds WHERE seq > ? AND seq <= ? GROUP BY 1, 2, 3, 4`,
  );
  const lastItem = sql("SELECT max(seq) AS seq FROM items");
  const senders = sql(
    `SELECT received_at / 60000 * 60000 AS minute, json_extract(envelope, '$.reversePath') AS untrustedSender,
       count(*) AS count
     FROM items WHERE seq > ? AND seq <= ? AND parent IS NULL GROUP BY 1, 2 ORDER BY 3 DESC LIMIT ${MAX_SENDERS}`,
  );
  const depths = sql(
    `SELECT CASE state WHEN 'received' THEN 'inspect' WHEN 'cleared' THEN 'deliver' ELSE 'sanitize' END AS lane,
       tenant, count(*) AS waiting, min(received_at) AS oldest
     FROM items INDEXED BY items_waiting WHERE ${UNFINISHED_SQL} GROUP BY 1, 2`,
  );
  const waiting = sql(
    `SELECT coalesce(sum(items), 0) AS items FROM tally WHERE ${UNFINISHED_SQL}`,
  );
  const held = sql(
    `SELECT tenant, code, count(*) AS count FROM holds INDEXED BY holds_state WHERE state = 'held' GROUP BY 1, 2`,
  );
  const entries = sql(
    "SELECT seq, at, act, actor, item, facts, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
  );
  const seqOf = (row: Record<string, unknown> | undefined) =>
    Number(row?.["seq"] ?? 0);
  return faultsTold({
    lastEntry: () => seqOf(last.get()),
    restoredAt: () => seqOf(restored.get()) || null,
    entriesBehind(after: number, limit: number) {
      const end = Math.min(seqOf(last.get()), after + limit);
      if (end <= after) return { last: after, acts: [], through: [] };
      return {
        last: end,
        acts: acts.all(after, end) as unknown as EntrySums["acts"],
        through: through.all(after, end) as unknown as EntrySums["through"],
      };
    },
    holdsBehind(after: number, limit: number) {
      const end = Math.min(seqOf(lastHold.get()), after + limit);
      const rows = end <= after ? [] : holds.all(after, end);
      return {
        last: Math.max(after, end),
        holds: rows as unknown as HoldSums["holds"],
      };
    },
    sendersBehind(after: number) {
      const end = seqOf(lastItem.get());
      const rows = end <= after ? [] : senders.all(after, end);
      return {
        last: Math.max(after, end),
        senders: rows as unknown as SenderSums["senders"],
      };
    },
    depths: (now: number) =>
      depths.all().map((row) => ({
        lane: row["lane"] as LaneName,
        tenant: String(row["tenant"]),
        waiting: Number(row["waiting"]),
        oldestMs: Math.max(0, now - Number(row["oldest"])),
      })),
    waiting: () => Number(waiting.get()?.["items"] ?? 0),
    held: () => held.all() as unknown as HeldCount[],
    entries: (after: number, limit: number) =>
      entries.all(after, limit) as unknown as SentEntry[],
    close: () => database.close(),
  });
}

function faultsTold(watch: LedgerWatch): LedgerWatch {
  const told = Object.entries(watch).map(([name, ask]) => [
    name,
    (...args: readonly unknown[]) => {
      try {
        return (ask as (...args: readonly unknown[]) => unknown)(...args);
      } catch (error) {
        throw sqliteFault(error);
      }
    },
  ]);
  return Object.fromEntries(told) as LedgerWatch;
}

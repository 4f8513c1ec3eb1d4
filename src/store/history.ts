import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "../core/fault.ts";
import { HISTORY_STEPS } from "../core/history.ts";
import type {
  HistoryAddition,
  HistoryPoint,
  HistoryReader,
} from "../core/history.ts";
import { addTimes, NO_TIMES } from "../core/measure.ts";
import type { Stage, Times } from "../core/measure.ts";
import { SECOND } from "../core/units.ts";
import { HISTORY_SCHEMA } from "./history/schema.ts";
import { sqliteFault } from "./ledger/sqlite-fault.ts";

/** Forward only, as in the ledger. */
const MIGRATIONS: readonly string[] = [HISTORY_SCHEMA];
const BUSY_TIMEOUT_MS = 5 * SECOND;

/** What the watchman writes and remembers. */
export interface History extends HistoryReader {
  /** Each step of each width gets its part; one transaction. */
  add(addition: HistoryAddition): void;
  /** Takes away what is older than it is kept. Returns how many rows went. */
  prune(now: number): number;
  setCursor(name: string, value: number): void;
  /** Sum of all that was ever counted, by series and tenant. */
  totals(): readonly {
    readonly series: string;
    readonly tenant: string;
    readonly count: number;
  }[];
  /** Of the series that begin with `prefix`, from then on. */
  sumsSince(
    prefix: string,
    from: number,
  ): readonly {
    readonly series: string;
    readonly tenant: string;
    readonly count: number;
  }[];
  /** Small JSON texts that outlive a restart. */
  note(name: string): string | null;
  setNote(name: string, text: string): void;
}

/**
 * A small file of its own beside the ledger: it may be deleted, and what the record tells is read again from its first entry.
 * Faults: STORE_FULL, STORE_FAILED, STORE_DAMAGED, STORE_NEWER.
 */
export function createHistory(file: string): History {
  return asFault(() => {
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      const version = versionOf(database);
      if (version > MIGRATIONS.length)
        throw new Fault("STORE_NEWER", { version, known: MIGRATIONS.length });
      chmodSync(file, 0o600);
      database.exec("PRAGMA journal_mode = WAL");
      // Once a minute; after a power cut the last minutes are read again from the record.
      database.exec("PRAGMA synchronous = NORMAL");
      database.exec("PRAGMA journal_size_limit = 16777216");
      migrate(database);
      return faultsTold({ ...reading(database), ...writing(database) });
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Null while there is no history yet. */
export function openHistoryReader(file: string): HistoryReader | null {
  try {
    const database = new DatabaseSync(file, {
      readOnly: true,
      timeout: BUSY_TIMEOUT_MS,
    });
    if (versionOf(database) !== MIGRATIONS.length) {
      database.close();
      return null;
    }
    return faultsTold(reading(database));
  } catch {
    return null;
  }
}

/**
 * The last entry of the record that each of these collectors has; null when there are none. Of a history that cannot be read
 * nothing is known to be sent.
 */
export function sentUpTo(
  file: string,
  collectors: readonly string[],
): number | null {
  if (collectors.length === 0) return null;
  const history = openHistoryReader(file);
  if (history === null) return 0;
  try {
    return Math.min(
      ...collectors.map((name) => history.cursor(`sent.${name}`)),
    );
  } finally {
    history.close();
  }
}

function migrate(database: DatabaseSync): void {
  for (const sql of MIGRATIONS.slice(versionOf(database))) {
    database.exec("BEGIN IMMEDIATE");
    database.exec(sql);
    database.exec(`PRAGMA user_version = ${String(MIGRATIONS.length)}`);
    database.exec("COMMIT");
  }
}

function versionOf(database: DatabaseSync): number {
  const row = database.prepare("PRAGMA user_version").get();
  return Number(row?.["user_version"] ?? 0);
}

function reading(database: DatabaseSync): HistoryReader {
  const series = database.prepare(
    `SELECT at, sum(CASE samples WHEN 0 THEN sum ELSE sum / samples END) AS value, sum(most) AS most
     FROM points WHERE step = ? AND series = ? AND at >= ? AND at < ?
       AND (?5 IS NULL OR tenant IN (SELECT value FROM json_each(?5))) GROUP BY at ORDER BY at`,
  );
  const times = database.prepare(
    "SELECT at, counts, sum_ms FROM times WHERE step = ? AND stage = ? AND at >= ? AND at < ? ORDER BY at",
  );
  const cursor = database.prepare("SELECT value FROM cursors WHERE name = ?");
  return {
    series: ({ series: name, tenants, stepMs, from, until }) =>
      series.all(
        ...[stepMs, name, from, until],
        tenants === null ? null : JSON.stringify(tenants),
      ) as unknown as HistoryPoint[],
    times: ({ stage, stepMs, from, until }) =>
      times.all(stepMs, stage, from, until).map((row) => ({
        at: Number(row["at"]),
        times: timesOf(row),
      })),
    cursor: (name) => Number(cursor.get(name)?.["value"] ?? 0),
    close: () => database.close(),
  };
}

function timesOf(row: Record<string, unknown>): Times {
  return {
    counts: JSON.parse(String(row["counts"])) as number[],
    sumMs: Number(row["sum_ms"]),
  };
}

function writing(database: DatabaseSync): Omit<History, keyof HistoryReader> {
  const put = prepareAdd(database);
  const putTotal = database.prepare(
    `INSERT INTO totals (series, tenant, count) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  );
  const prune = ["points", "times"].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE step = ? AND at < ?`),
  );
  const setCursor = database.prepare(
    "INSERT INTO cursors (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  const totals = database.prepare("SELECT series, tenant, count FROM totals");
  const sums = database.prepare(
    `SELECT series, tenant, sum(sum) AS count FROM points
     WHERE step = ? AND series >= ? AND series < ? AND at >= ? GROUP BY 1, 2 ORDER BY 3 DESC`,
  );
  const note = database.prepare("SELECT text FROM notes WHERE name = ?");
  const setNote = database.prepare(
    "INSERT INTO notes (name, text) VALUES (?, ?) ON CONFLICT DO UPDATE SET text = excluded.text",
  );
  return {
    add(addition) {
      inTransaction(database, () => {
        put(addition);
        for (const { series, tenant, count } of addition.counts)
          putTotal.run(series, tenant, count);
        for (const [name, value] of Object.entries(addition.cursors))
          setCursor.run(name, value);
      });
    },
    prune: (now) =>
      HISTORY_STEPS.reduce(
        (gone, { stepMs, keepMs }) =>
          prune.reduce(
            (sum, one) => sum + Number(one.run(stepMs, now - keepMs).changes),
            gone,
          ),
        0,
      ),
    setCursor: (name, value) => void setCursor.run(name, value),
    totals: () => totals.all() as unknown as ReturnType<History["totals"]>,
    sumsSince(prefix, from) {
      const widest = HISTORY_STEPS.at(-2)?.stepMs ?? 0;
      return sums.all(
        ...[widest, prefix, `${prefix}\u{10ffff}`, from],
      ) as unknown as ReturnType<History["sumsSince"]>;
    },
    note: (name) => (note.get(name)?.["text"] as string | undefined) ?? null,
    setNote: (name, text) => void setNote.run(name, text),
  };
}

function prepareAdd(database: DatabaseSync): (one: HistoryAddition) => void {
  const count = database.prepare(
    `INSERT INTO points (step, series, at, tenant, sum, samples, most) VALUES (?, ?, ?, ?, ?5, 0, ?5)
     ON CONFLICT DO UPDATE SET sum = sum + excluded.sum, most = most + excluded.most`,
  );
  const level = database.prepare(
    `INSERT INTO points (step, series, at, tenant, sum, samples, most) VALUES (?, ?, ?, ?, ?5, 1, ?5)
     ON CONFLICT DO UPDATE SET sum = sum + excluded.sum, samples = samples + 1, most = max(most, excluded.most)`,
  );
  const findTimes = database.prepare(
    "SELECT counts, sum_ms FROM times WHERE step = ? AND stage = ? AND at = ?",
  );
  const putTimes = database.prepare(
    `INSERT INTO times (step, stage, at, counts, sum_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET counts = excluded.counts, sum_ms = excluded.sum_ms`,
  );
  const addTime = (
    stepMs: number,
    { at, stage, times }: { at: number; stage: Stage; times: Times },
  ) => {
    const place = stepOf(at, stepMs);
    const row = findTimes.get(stepMs, stage, place);
    const sum = addTimes(row === undefined ? NO_TIMES : timesOf(row), times);
    const counts = JSON.stringify(sum.counts);
    putTimes.run(stepMs, stage, place, counts, sum.sumMs);
  };
  return ({ counts, levels, times }) => {
    for (const { stepMs } of HISTORY_STEPS) {
      for (const one of counts)
        count.run(
          ...[stepMs, one.series, stepOf(one.at, stepMs), one.tenant],
          one.count,
        );
      for (const one of levels)
        level.run(
          ...[stepMs, one.series, stepOf(one.at, stepMs), one.tenant],
          one.value,
        );
      for (const one of times) addTime(stepMs, one);
    }
  };
}

/** The whole days of the history are those of Japan, which has no summer time. */
const DAY_BEGINS_MS = 9 * 3600 * SECOND;

export function stepOf(at: number, stepMs: number): number {
  const shifted = at + DAY_BEGINS_MS;
  return shifted - (shifted % stepMs) - DAY_BEGINS_MS;
}

function inTransaction(database: DatabaseSync, act: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    act();
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function asFault<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw sqliteFault(error, "history");
  }
}

function faultsTold<T extends object>(rooms: T): T {
  const told = Object.entries(rooms).map(([name, act]) => [
    name,
    (...args: readonly unknown[]) =>
      asFault(() => (act as (...args: readonly unknown[]) => unknown)(...args)),
  ]);
  return Object.fromEntries(told) as T;
}

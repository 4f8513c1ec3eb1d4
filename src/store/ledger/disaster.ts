import type { DatabaseSync } from "node:sqlite";
import { MAX_DISASTER_HOURS } from "../../core/disaster.ts";
import type {
  DisasterAct,
  DisasterAnswer,
  Disasters,
  DisasterState,
} from "../../core/disaster.ts";
import { Fault } from "../../core/fault.ts";
import { HOUR } from "../../core/units.ts";
import type { Books } from "./books.ts";

interface Row {
  readonly seq: number;
  readonly asked_at: number;
  readonly asked_by: string;
  readonly why: string;
  readonly hours: number;
  readonly confirmed_at: number | null;
  readonly confirmed_by: string | null;
  readonly until: number | null;
}

/** Whoever confirms should know what is asked for now. */
const LAPSES_MS = HOUR;

/** The newest that nobody has ended; its time may be up. */
const OPEN =
  "SELECT * FROM disasters WHERE ended_at IS NULL ORDER BY seq DESC LIMIT 1";

function lastsUntil({ until, asked_at }: Row): number {
  return until ?? asked_at + LAPSES_MS;
}

export function prepareDisaster(
  database: DatabaseSync,
): (at: number) => DisasterState {
  const open = database.prepare(OPEN);
  return (at) => {
    const row = open.get() as unknown as Row | undefined;
    if (row === undefined || lastsUntil(row) <= at) return { kind: "off" };
    const { asked_by: askedBy, asked_at: askedAt, why, hours } = row;
    return row.confirmed_at === null || row.until === null
      ? {
          ...{ kind: "asked", askedAt, askedBy, why, hours },
          lapsesAt: lastsUntil(row),
        }
      : {
          ...{ kind: "on", askedBy, confirmedBy: row.confirmed_by ?? "" },
          ...{ confirmedAt: row.confirmed_at, why, until: row.until },
        };
  };
}

export function prepareDisasterActs(database: DatabaseSync, books: Books) {
  const open = database.prepare(OPEN);
  const ask = database.prepare(
    "INSERT INTO disasters (asked_at, asked_by, why, hours) VALUES (?, ?, ?, ?)",
  );
  const confirm = database.prepare(
    "UPDATE disasters SET confirmed_at = ?, confirmed_by = ?, until = ? WHERE seq = ?",
  );
  const end = database.prepare(
    "UPDATE disasters SET ended_at = ?, ended_by = ? WHERE seq = ?",
  );
  const openAt = (at: number): Row | null => {
    const row = open.get() as unknown as Row | undefined;
    return row === undefined || lastsUntil(row) <= at ? null : row;
  };
  const closeDisaster = (at: number): boolean => {
    const row = open.get() as unknown as Row | undefined;
    if (row === undefined || lastsUntil(row) > at) return false;
    end.run(lastsUntil(row), "timer", row.seq);
    const act = row.until === null ? "disaster-lapsed" : "disaster-ended";
    const facts = { until: lastsUntil(row), askedBy: row.asked_by };
    books.append(at, { act, actor: "supervisor", facts });
    return true;
  };
  return {
    closeDisaster,
    askDisaster(
      at: number,
      act: DisasterAct & { readonly why: string; readonly hours: number },
    ): DisasterAnswer {
      const { who, via, why, hours } = act;
      if (!(hours >= 1 && hours <= MAX_DISASTER_HOURS))
        throw new Fault("JOB_MALFORMED", { field: "hours" });
      closeDisaster(at);
      if (openAt(at) !== null) return "already";
      ask.run(at, who, why, hours);
      const facts = { why, hours, via };
      books.append(at, { act: "disaster-asked", actor: who, facts });
      return "done";
    },
    confirmDisaster(
      at: number,
      { who, via, seen }: Parameters<Disasters["confirmDisaster"]>[0],
    ): DisasterAnswer {
      const row = openAt(at);
      if (row === null) return "not-asked";
      if (row.confirmed_at !== null) return "already";
      if (row.asked_by === who) return "same-person";
      const isOther =
        seen !== undefined &&
        (row.asked_by !== seen.askedBy || row.asked_at !== seen.askedAt);
      if (isOther) return "not-asked";
      const until = at + row.hours * HOUR;
      confirm.run(at, who, until, row.seq);
      const facts = { askedBy: row.asked_by, why: row.why, until, via };
      books.append(at, { act: "disaster-confirmed", actor: who, facts });
      return "done";
    },
    endDisaster(
      at: number,
      { who, via, why }: DisasterAct & { readonly why: string },
    ): DisasterAnswer {
      const row = openAt(at);
      if (row === null) return "off";
      end.run(at, who, row.seq);
      const facts = { why, via, wasOn: row.confirmed_at !== null };
      books.append(at, { act: "disaster-ended", actor: who, facts });
      return "done";
    },
  };
}

import { DAY } from "../core/units.ts";

export interface Period {
  readonly from: number;
  readonly until: number;
}

const MONTH = /^(20\d\d)-(0[1-9]|1[0-2])$/;
const DAYS = /^(20\d\d-\d\d-\d\d)\.\.(20\d\d-\d\d-\d\d)$/;
/** A report reads every mail of its time. */
export const MAX_REPORT_DAYS = 400;
/** The clock on the walls of Japan, which has no summer time. */
const JAPAN_MS = 9 * 3_600_000;

/** `2026-11`, or `2026-11-01..2026-11-15` with both days in it; null when it is neither, or too long. */
export function parsePeriod(text: string): Period | null {
  const month = MONTH.exec(text);
  if (month !== null) {
    const [year, which] = [Number(month[1]), Number(month[2])];
    const begin = (at: number) => Date.UTC(year, at, 1) - JAPAN_MS;
    return { from: begin(which - 1), until: begin(which) };
  }
  const days = DAYS.exec(text);
  if (days === null) return null;
  const [from, last] = [dayStart(days[1] ?? ""), dayStart(days[2] ?? "")];
  if (from === null || last === null) return null;
  const until = last + DAY;
  const isRight = until > from && until - from <= MAX_REPORT_DAYS * DAY;
  return isRight ? { from, until } : null;
}

/** The day in Japan: `2026-11-01`. */
export function dayOf(epochMs: number): string {
  return new Date(epochMs + JAPAN_MS).toISOString().slice(0, 10);
}

function dayStart(day: string): number | null {
  const start = Date.parse(`${day}T00:00:00+09:00`);
  // 2026-02-30 is no day, whatever a parser makes of it.
  return !Number.isNaN(start) && dayOf(start) === day ? start : null;
}

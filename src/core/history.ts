import type { Counter, Stage, Times } from "./measure.ts";
import { DAY, HOUR, MINUTE } from "./units.ts";

/** What the history keeps, how finely and for how long. */

export const HISTORY_STEPS = [
  { stepMs: MINUTE, keepMs: 26 * HOUR },
  { stepMs: 10 * MINUTE, keepMs: 8 * DAY },
  { stepMs: HOUR, keepMs: 63 * DAY },
  { stepMs: DAY, keepMs: 3700 * DAY },
] as const;

export interface HistoryRange {
  readonly spanMs: number;
  readonly stepMs: number;
}

/** What a chart may show, and how finely. */
export const HISTORY_RANGES = {
  hour: { spanMs: HOUR, stepMs: MINUTE },
  day: { spanMs: DAY, stepMs: 10 * MINUTE },
  week: { spanMs: 7 * DAY, stepMs: 10 * MINUTE },
  month: { spanMs: 31 * DAY, stepMs: HOUR },
  year: { spanMs: 366 * DAY, stepMs: DAY },
} as const satisfies Record<string, HistoryRange>;

export type RangeName = keyof typeof HISTORY_RANGES;

/** Levels that are looked at again and again; kept as mean and peak of each step. */
export const GAUGES = [
  ...(["waiting.inspect", "waiting.sanitize", "waiting.deliver"] as const),
  ...(["oldest.inspect", "oldest.sanitize", "oldest.deliver"] as const),
  ...([
    "disk.free",
    "workers.gone",
    "scanner.answers",
    "lgwan.answers",
  ] as const),
  "signatures.age" as const,
] as const;
export type Gauge = (typeof GAUGES)[number];

/** Gauges and counters kept for each tenant apart. The rest is of the whole gateway: tenant "". */
export function isOfTenants(series: string): boolean {
  return /^(arrivals|completions|failures|held|malicious|waiting\.|oldest\.)/.test(
    series,
  );
}

/** A step of the history as it is added. */
export interface HistoryAddition {
  readonly counts: readonly {
    readonly at: number;
    readonly series: Counter | `held.${string}` | `virus.${string}`;
    readonly tenant: string;
    readonly count: number;
  }[];
  readonly levels: readonly {
    readonly at: number;
    readonly series: Gauge;
    readonly tenant: string;
    readonly value: number;
  }[];
  readonly times: readonly {
    readonly at: number;
    readonly stage: Stage;
    readonly times: Times;
  }[];
  /** How far each source was read; in the same transaction, so that nothing is counted twice or never. */
  readonly cursors: Readonly<Record<string, number>>;
}

export interface HistoryPoint {
  readonly at: number;
  /** Of counts the sum; of levels the mean. */
  readonly value: number;
  /** Of levels the highest; of counts the sum. */
  readonly most: number;
}

/** Read by the console, written by the watchman alone. */
export interface HistoryReader {
  /** Oldest first, without the steps in which there was nothing. Null as tenants: all of them. */
  series(ask: {
    readonly series: string;
    readonly tenants: readonly string[] | null;
    readonly stepMs: number;
    readonly from: number;
    readonly until: number;
  }): readonly HistoryPoint[];
  times(ask: {
    readonly stage: Stage;
    readonly stepMs: number;
    readonly from: number;
    readonly until: number;
  }): readonly { readonly at: number; readonly times: Times }[];
  /** How far a source was read, or a collector has it (`sent.NAME`); 0 before anything was. */
  cursor(name: string): number;
  close(): void;
}

import type { AuthCount } from "./authentication.ts";
import type { LaneName } from "./lanes.ts";

/** What is measured and how it is called. The names are those of the pages, of the history and of Prometheus alike. */

/** What takes a mail's time, in the order of the line; `through` is all of it, from commit A to the last receipt. */
export const STAGES = [
  ...(["spool", "record"] as const),
  ...(["begin", "inspect", "scan", "plan", "sanitize"] as const),
  ...(["rebuild", "clear", "vault", "outbox", "commit"] as const),
  ...(["verify", "send", "receipt"] as const),
  "through" as const,
] as const;

export type Stage = (typeof STAGES)[number];

const STEPS_A_DECADE = 5;
const LEAST_MS = 0.1;
const BUCKETS = 35;

/** Upper bounds of the buckets in ms, from 0.1 ms to 10 minutes; one bucket more holds whatever took longer. */
export const BOUNDS_MS: readonly number[] = Array.from(
  { length: BUCKETS },
  (_, at) => Number((LEAST_MS * 10 ** (at / STEPS_A_DECADE)).toPrecision(2)),
);

/** How often it took how long. */
export interface Times {
  /** One a bucket of `BOUNDS_MS`, and the one past them. */
  readonly counts: readonly number[];
  readonly sumMs: number;
}

export const NO_TIMES: Times = {
  counts: Array.from({ length: BUCKETS + 1 }, () => 0),
  sumMs: 0,
};

export function bucketOf(ms: number): number {
  let low = 0;
  let high = BUCKETS;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ms <= (BOUNDS_MS[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function addTimes(one: Times, other: Times): Times {
  return {
    counts: NO_TIMES.counts.map(
      (_, at) => (one.counts[at] ?? 0) + (other.counts[at] ?? 0),
    ),
    sumMs: one.sumMs + other.sumMs,
  };
}

/** What came since `before`; everything when it began anew meanwhile. */
export function timesSince(now: Times, before: Times): Times {
  const counts = now.counts.map(
    (count, at) => count - (before.counts[at] ?? 0),
  );
  if (counts.some((count) => count < 0)) return now;
  return { counts, sumMs: now.sumMs - before.sumMs };
}

export function countOf({ counts }: Times): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** In ms, straight between the bounds of its bucket; null when nothing was timed. Wrong by less than the bucket is wide (58 %). */
export function quantile(times: Times, share: number): number | null {
  const total = countOf(times);
  if (total === 0) return null;
  let left = total * share;
  for (const [at, count] of times.counts.entries()) {
    if (count === 0) continue;
    if (left > count) {
      left -= count;
      continue;
    }
    const low = at === 0 ? 0 : (BOUNDS_MS[at - 1] ?? 0);
    const high = BOUNDS_MS[at] ?? low;
    return low + (high - low) * (left / count);
  }
  return BOUNDS_MS.at(-1) ?? null;
}

/** Checks of senders by method and result. */
export type AuthCounts = Readonly<Partial<Record<AuthCount, number>>>;

/** What one worker tells of itself every few seconds, all of it since it started. */
export interface WorkerReport {
  readonly worker: string;
  readonly pid: number;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly at: number;
  readonly residentBytes: number;
  readonly cpuSeconds: number;
  /** Faults by code, as they were written to the log. */
  readonly faults: Readonly<Record<string, number>>;
  readonly authentications: AuthCounts;
  readonly stages: Readonly<Partial<Record<Stage, Times>>>;
  /** Of the courier: whether the mail server of the inner side greets. Null when it was not asked yet. */
  readonly lgwan: PeerAnswer | null;
}

export interface PeerAnswer {
  readonly answers: boolean;
  /** Its greeting, or why there was none. */
  readonly untrustedDetail: string;
  readonly at: number;
}

/** Words for what is counted by tenant. */
export const COUNTERS = [
  "arrivals",
  "completions",
  "failures",
  "held",
  "malicious",
] as const;
export type Counter = (typeof COUNTERS)[number];

export interface LaneMeasure {
  readonly lane: LaneName;
  readonly waiting: number;
  readonly oldestMs: number | null;
  readonly tenants: readonly {
    readonly tenant: string;
    readonly waiting: number;
    readonly oldestMs: number | null;
  }[];
}

export interface WorkerMeasure {
  readonly name: string;
  readonly alive: boolean;
  readonly pid: number;
  readonly startedAt: number;
  readonly at: number;
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

export type Severity = "critical" | "warning" | "notice";

/** Something that is wrong now, with what to do. */
export interface Trouble {
  readonly code: string;
  /** Which lane, worker and the like; empty where there is only one. */
  readonly about: string;
  readonly severity: Severity;
  /** What stands still because of it. */
  readonly stops: "intake" | "crossing" | null;
  readonly title: string;
  readonly message: string;
  readonly advice: string;
  /** Epoch ms. */
  readonly since: number;
}

/** Everything that is known now. Written by the watchman every other second; counts are since the history began. */
export interface Measures {
  readonly at: number;
  readonly lanes: readonly LaneMeasure[];
  readonly tenants: readonly ({
    readonly tenant: string;
  } & Readonly<Record<Counter, number>>)[];
  /** Of the last five minutes. */
  readonly stages: readonly {
    readonly stage: Stage;
    readonly count: number;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
  }[];
  /** Since each worker started, for Prometheus. */
  readonly times: Readonly<Partial<Record<Stage, Times>>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly authentications: AuthCounts;
  readonly workers: readonly WorkerMeasure[];
  readonly scanner: {
    readonly engine: string;
    readonly signatures: string;
    readonly builtAt: number | null;
  } | null;
  readonly lgwan: PeerAnswer | null;
  readonly disk: {
    readonly freeBytes: number;
    readonly totalBytes: number;
    readonly minFreeBytes: number;
  };
  /** Open holds by tenant and reason. */
  readonly held: readonly {
    readonly tenant: string;
    readonly code: string;
    readonly count: number;
  }[];
  /** Viruses of the last 30 days by tenant and name, most first. */
  readonly malicious: readonly {
    readonly tenant: string;
    readonly name: string;
    readonly count: number;
  }[];
  /** Last number that each collector has, and the last there is. */
  readonly events: {
    readonly last: number;
    readonly sent: Readonly<Record<string, number>>;
  };
  readonly troubles: readonly Trouble[];
}

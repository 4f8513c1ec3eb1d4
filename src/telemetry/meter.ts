import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { countsOf } from "../core/authentication.ts";
import type {
  Authenticate,
  AuthCount,
  Authentication,
} from "../core/authentication.ts";
import { bucketOf, NO_TIMES } from "../core/measure.ts";
import type { PeerAnswer, Stage, WorkerReport } from "../core/measure.ts";
import type { Log } from "../core/log.ts";
import { SECOND } from "../core/units.ts";

/** Points of the line that a meter knows, and the stage that ends there. */
export const STAGE_AT: Readonly<Record<string, Stage>> = {
  spooled: "spool",
  begun: "begin",
  inspected: "inspect",
  scanned: "scan",
  planned: "plan",
  sanitized: "sanitize",
  rebuilt: "rebuild",
  cleared: "clear",
  vaulted: "vault",
  "outbox-written": "outbox",
  "attempt-opened": "verify",
  sent: "send",
  "attempt-closed": "receipt",
};

const MAX_FAULT_CODES = 200;

/** Told the name of each point that one mail passes. */
export type Lap = (point: string) => void;

/** Counts and times inside one worker, in memory alone: a mail pays a clock and an addition a point, under a microsecond. */
export class Meter {
  readonly #faults = new Map<string, number>();
  readonly #authentications: Partial<Record<AuthCount, number>> = {};
  readonly #stages = new Map<Stage, { counts: number[]; sumMs: number }>();
  lgwan: PeerAnswer | null = null;

  time(stage: Stage, ms: number): void {
    let times = this.#stages.get(stage);
    if (times === undefined) {
      times = { counts: [...NO_TIMES.counts], sumMs: 0 };
      this.#stages.set(stage, times);
    }
    const at = bucketOf(ms);
    times.counts[at] = (times.counts[at] ?? 0) + 1;
    times.sumMs += ms;
  }

  /** One mail's way: each point ends a stage that began at the one before. `committed` is named by who commits. */
  laps(committed: Stage): Lap {
    let last = performance.now();
    return (point) => {
      const stage = point === "committed" ? committed : STAGE_AT[point];
      const now = performance.now();
      if (stage !== undefined) this.time(stage, now - last);
      last = now;
    };
  }

  fault(code: string): void {
    if (!this.#faults.has(code) && this.#faults.size >= MAX_FAULT_CODES) return;
    this.#faults.set(code, (this.#faults.get(code) ?? 0) + 1);
  }

  authenticated(found: Authentication): void {
    for (const count of countsOf(found))
      this.#authentications[count] = (this.#authentications[count] ?? 0) + 1;
  }

  facts(): Pick<
    WorkerReport,
    "faults" | "authentications" | "stages" | "lgwan"
  > {
    return {
      faults: Object.fromEntries(this.#faults),
      authentications: { ...this.#authentications },
      stages: Object.fromEntries(this.#stages),
      lgwan: this.lgwan,
    };
  }
}

/** What is logged with a fault is counted by its code; nothing else changes. */
export function countingFaults(log: Log, meter: Meter): Log {
  const count = (facts: Readonly<Record<string, unknown>> | undefined) => {
    const code = codeOf(facts?.["fault"]);
    if (code !== null) meter.fault(code);
  };
  return {
    info(event, facts) {
      count(facts);
      log.info(event, facts);
    },
    warn(event, facts) {
      count(facts);
      log.warn(event, facts);
    },
    error(event, facts) {
      count(facts);
      log.error(event, facts);
    },
  };
}

/** What comes of each check is counted; nothing else changes. */
export function countingChecks(
  authenticate: Authenticate,
  meter: Meter,
): Authenticate {
  return async (mail) => {
    const found = await authenticate(mail);
    if (found !== null) meter.authenticated(found);
    return found;
  };
}

function codeOf(fault: unknown): string | null {
  if (typeof fault === "string") return fault;
  return typeof fault === "object" &&
    fault !== null &&
    "code" in fault &&
    typeof fault.code === "string"
    ? fault.code
    : null;
}

export const REPORT_MS = 3 * SECOND;

/**
 * Writes what a worker knows of itself into `folder` every few seconds: a file that is renamed into place, not synced, for it
 * is worth nothing after a power cut. Returns how to end, which takes the file away.
 */
export function keepReporting(place: {
  readonly folder: string;
  readonly worker: string;
  readonly meter: Meter;
  readonly log: Log;
}): () => Promise<void> {
  const { folder, worker, meter, log } = place;
  const startedAt = Date.now();
  const file = join(folder, `${worker}-${process.pid}.json`);
  let isTold = false;
  let writing: Promise<void> = Promise.resolve();
  const write = async () => {
    const report: WorkerReport = {
      ...{ worker, pid: process.pid, startedAt, at: Date.now() },
      residentBytes: process.memoryUsage.rss(),
      cpuSeconds: cpuSeconds(),
      ...meter.facts(),
    };
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(`${file}.half`, JSON.stringify(report), { mode: 0o600 });
      await rename(`${file}.half`, file);
      isTold = false;
    } catch (error) {
      // A full disk is told once; the mail goes on.
      if (!isTold) log.warn("report.failed", { error });
      isTold = true;
    }
  };
  const next = () => (writing = writing.then(write));
  const timer = setInterval(() => void next(), REPORT_MS);
  timer.unref();
  void next();
  return async () => {
    clearInterval(timer);
    await writing;
    await rm(file, { force: true });
  };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

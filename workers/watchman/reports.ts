import { open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AUTH_COUNTS } from "../../src/core/authentication.ts";
import type { AuthCount } from "../../src/core/authentication.ts";
import {
  addTimes,
  NO_TIMES,
  STAGES,
  timesSince,
} from "../../src/core/measure.ts";
import type {
  AuthCounts,
  PeerAnswer,
  Stage,
  Times,
  WorkerMeasure,
  WorkerReport,
} from "../../src/core/measure.ts";
import { MINUTE, SECOND } from "../../src/core/units.ts";
import {
  MAX_REPORT_BYTES,
  parseWorkerReport,
} from "../../src/wire/worker-report.ts";

/** Five reports that did not come. */
const GONE_MS = 15 * SECOND;
const FORGET_MS = 10 * MINUTE;
const MAX_WORKERS = 200;
const RECENT_MINUTES = 5;

/** What the workers' files tell, and what came of it since the last look. */
export class Reports {
  readonly #folder: string;
  readonly #known = new Map<string, WorkerReport>();
  readonly #last = new Map<string, WorkerReport>();
  /** New times since the history was written. */
  readonly #fresh = new Map<Stage, Times>();
  readonly #recent: Map<Stage, Times>[] = [];
  readonly #startedAt: number;

  constructor(folder: string, now: number) {
    this.#folder = folder;
    this.#startedAt = now;
  }

  async look(now: number): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const files = names.filter((name) => /^[a-z]+-\d+\.json$/.test(name));
    for (const name of files.slice(0, MAX_WORKERS)) {
      const report = await readReport(join(this.#folder, name));
      if (report === null) continue;
      // Of an earlier run, which the power ended.
      if (report.at < now - FORGET_MS)
        await rm(join(this.#folder, name), { force: true });
      else if (report.at >= this.#startedAt - GONE_MS) this.#take(name, report);
    }
    for (const [name, { at, worker }] of this.#known)
      if (at < now - GONE_MS && this.#isReplaced(worker, now))
        this.#known.delete(name);
  }

  #take(name: string, report: WorkerReport): void {
    this.#known.set(name, report);
    const before = this.#last.get(name);
    this.#last.set(name, report);
    if (this.#last.size > MAX_WORKERS)
      this.#last.delete(this.#last.keys().next().value ?? "");
    for (const [stage, times] of stagesOf(report)) {
      const since = timesSince(times, before?.stages[stage] ?? NO_TIMES);
      this.#fresh.set(
        stage,
        addTimes(this.#fresh.get(stage) ?? NO_TIMES, since),
      );
    }
  }

  #isReplaced(worker: string, now: number): boolean {
    return [...this.#known.values()].some(
      (one) => one.worker === worker && one.at >= now - GONE_MS,
    );
  }

  /** The newest of each name; gone when nothing was heard for some time. */
  workers(now: number): readonly WorkerMeasure[] {
    return [...this.#known.values()]
      .map(({ worker, pid, startedAt, at, residentBytes, cpuSeconds }) => ({
        ...{ name: worker, alive: at >= now - GONE_MS, pid, startedAt, at },
        ...{ residentBytes, cpuSeconds },
      }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Since each worker started. */
  get times(): Readonly<Partial<Record<Stage, Times>>> {
    const sums: Partial<Record<Stage, Times>> = {};
    for (const report of this.#known.values())
      for (const [stage, times] of stagesOf(report))
        sums[stage] = addTimes(sums[stage] ?? NO_TIMES, times);
    return sums;
  }

  get faults(): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const { faults } of this.#known.values())
      for (const [code, count] of Object.entries(faults))
        sums[code] = (sums[code] ?? 0) + count;
    return sums;
  }

  get authentications(): AuthCounts {
    const sums: Partial<Record<AuthCount, number>> = {};
    for (const { authentications } of this.#known.values())
      for (const count of AUTH_COUNTS) {
        const times = authentications[count];
        if (times !== undefined) sums[count] = (sums[count] ?? 0) + times;
      }
    return sums;
  }

  get lgwan(): PeerAnswer | null {
    const told = [...this.#known.values()].flatMap(({ lgwan }) => lgwan ?? []);
    return told.sort((one, other) => other.at - one.at)[0] ?? null;
  }

  /** Of the last minutes; `through` of the ledger is added by who asks. */
  recent(stage: Stage, now: Times = NO_TIMES): Times {
    const all = this.#recent.map((minute) => minute.get(stage) ?? NO_TIMES);
    return [...all, this.#fresh.get(stage) ?? NO_TIMES, now].reduce(addTimes);
  }

  /** A minute is over: its times, for the history. */
  endMinute(through: Times): readonly { stage: Stage; times: Times }[] {
    const minute = new Map([...this.#fresh, ["through", through] as const]);
    this.#recent.push(minute);
    if (this.#recent.length > RECENT_MINUTES) this.#recent.shift();
    const fresh = [...this.#fresh].map(([stage, times]) => ({ stage, times }));
    this.#fresh.clear();
    return fresh;
  }
}

function stagesOf({ stages }: WorkerReport): [Stage, Times][] {
  return STAGES.flatMap((stage): [Stage, Times][] => {
    const times = stages[stage];
    return times === undefined ? [] : [[stage, times]];
  });
}

async function readReport(path: string): Promise<WorkerReport | null> {
  const file = await open(path, "r").catch(() => null);
  if (file === null) return null;
  try {
    const buffer = Buffer.alloc(MAX_REPORT_BYTES);
    const { bytesRead } = await file.read(buffer, 0, MAX_REPORT_BYTES, 0);
    return parseWorkerReport(buffer.toString("utf8", 0, bytesRead));
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

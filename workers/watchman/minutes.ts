import { GAUGES } from "../../src/core/history.ts";
import type { Gauge, HistoryAddition } from "../../src/core/history.ts";
import type { Measures } from "../../src/core/measure.ts";
import { MINUTE, SECOND } from "../../src/core/units.ts";
import type { History } from "../../src/store/history.ts";
import type { Counts } from "./counts.ts";
import type { Reports } from "./reports.ts";

type Minute = Pick<HistoryAddition, "levels" | "times">;

const COUNTS_MS = 10 * SECOND;
const PRUNE_MS = 10 * MINUTE;

/** Writes the history: counts every ten seconds and after each long stretch of the record; levels and times once a minute. */
export class Minutes {
  readonly #tools: {
    readonly counts: Counts;
    readonly reports: Reports;
    readonly history: Pick<History, "prune">;
    /** Milliseconds that never go back, as of `performance.now`. */
    readonly ticks: () => number;
  };
  #minute: number | null = null;
  /** A minute that is over; tried again until it is written, or until the next one is over. */
  #over: Minute | null = null;
  #writtenAt: number;
  #prunedAt = -Infinity;

  constructor(tools: Minutes["tools"]) {
    this.#tools = tools;
    this.#writtenAt = tools.ticks();
  }

  get tools() {
    return this.#tools;
  }

  /** What could not be written is written with the next call. */
  keep(measures: Measures): void {
    const { counts, reports, history, ticks } = this.#tools;
    const minute = measures.at - (measures.at % MINUTE);
    const at = (this.#minute ??= minute);
    if (minute !== at) {
      const ended = reports.endMinute(counts.through);
      const times = ended.map((one) => ({ ...one, at }));
      this.#over = { levels: levelsOf(measures, at), times };
      this.#minute = minute;
    }
    if (this.#over !== null) {
      counts.write(this.#over.levels, this.#over.times);
      this.#over = null;
      this.#writtenAt = ticks();
    } else if (counts.isMore || ticks() - this.#writtenAt >= COUNTS_MS) {
      counts.writeCounts();
      this.#writtenAt = ticks();
    }
    if (ticks() - this.#prunedAt < PRUNE_MS) return;
    history.prune(measures.at);
    this.#prunedAt = ticks();
  }

  /** What it cannot write any more is read again from the record after the next start. */
  end(): void {
    try {
      this.#tools.counts.writeCounts();
    } catch {
      // The disk is full, and the looks before have said so.
    }
  }
}

function levelsOf(measures: Measures, at: number): HistoryAddition["levels"] {
  const { lanes, disk, workers, scanner, lgwan } = measures;
  const whole: Partial<Record<Gauge, number>> = {
    "disk.free": disk.freeBytes,
    "workers.gone": workers.filter(({ alive }) => !alive).length,
    "scanner.answers": scanner === null ? 0 : 1,
  };
  if (lgwan !== null) whole["lgwan.answers"] = lgwan.answers ? 1 : 0;
  if (scanner !== null && scanner.builtAt !== null)
    whole["signatures.age"] = measures.at - scanner.builtAt;
  return [
    ...GAUGES.flatMap((series) => {
      const value = whole[series];
      return value === undefined ? [] : [{ at, series, tenant: "", value }];
    }),
    ...lanes.flatMap(({ lane, waiting, oldestMs, tenants }) =>
      [{ tenant: "", waiting, oldestMs }, ...tenants].flatMap((one) => [
        {
          ...{ at, series: `waiting.${lane}` as const, tenant: one.tenant },
          value: one.waiting,
        },
        {
          ...{ at, series: `oldest.${lane}` as const, tenant: one.tenant },
          value: one.oldestMs ?? 0,
        },
      ]),
    ),
  ];
}

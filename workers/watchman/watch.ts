import { countOf, quantile, STAGES } from "../../src/core/measure.ts";
import type { LaneMeasure, Measures, Trouble } from "../../src/core/measure.ts";
import type { LaneName } from "../../src/core/lanes.ts";
import { DAY, MINUTE, SECOND } from "../../src/core/units.ts";
import { cleanLine } from "../../src/mime/clean-text.ts";
import { findTroubles, troubleKey } from "../../src/policy/troubles.ts";
import type {
  Thresholds,
  StandingActs,
  TroubleFacts,
} from "../../src/policy/troubles.ts";
import type { History } from "../../src/store/history.ts";
import type {
  HeldCount,
  LedgerWatch,
  TenantDepth,
} from "../../src/store/ledger/watch.ts";
import type { Counts } from "./counts.ts";
import type { Reports } from "./reports.ts";

export interface WatchTools {
  readonly ledger: LedgerWatch;
  readonly history: History;
  readonly counts: Counts;
  readonly reports: Reports;
  readonly thresholds: Thresholds;
  readonly zoneName: string;
  readonly minFreeBytes: number;
  /** Milliseconds that never go back, as of `performance.now`: for intervals, since the clock on the wall may be set. */
  readonly ticks: () => number;
  readonly disk: () => Promise<{
    readonly freeBytes: number;
    readonly totalBytes: number;
  }>;
  readonly scanner: () => Promise<Measures["scanner"]>;
  /** Whether our own clamd knows test files only. */
  readonly signaturesMissing: (
    scanner: Measures["scanner"],
  ) => Promise<boolean>;
  readonly queueAnswers: () => Promise<boolean>;
  readonly acts: () => Promise<StandingActs>;
  /** As the janitor found it last. */
  readonly auditBrokenAt: () => Promise<number | null>;
  readonly configChangedAt: () => number | null;
  readonly certificates: () => TroubleFacts["certificates"];
  readonly collectors: () => readonly {
    readonly name: string;
    readonly sent: number;
    readonly isBehind: boolean;
  }[];
}

/** What costs more, or changes slowly, is asked less often. */
const SLOW_MS = 10 * SECOND;
/** A look at every waiting mail may take this share of the time. */
const MAX_DEPTHS_SHARE = 0.05;
const VIRUS_DAYS = 30;
const MAX_VIRUSES = 100;
const MAX_TENANTS_A_LANE = 1000;
const SENDER_CHARACTERS = 200;
const LANES: readonly LaneName[] = ["inspect", "sanitize", "deliver"];

/** Looks at everything every other second, and says what it is and what is wrong with it. */
export class Watch {
  readonly #tools: WatchTools;
  readonly #since = new Map<string, number>();
  #scanner: Measures["scanner"] = null;
  #missing = false;
  #queueAnswers = true;
  #auditBrokenAt: number | null = null;
  #acts: StandingActs = { stops: [], checks: [], disaster: { kind: "off" } };
  #held: readonly HeldCount[] = [];
  #viruses: Measures["malicious"] = [];
  #depths: readonly TenantDepth[] = [];
  #depthsAt = 0;
  #depthsNext = -Infinity;
  #slowNext = -Infinity;

  constructor(tools: WatchTools) {
    this.#tools = tools;
  }

  async look(now: number): Promise<Measures> {
    const { tools } = { tools: this.#tools };
    const { counts, reports, ledger, thresholds } = tools;
    await reports.look(now);
    counts.look(now, thresholds.windowMinutes * MINUTE);
    const ticks = tools.ticks();
    if (ticks >= this.#slowNext) {
      this.#slowNext = ticks + SLOW_MS;
      await this.#lookSlowly(now);
    }
    if (ticks >= this.#depthsNext) this.#lookAtDepths(now);
    this.#acts = await tools.acts();
    const disk = await tools.disk();
    const facts = {
      at: now,
      lanes: lanesOf(this.#depths, tools.ticks() - this.#depthsAt),
      scanner: this.#scanner,
      lgwan: reports.lgwan,
      disk: { ...disk, minFreeBytes: tools.minFreeBytes },
      workers: reports.workers(now),
    };
    return {
      ...facts,
      tenants: counts.tenants,
      stages: STAGES.map((stage) => {
        const now = stage === "through" ? counts.through : undefined;
        const times = reports.recent(stage, now);
        return {
          ...{ stage, count: countOf(times) },
          p50Ms: quantile(times, 0.5),
          p95Ms: quantile(times, 0.95),
        };
      }),
      times: { ...reports.times, through: counts.throughAll },
      faults: reports.faults,
      authentications: reports.authentications,
      held: this.#held,
      malicious: this.#viruses,
      events: {
        last: ledger.lastEntry(),
        sent: Object.fromEntries(
          tools.collectors().map(({ name, sent }) => [name, sent]),
        ),
      },
      troubles: this.#troubles(facts),
    };
  }

  async #lookSlowly(now: number): Promise<void> {
    const { tools } = { tools: this.#tools };
    [this.#scanner, this.#queueAnswers, this.#auditBrokenAt] =
      await Promise.all([
        ...([tools.scanner(), tools.queueAnswers()] as const),
        tools.auditBrokenAt(),
      ]);
    this.#missing = await tools.signaturesMissing(this.#scanner);
    this.#held = tools.ledger.held();
    this.#viruses = tools.history
      .sumsSince("virus.", now - VIRUS_DAYS * DAY)
      .slice(0, MAX_VIRUSES)
      .map(({ series, tenant, count }) => ({
        ...{ tenant, name: series.slice("virus.".length), count },
      }));
  }

  /** Many waiting mails make this dear: the dearer, the rarer. */
  #lookAtDepths(now: number): void {
    const { ledger, ticks } = this.#tools;
    this.#depthsAt = ticks();
    this.#depths = ledger.depths(now);
    const tookMs = ticks() - this.#depthsAt;
    this.#depthsNext = ticks() + Math.min(MINUTE, tookMs / MAX_DEPTHS_SHARE);
  }

  #troubles(
    facts: Pick<
      Measures,
      "at" | "lanes" | "scanner" | "lgwan" | "disk" | "workers"
    >,
  ): readonly Trouble[] {
    const { tools } = { tools: this.#tools };
    const { counts, thresholds, zoneName } = tools;
    const busy = counts.busiestSender;
    const last = tools.ledger.lastEntry();
    const found = findTroubles(
      {
        ...{ ...facts, zoneName, acts: this.#acts },
        signaturesMissing: this.#missing,
        queueAnswers: this.#queueAnswers,
        busiestSender: busy && {
          sender: cleanLine(busy.untrustedSender, SENDER_CHARACTERS),
          mails: busy.mails,
        },
        heldLately: counts.heldLately,
        refusedLately: counts.refusedLately,
        auditBrokenAt: this.#auditBrokenAt,
        configChangedAt: tools.configChangedAt(),
        certificates: tools.certificates(),
        collectorsBehind: tools
          .collectors()
          .filter(({ isBehind }) => isBehind)
          .map(({ name, sent }) => ({ name, entries: last - sent })),
      },
      thresholds,
      new Set(this.#since.keys()),
    );
    const keys = new Set(found.map(troubleKey));
    for (const key of this.#since.keys())
      if (!keys.has(key)) this.#since.delete(key);
    return found.map((one) => {
      const key = troubleKey(one);
      const since = Math.min(this.#since.get(key) ?? facts.at, facts.at);
      this.#since.set(key, since);
      return { ...one, since };
    });
  }
}

function lanesOf(
  depths: readonly TenantDepth[],
  passedMs: number,
): readonly LaneMeasure[] {
  return LANES.map((lane) => {
    const tenants = depths
      .filter((one) => one.lane === lane)
      .map(({ tenant, waiting, oldestMs }) => ({
        ...{ tenant, waiting, oldestMs: oldestMs + passedMs },
      }));
    return {
      lane,
      waiting: tenants.reduce((sum, { waiting }) => sum + waiting, 0),
      oldestMs: tenants.reduce<number | null>(
        (most, { oldestMs }) => Math.max(most ?? 0, oldestMs),
        null,
      ),
      tenants: tenants
        .sort((one, other) => other.waiting - one.waiting)
        .slice(0, MAX_TENANTS_A_LANE),
    };
  });
}

import { setTimeout as sleep } from "node:timers/promises";
import { toFault } from "../../src/core/fault.ts";
import type { Log } from "../../src/core/log.ts";
import { MINUTE, SECOND } from "../../src/core/units.ts";
import type { History } from "../../src/store/history.ts";
import type { LedgerWatch } from "../../src/store/ledger/watch.ts";
import type { Event } from "../../src/wire/event.ts";

/** Somewhere that the record is sent to. */
export interface Collector {
  readonly name: string;
  /** Resolves when they arrived for good; they come again when it rejects. */
  readonly send: (
    events: readonly Event[],
    signal: AbortSignal,
  ) => Promise<void>;
  /** The last entry that it has, where it can tell; null for none. */
  readonly last?: () => Promise<Pick<Event, "seq" | "hash"> | null>;
}

const BATCH = 1000;
const PAUSE_MS = 2 * SECOND;
const RETRY_MS = [2 * SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND] as const;
/** So long a collector may be late before people are told. */
const BEHIND_MS = 5 * MINUTE;

/**
 * Sends the record to one collector, from where the last sending ended. The record itself is the buffer: it is on disk, in
 * order and numbered, and a collector that is away for a week keeps nobody waiting and misses nothing.
 */
export class Sending {
  readonly name: string;
  readonly #tools: {
    readonly ledger: LedgerWatch;
    readonly history: History;
    readonly log: Log;
  };
  readonly #collector: Collector;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #sent: number;
  #caughtUpAt = performance.now();

  constructor(collector: Collector, tools: Sending["tools"]) {
    this.name = collector.name;
    this.#collector = collector;
    this.#tools = tools;
    this.#sent = tools.history.cursor(this.#cursor);
    this.#done = this.#run();
  }

  get tools() {
    return this.#tools;
  }

  get #cursor(): string {
    return `sent.${this.name}`;
  }

  get sent(): number {
    return this.#sent;
  }

  get isBehind(): boolean {
    return performance.now() - this.#caughtUpAt > BEHIND_MS;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { log } = this.#tools;
    const { signal } = this.#stop;
    let failures = 0;
    const pause = (ms: number) =>
      sleep(ms, undefined, { signal }).catch(() => undefined);
    let isKnown = false;
    while (!signal.aborted) {
      try {
        if (!isKnown) await this.#findPlace();
        isKnown = true;
        const isMore = await this.#sendNext(signal);
        if (failures > 0) log.info("collector.back", { name: this.name });
        failures = 0;
        if (!isMore) await pause(PAUSE_MS);
      } catch (error) {
        const fault = toFault(error);
        if (failures === 0 && !signal.aborted)
          log.warn("collector.away", {
            ...{ name: this.name, fault: fault.code, detail: fault.message },
          });
        await pause(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? 0);
      }
    }
  }

  /**
   * What a collector has may be of a record that went on otherwise: a file outlives the var folder that was put back from a copy.
   * Then it has all up to the copy, and the entry that marks the restore is the first that it lacks.
   */
  async #findPlace(): Promise<void> {
    const { ledger, history, log } = this.#tools;
    this.#sent = Math.min(this.#sent, ledger.lastEntry());
    const last = (await this.#collector.last?.()) ?? null;
    if (last === null) return;
    // Another number: ours was cut off by age since.
    const [ours] = ledger.entries(last.seq - 1, 1);
    if (
      ours !== undefined &&
      (ours.seq !== last.seq || ours.hash === last.hash)
    ) {
      this.#sent = Math.max(this.#sent, last.seq);
      return;
    }
    this.#sent = (ledger.restoredAt() ?? 1) - 1;
    history.setCursor(this.#cursor, this.#sent);
    log.warn("collector.other-record", {
      ...{ name: this.name, has: last.seq, from: this.#sent + 1 },
    });
  }

  async #sendNext(signal: AbortSignal): Promise<boolean> {
    const { ledger, history } = this.#tools;
    const events = ledger.entries(this.#sent, BATCH);
    const last = events.at(-1)?.seq;
    if (last !== undefined) {
      await this.#collector.send(events, signal);
      this.#sent = last;
      history.setCursor(this.#cursor, last);
    }
    if (events.length < BATCH) this.#caughtUpAt = performance.now();
    return events.length === BATCH;
  }
}

import type { HistoryAddition } from "../../src/core/history.ts";
import { addTimes, COUNTERS, NO_TIMES } from "../../src/core/measure.ts";
import type { Counter, Measures, Times } from "../../src/core/measure.ts";
import type { History } from "../../src/store/history.ts";
import type { LedgerWatch } from "../../src/store/ledger/watch.ts";

/** Acts of the record that are counted by tenant. */
const COUNTER_OF: Readonly<Record<string, Counter>> = {
  received: "arrivals",
  delivered: "completions",
  "recipient-held": "failures",
};
const GAVE_UP = "ATTEMPTS_EXHAUSTED";
const VIRUS = "VIRUS_FOUND";

/** One look reads so many entries; a record of years is taken in bit by bit. */
const MAX_ENTRIES = 20_000;
/** Past so many series or tenants within a minute the rest is one. */
const MAX_SERIES = 5_000;
const MAX_SENDERS = 10_000;
const OTHERS = "other";

type Series = HistoryAddition["counts"][number]["series"];

interface Counted {
  readonly at: number;
  readonly series: Series;
  readonly tenant: string;
  readonly count: number;
}

/**
 * What the record and the holds tell, read on from where the last look ended, and kept until it is written to the history
 * together with how far it came: after any fall it is read again, so that nothing is counted twice or never.
 */
export class Counts {
  readonly #ledger: LedgerWatch;
  readonly #history: History;
  readonly #totals = new Map<string, Map<string, number>>();
  readonly #lately = new Map<number, Lately>();
  #pending = new Map<string, Counted>();
  #through = new Map<number, Times>();
  #throughAll = NO_TIMES;
  #entry: number;
  #hold: number;
  #item: number;
  #isMore = false;

  constructor(ledger: LedgerWatch, history: History) {
    this.#ledger = ledger;
    this.#history = history;
    this.#entry = Math.min(history.cursor("entries"), ledger.lastEntry());
    this.#hold = history.cursor("holds");
    this.#item = ledger.sendersBehind(0).last;
    for (const { series, tenant, count } of history.totals())
      this.#addTotal(series, tenant, count);
  }

  /** Reads what is new. */
  look(now: number, windowMs: number): void {
    const entries = this.#ledger.entriesBehind(this.#entry, MAX_ENTRIES);
    for (const { minute, act, tenant, count } of entries.acts) {
      const series = COUNTER_OF[act];
      if (series !== undefined) this.#add(minute, series, tenant, count);
      if (act === "sign-in-refused") this.#at(minute).refused += count;
    }
    for (const { minute, bucket, count, sumMs } of entries.through) {
      const counts = [...NO_TIMES.counts];
      counts[bucket] = count;
      const known = this.#through.get(minute) ?? NO_TIMES;
      this.#through.set(minute, addTimes(known, { counts, sumMs }));
      this.#throughAll = addTimes(this.#throughAll, { counts, sumMs });
    }
    this.#isMore = entries.last - this.#entry >= MAX_ENTRIES;
    this.#entry = entries.last;
    this.#lookAtHolds();
    this.#lookAtSenders();
    for (const minute of this.#lately.keys())
      // Ahead of now: the clock was set back since.
      if (minute < now - windowMs || minute > now) this.#lately.delete(minute);
  }

  /** One look was not enough. */
  get isMore(): boolean {
    return this.#isMore;
  }

  #lookAtHolds(): void {
    const found = this.#ledger.holdsBehind(this.#hold, MAX_ENTRIES);
    this.#hold = found.last;
    for (const { minute, tenant, code, name, count } of found.holds) {
      this.#add(minute, "held", tenant, count);
      this.#add(minute, `held.${code}`, tenant, count);
      if (code === GAVE_UP) this.#add(minute, "failures", tenant, count);
      this.#at(minute).held += count;
      if (code !== VIRUS) continue;
      this.#add(minute, "malicious", tenant, count);
      this.#add(minute, `virus.${virusName(name)}`, tenant, count);
    }
  }

  #lookAtSenders(): void {
    const found = this.#ledger.sendersBehind(this.#item);
    this.#item = found.last;
    for (const { minute, untrustedSender, count } of found.senders) {
      const { senders } = this.#at(minute);
      const known = senders.get(untrustedSender);
      if (known === undefined && senders.size >= MAX_SENDERS) continue;
      senders.set(untrustedSender, (known ?? 0) + count);
    }
  }

  /** What is new since the last time, for the history; and it is no longer new then. The times stay for the end of the minute. */
  writeCounts(): void {
    if (this.#pending.size === 0) return;
    this.#history.add({
      counts: [...this.#pending.values()],
      ...{ levels: [], times: [], cursors: this.#cursors },
    });
    this.#pending = new Map();
  }

  get #cursors() {
    return { entries: this.#entry, holds: this.#hold };
  }

  write(levels: HistoryAddition["levels"], times: HistoryAddition["times"]) {
    const through = [...this.#through].map(([at, one]) => ({
      ...{ at, stage: "through" as const, times: one },
    }));
    this.#history.add({
      counts: [...this.#pending.values()],
      levels,
      times: [...through, ...times],
      cursors: this.#cursors,
    });
    this.#pending = new Map();
    this.#through = new Map();
  }

  /** Of the time since the last writing. */
  get through(): Times {
    return [...this.#through.values()].reduce(addTimes, NO_TIMES);
  }

  /** Of what was read since the start. */
  get throughAll(): Times {
    return this.#throughAll;
  }

  get tenants(): Measures["tenants"] {
    return [...this.#totals].map(([tenant, sums]) => ({
      tenant,
      ...(Object.fromEntries(
        COUNTERS.map((name) => [name, sums.get(name) ?? 0]),
      ) as Record<Counter, number>),
    }));
  }

  /** Of the last minutes. */
  get heldLately(): number {
    return sum([...this.#lately.values()].map(({ held }) => held));
  }

  get refusedLately(): number {
    return sum([...this.#lately.values()].map(({ refused }) => refused));
  }

  get busiestSender(): {
    readonly untrustedSender: string;
    readonly mails: number;
  } | null {
    const all = new Map<string, number>();
    for (const { senders } of this.#lately.values())
      for (const [sender, count] of senders)
        all.set(sender, (all.get(sender) ?? 0) + count);
    let best: { untrustedSender: string; mails: number } | null = null;
    for (const [untrustedSender, mails] of all)
      if (best === null || mails > best.mails)
        best = { untrustedSender, mails };
    return best;
  }

  #add(at: number, series: Series, tenant: string, count: number): void {
    const wanted = `${at} ${series} ${tenant}`;
    const isFull =
      this.#pending.size >= MAX_SERIES && !this.#pending.has(wanted);
    const owner = isFull ? OTHERS : tenant;
    const key = isFull ? `${at} ${series} ${OTHERS}` : wanted;
    const known = this.#pending.get(key)?.count ?? 0;
    this.#pending.set(key, { at, series, tenant: owner, count: known + count });
    this.#addTotal(series, owner, count);
  }

  #addTotal(series: string, tenant: string, count: number): void {
    const sums = this.#totals.get(tenant) ?? new Map<string, number>();
    this.#totals.set(tenant, sums);
    sums.set(series, (sums.get(series) ?? 0) + count);
  }

  #at(minute: number): Lately {
    const known = this.#lately.get(minute) ?? {
      ...{ held: 0, refused: 0 },
      senders: new Map<string, number>(),
    };
    this.#lately.set(minute, known);
    return known;
  }
}

interface Lately {
  held: number;
  refused: number;
  readonly senders: Map<string, number>;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, one) => all + one, 0);
}

/** As a scanner names it; whatever else stands there is one name. */
function virusName(untrusted: string): string {
  return /^[\x21-\x7e]{1,100}$/.test(untrusted) ? untrusted : OTHERS;
}

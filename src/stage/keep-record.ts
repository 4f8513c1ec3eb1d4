/*
NAME       keep record: the janitor's daily look at the record of everything that was done
ZONE       airlock
READS      the chain                 WRITES  its own entries in it; archive files; removes what is past its time
SECURITY   signs with a key of its own, which nothing that crosses is signed with
*/
import type { AuditPage, AuditPlace, Ledger, Log } from "../core/ports.ts";
import type { AuditLine } from "../core/quarantine.ts";
import { DAY, HOUR } from "../core/units.ts";
import { recordClassOf } from "../policy/record-class.ts";
import type { RecordClass } from "../policy/record-class.ts";
import type { Checkpoint } from "../store/checkpoint.ts";
import type { RecordArchive } from "../store/record-archive.ts";

type Chain = Pick<
  Ledger,
  "entries" | "record" | "verifySome" | "cutAt" | "auditLines" | "dropCut"
>;

export interface RecordTools {
  readonly ledger: Chain & Pick<Ledger, "forgetItems">;
  readonly log: Log;
  readonly clock: () => number;
  readonly sign: (place: AuditPlace) => Checkpoint;
  /** Whether facts of an entry are a checkpoint that was signed here. */
  readonly isSigned: (facts: object) => boolean;
  /** Null: what is past its time goes without a copy. */
  readonly archive: ((first: number) => Promise<RecordArchive>) | null;
  /** The last entry that every collector of the record has; null where there is none. */
  readonly sentUpTo: () => number | null;
  readonly keep: {
    /** ms; null: for ever. */
    readonly entriesMs: Readonly<Record<RecordClass, number | null>>;
    readonly itemsMs: number | null;
  };
}

const JANITOR = "janitor";
const CHECKPOINT = "record-checkpoint";
const CUT = "record-cut";
const EVERY_MS = DAY;
/** After a fault. */
const AGAIN_MS = HOUR;
/** Pages of 2,000 entries each: some 100 ms of a thread of its own. */
const PAGES_A_ROUND = 20;
/** Entries that leave in one go; what is left goes in the next one. */
const MAX_CUT_ENTRIES = 200_000;

/**
 * Once a day the whole chain is recomputed, in slices, so that nothing waits for it; what held is signed, and the log tells it
 * to whoever keeps logs elsewhere. Then goes what is past its time: only from the beginning of the chain and only up to the
 * first entry that must stay or that a collector does not have yet, so that what is left can still be proven and nothing is
 * missed. The first look is a day after the first entry.
 */
export class RecordKeeper {
  readonly #tools: RecordTools;
  #page: AuditPage | null = null;
  #nextAt: number | null = null;

  constructor(tools: RecordTools) {
    this.#tools = tools;
  }

  async round(): Promise<void> {
    try {
      await this.#goOn();
    } catch (error) {
      this.#page = null;
      this.#nextAt = this.#tools.clock() + AGAIN_MS;
      throw error;
    }
  }

  async #goOn(): Promise<void> {
    const { ledger, clock } = this.#tools;
    this.#nextAt ??= await this.#dueAt();
    if (clock() < this.#nextAt) return;
    const begin = { brokenAt: null, done: false };
    this.#page ??= { ...(await ledger.cutAt()), ...begin };
    for (let n = 0; n < PAGES_A_ROUND && !this.#page.done; n += 1)
      this.#page = await ledger.verifySome(this.#page);
    if (!this.#page.done) return;
    await this.#finish(this.#page);
    this.#page = null;
    this.#nextAt = clock() + EVERY_MS;
  }

  async #dueAt(): Promise<number> {
    const { ledger, clock } = this.#tools;
    const last = await this.#last(CHECKPOINT);
    const [first] = last === null ? await ledger.auditLines(0) : [last];
    return (first?.at ?? clock()) + EVERY_MS;
  }

  async #last(act: string) {
    const { entries } = await this.#tools.ledger.entries({
      ...{ actor: JANITOR, act, peopleOnly: true, after: null, limit: 1 },
    });
    return entries[0] ?? null;
  }

  async #finish(page: AuditPage): Promise<void> {
    const { ledger, log } = this.#tools;
    const brokenAt = page.brokenAt ?? (await this.#forgedAt());
    if (brokenAt !== null) {
      log.error("record.broken", { brokenAt });
      await ledger.record({
        ...{ act: "record-broken", actor: JANITOR, facts: { brokenAt } },
      });
      return;
    }
    const from = (await ledger.cutAt()).seq;
    const checkpoint = this.#tools.sign(page);
    log.info("record.checkpoint", { ...checkpoint });
    await ledger.record({
      ...{ act: CHECKPOINT, actor: JANITOR, facts: { ...checkpoint, from } },
    });
    await this.#cut(page.seq);
    await this.#forgetItems();
  }

  /** A chain that holds may still be a new one: what was signed before must be in it. */
  async #forgedAt(): Promise<number | null> {
    const { ledger, isSigned } = this.#tools;
    const cut = await ledger.cutAt();
    for (const act of [CUT, CHECKPOINT]) {
      const last = await this.#last(act);
      if (last === null) continue;
      if (!isSigned(last.facts)) return last.seq;
      const { seq, hash } = last.facts as unknown as AuditPlace;
      if (seq <= cut.seq) continue;
      const [signed] = await ledger.auditLines(seq - 1);
      if (signed?.hash !== hash) return seq;
    }
    return null;
  }

  async #cut(verified: number): Promise<void> {
    const { ledger, log, sign } = this.#tools;
    const begin = await ledger.cutAt();
    const sent = this.#tools.sentUpTo() ?? verified;
    if (sent < verified) log.info("record.not-sent", { sent, verified });
    const found = await this.#copyOld(begin.seq, Math.min(sent, verified));
    if (found !== null) {
      const checkpoint = sign(found.last);
      const archived = (await found.archive?.finish(checkpoint)) ?? null;
      const facts = { ...checkpoint, first: begin.seq + 1, archived };
      await ledger.record({ act: CUT, actor: JANITOR, facts });
      log.info("record.cut", facts);
    }
    // Also what a crash left over the last time.
    while ((await ledger.dropCut()) > 0);
  }

  /** What is past its time, in a file where one is wanted; null when nothing is. */
  async #copyOld(
    after: number,
    until: number,
  ): Promise<{
    readonly last: AuditPlace;
    readonly archive: RecordArchive | null;
  } | null> {
    const { ledger, clock } = this.#tools;
    const now = clock();
    let last: AuditPlace | null = null;
    let archive: RecordArchive | null = null;
    try {
      for (;;) {
        const from: number = last?.seq ?? after;
        const lines = await ledger.auditLines(from);
        const end = lines.findIndex(
          (line) => line.seq > until || !this.#isOld(line, now),
        );
        const old = end === -1 ? lines : lines.slice(0, end);
        if (old.length > 0)
          archive ??= (await this.#tools.archive?.(after + 1)) ?? null;
        await archive?.add(old);
        last = old.at(-1) ?? last;
        if (end !== -1 || old.length === 0) break;
        if (from - after >= MAX_CUT_ENTRIES) break;
      }
    } catch (error) {
      await archive?.abandon();
      throw error;
    }
    return last === null ? null : { last, archive };
  }

  #isOld(line: AuditLine, now: number): boolean {
    const keepMs = this.#tools.keep.entriesMs[recordClassOf(line)];
    return keepMs !== null && line.at < now - keepMs;
  }

  async #forgetItems(): Promise<void> {
    const { ledger, log, clock, keep } = this.#tools;
    if (keep.itemsMs === null) return;
    const endedBefore = clock() - keep.itemsMs;
    await ledger.record({
      ...{ act: "items-forgotten", actor: JANITOR, facts: { endedBefore } },
    });
    let gone = 0;
    for (let after: number | null = 0; after !== null;) {
      const looked = await ledger.forgetItems(endedBefore, after);
      gone += looked.gone;
      after = looked.after;
    }
    log.info("items.forgotten", { gone, endedBefore });
  }
}

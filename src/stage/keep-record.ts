/*
NAME       keep record: the janitor's daily look at the record of everything that was done
ZONE       airlock
READS      the chain                 WRITES  its own entries in it; archive files; removes what is past its time
SECURITY   signs with a key of its own, which nothing that crosses is signed with
*/
import type { AuditPage, AuditPlace } from "../core/audit.ts";
import { DAY, HOUR } from "../core/units.ts";
import { firstOf } from "../wire/record-gap.ts";
import { cutRecord } from "./record-removal/cut.ts";
import { thinRecord } from "./record-removal/thin.ts";
import { CUT, JANITOR } from "./record-removal/tools.ts";
import type { RecordTools } from "./record-removal/tools.ts";

const CHECKPOINT = "record-checkpoint";
const EVERY_MS = DAY;
/** After a fault. */
const AGAIN_MS = HOUR;
/** Pages of 2,000 entries each: some 100 ms of a thread of its own. */
const PAGES_A_ROUND = 20;

/**
 * Once a day the whole chain is recomputed, in slices, so that nothing waits for it; what held is signed, and the log tells it
 * to whoever keeps logs elsewhere. Then goes what is past its time: first the beginning of the chain, up to the first entry that
 * must stay, then what is left behind that of kinds that are kept for a shorter time. Never what a collector does not have yet.
 * The first look is a day after the first entry.
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
    const { ledger, clock, isProven } = this.#tools;
    this.#nextAt ??= await this.#dueAt();
    if (clock() < this.#nextAt) return;
    const begin = { brokenAt: null, done: false };
    this.#page ??= { ...(await ledger.cutAt()), ...begin };
    for (let n = 0; n < PAGES_A_ROUND && !this.#page.done; n += 1)
      this.#page = await ledger.verifySome(this.#page, isProven);
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
    await this.#removeOld(page.seq);
    await this.#forgetItems();
  }

  async #removeOld(verified: number): Promise<void> {
    const { log, sentUpTo } = this.#tools;
    const sent = sentUpTo() ?? verified;
    if (sent < verified) log.info("record.not-sent", { sent, verified });
    const until = Math.min(sent, verified);
    await cutRecord(this.#tools, until);
    // What the chain begins at is read from there.
    const cut = await this.#last(CUT);
    await thinRecord(this.#tools, { until, staying: cut?.seq ?? null });
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
      // It went since, and what stands in its place is proven.
      if (signed !== undefined && firstOf(signed) < signed.seq) continue;
      if (signed?.hash !== hash) return seq;
    }
    return null;
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

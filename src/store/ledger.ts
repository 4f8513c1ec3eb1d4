import type { AuditPage, AuditPlace, IsProven } from "../core/audit.ts";
import type { ClearPatch, ItemPatch } from "../core/item-record.ts";
import type { Ledger } from "../core/ledger.ts";
import { firstOf } from "../wire/record-gap.ts";
import { acting } from "./ledger/acting.ts";
import { openAsker } from "./ledger/ask.ts";
import type { Asker } from "./ledger/ask.ts";
import type { ChainPage } from "./ledger/audit.ts";
import type { StoredClearPatch, StoredPatch } from "./ledger/move.ts";
import { holdRecord, itemRecord, recipientRecord } from "./ledger/rows.ts";
import { requesting } from "./ledger/requesting.ts";
import { searching } from "./ledger/searching.ts";

/**
 * The ledger in one SQLite file, asked through a thread of its own. Several processes may hold the same file.
 * Faults: STORE_FULL, STORE_FAILED, STORE_DAMAGED, STORE_NEWER. `clock` gives epoch ms.
 */
export async function createLedger(
  file: string,
  clock: () => number = Date.now,
): Promise<Ledger> {
  const asker = await openAsker(file, clock);
  return {
    ...working(asker),
    ...looking(asker),
    ...searching(asker),
    ...acting(asker),
    ...requesting(asker),
    close: () => asker.close(),
  };
}

function working(asker: Asker) {
  return {
    receive: (item) => asker.ask("receive", item),
    async begin(id) {
      const row = await asker.ask("begin", id);
      return row === null ? null : itemRecord(row);
    },
    advance: (id, to, patch = {}) =>
      asker.ask("advance", id, to, stored(patch)),
    clear: (id, verdict, holds, patch = {}) =>
      asker.ask("clear", id, verdict, holds, storedClear(patch)),
    refusePassword: (id) => asker.ask("refusePassword", id),
    matchPasswords: (windowMs) => asker.ask("matchPasswords", windowMs),
    digest: (run) => asker.ask("digest", run),
    hold: (id, verdict, holds) => asker.ask("hold", id, verdict, holds),
    defer: (id, dueAt, fault, counts) =>
      asker.ask("defer", id, { dueAt, fault, counts }),
    async openAttempt(id, now, leaseMs) {
      const rows = await asker.ask("openAttempt", id, { now, leaseMs });
      return rows.map((row) => recipientRecord(id, row));
    },
    closeAttempt: (id, receipts, retryAt, giveUp) =>
      asker.ask("closeAttempt", id, { receipts, retryAt, giveUp }),
    expireLeases: () => asker.ask("expireLeases"),
    endWaitsAhead: () => asker.ask("endWaitsAhead"),
    release: (id, override, guard) =>
      asker.ask("release", id, override, guard ?? null),
    discard: (id, by, guard) => asker.ask("discard", id, by, guard ?? null),
    record: (entry) => asker.ask("record", entry),
    stopCrossing: (act) => asker.ask("stopCrossing", act),
    resumeCrossing: (act) => asker.ask("resumeCrossing", act),
    askDisaster: (act) => asker.ask("askDisaster", act),
    confirmDisaster: (act) => asker.ask("confirmDisaster", act),
    endDisaster: (act) => asker.ask("endDisaster", act),
    closeDisaster: () => asker.ask("closeDisaster"),
    recordCheck: (check) => asker.ask("recordCheck", check),
    forgetSelfTests: (before) => asker.ask("forgetSelfTests", before),
    markRestored: (from) => asker.ask("markRestored", from),
  } satisfies Partial<Ledger>;
}

function stored({ plan, ...patch }: ItemPatch): StoredPatch {
  return plan === undefined ? patch : { ...patch, plan: JSON.stringify(plan) };
}

/** What only commit B knows goes along as it is. */
function storedClear({ second, ...patch }: ClearPatch): StoredClearPatch {
  const flat: StoredClearPatch = stored(patch);
  if (second === undefined) return flat;
  const plan = second.plan === null ? null : JSON.stringify(second.plan);
  return { ...flat, second: { ...second, plan } };
}

function looking(asker: Asker) {
  return {
    async item(id) {
      const row = await asker.ask("item", id);
      return row === null ? null : itemRecord(row);
    },
    async recipients(id) {
      const rows = await asker.ask("recipients", id);
      return rows.map((row) => recipientRecord(id, row));
    },
    due: (now, quietMs, limit) => asker.ask("due", { now, quietMs, limit }),
    depths: (now) => asker.ask("depths", now),
    states: (ids) => asker.ask("states", ids),
    counts: () => asker.ask("counts"),
    recent: async (limit) => (await asker.ask("recent", limit)).map(itemRecord),
    holds: async (filter) => (await asker.ask("holds", filter)).map(holdRecord),
    async digestContent(id) {
      const { rows, holds, waiting } = await asker.ask("digestContent", id);
      const lines = rows.map((row) => ({
        hold: holdRecord(row),
        ...{ subject: row.subject, from: row.sender },
        receivedAt: row.received_at,
      }));
      return { lines, holds, waiting };
    },
    toOpen: (id) => asker.ask("toOpen", id),
    disaster: () => asker.ask("disaster"),
    checks: () => asker.ask("checks"),
    crossing: () => asker.ask("crossing"),
    attemptsUnderWay: (tenant, now) =>
      asker.ask("attemptsUnderWay", tenant, now),
    waitingToCross: () => asker.ask("waitingToCross"),
    async verifyAudit(isProven = NEVER, looked) {
      const begin = await asker.ask("cutAt");
      let page: AuditPage = { ...begin, brokenAt: null, done: false };
      let removed = 0;
      while (!page.done) {
        const next = await verifyPage(asker, page, isProven);
        for (const gap of next.gaps) removed += gap.seq - firstOf(gap) + 1;
        page = next;
        looked?.(page.seq - begin.seq);
      }
      const { seq, brokenAt } = page;
      const entries = seq - begin.seq - removed;
      return { entries, from: begin.seq, removed, brokenAt };
    },
    async verifySome(after, isProven = NEVER) {
      const page = await verifyPage(asker, after, isProven);
      const { seq, hash, brokenAt, done } = page;
      return { seq, hash, brokenAt, done };
    },
    cutAt: () => asker.ask("cutAt"),
    auditLines: (after, ofTheLine) => asker.ask("auditLines", after, ofTheLine),
    dropCut: () => asker.ask("dropCut"),
    dropEntries: (gaps) => asker.ask("dropEntries", gaps),
    forgetItems: (endedBefore, after) =>
      asker.ask("forgetItems", endedBefore, after),
  } satisfies Partial<Ledger>;
}

/** Whoever brings no key believes no gap. */
const NEVER: IsProven = () => false;

/** A gap without its signature is where the chain is broken. */
async function verifyPage(
  asker: Asker,
  after: AuditPlace | null,
  isProven: IsProven,
): Promise<ChainPage> {
  const place = after === null ? null : { seq: after.seq, hash: after.hash };
  const page = await asker.ask("verifyAudit", place);
  const forged = page.gaps.find((gap) => !isProven(gap));
  if (forged === undefined) return page;
  const brokenAt = firstOf(forged);
  return {
    seq: brokenAt - 1,
    hash: forged.previous,
    brokenAt,
    done: true,
    gaps: [],
  };
}

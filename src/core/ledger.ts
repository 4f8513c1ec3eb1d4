import type { HeldActs } from "./acts.ts";
import type { AuditEntry, AuditPage, AuditPlace, IsProven } from "./audit.ts";
import type { Checks } from "./check.ts";
import type { Crossing } from "./crossing.ts";
import type { DigestContent, DigestRun } from "./digest.ts";
import type { Disasters } from "./disaster.ts";
import type { Hold, HoldRecord } from "./hold.ts";
import type { ItemId } from "./id.ts";
import type {
  ClearPatch,
  ItemPatch,
  ItemRecord,
  ItemStanding,
  NewItem,
  RecipientRecord,
} from "./item-record.ts";
import type { ItemState } from "./item.ts";
import type { LaneDepth, LaneName } from "./lanes.ts";
import type { Receipt } from "./message.ts";
import type { Override } from "./plan.ts";
import type { ActGuard, AuditLine, Quarantine } from "./quarantine.ts";
import type { Requests } from "./request.ts";
import type { VerdictKind } from "./verdict.ts";

/**
 * The truth about every item. Moves are compare-and-set along `TRANSITIONS`; each durable call is one transaction that
 * also writes its audit entry. Calls resolve after commit. Several processes may hold one ledger at a time.
 */
export interface Ledger
  extends Quarantine, HeldActs, Requests, Crossing, Checks, Disasters {
  /** Commit A. */
  receive(item: NewItem): Promise<void>;
  item(id: ItemId): Promise<ItemRecord | null>;
  recipients(id: ItemId): Promise<readonly RecipientRecord[]>;
  /** Counts an attempt of the sanitizer and returns the record; null when there is nothing to do, or not yet. */
  begin(id: ItemId): Promise<ItemRecord | null>;
  /** True when moved or already at or past `to`; a real move sets `attempts` back to 0. False when the item is elsewhere (held, discarded, …). */
  advance(
    id: ItemId,
    to: "inspected" | "planned" | "sanitized",
    patch?: ItemPatch,
  ): Promise<boolean>;
  /** Commit B: `cleared`, with the holds of its parts. With a plan in `patch` from anywhere on the line, else from `planned` on. False when the item is elsewhere, or what it `opened` is held no more. */
  clear(
    id: ItemId,
    verdict: VerdictKind,
    holds: readonly Hold[],
    patch?: ClearPatch,
  ): Promise<boolean>;
  /** Of an item with `passwordFrom`: paths of what a password has still to open, or opened. */
  toOpen(id: ItemId): Promise<readonly string[]>;
  /**
   * Ends an item with `passwordFrom` of which no password opened anything; what it was to open stays held as it was. False
   * when a person let it go: that is for a person to end.
   */
  refusePassword(id: ItemId): Promise<boolean>;
  /** New items for what waits behind a password that a mail nearby may hold; returns their ids to ring for. */
  matchPasswords(windowMs: number): Promise<readonly ItemId[]>;
  /** New items, one a digest, once a period; returns their ids to ring for. Empty when there is nothing to say. */
  digest(run: DigestRun): Promise<readonly ItemId[]>;
  digestContent(id: ItemId): Promise<DigestContent>;
  /** Holds a whole item; pending recipients become held. */
  hold(
    id: ItemId,
    verdict: VerdictKind,
    holds: readonly Hold[],
  ): Promise<boolean>;
  /** Not before `dueAt`; the reason is kept for people. `counts` false takes the attempt back: the fault was not the item's. */
  defer(
    id: ItemId,
    dueAt: number,
    fault: string,
    counts: boolean,
  ): Promise<void>;
  /** Before any byte goes out: claims the pending, due recipients, durably. See `docs/states.md` for crashed attempts. */
  openAttempt(
    id: ItemId,
    now: number,
    leaseMs: number,
  ): Promise<readonly RecipientRecord[]>;
  /** Commit C: what became of each claimed recipient; moves the item when none is pending. */
  closeAttempt(
    id: ItemId,
    receipts: readonly Receipt[],
    retryAt: number,
    giveUp: boolean,
  ): Promise<ItemState>;
  /** Only while no courier runs: whatever attempt is open crashed, so its lease ends now. */
  expireLeases(): Promise<void>;
  /** After the clock was set back: what waits for a time that has not come yet is due now. Returns how many mails waited. */
  endWaitsAhead(): Promise<number>;
  /** held → planned, or a new item for parts of a delivered mail: returns the id to ring for, null when there is nothing to release. Parts with a virus stay held. */
  release(
    id: ItemId,
    override: Override,
    guard?: ActGuard,
  ): Promise<ItemId | null>;
  discard(
    id: ItemId,
    by: { readonly who: string; readonly why: string },
    guard?: ActGuard,
  ): Promise<boolean>;

  /** Items with work to do and due, oldest first, that nobody touched for `quietMs`. */
  due(
    now: number,
    quietMs: number,
    limit: number,
  ): Promise<readonly { readonly id: ItemId; readonly lane: LaneName }[]>;
  depths(now: number): Promise<readonly LaneDepth[]>;
  /** What the janitor needs to know of many items at once; ids that the ledger never heard of are left out. */
  states(ids: readonly ItemId[]): Promise<readonly ItemStanding[]>;
  counts(): Promise<Readonly<Record<ItemState, number>>>;
  recent(limit: number): Promise<readonly ItemRecord[]>;
  holds(filter: {
    readonly item?: ItemId;
    readonly state?: HoldRecord["state"];
    readonly limit: number;
  }): Promise<readonly HoldRecord[]>;
  record(entry: AuditEntry): Promise<void>;
  /**
   * Recomputes the whole chain, from where it begins (`from`: the last entry that was cut off, 0 when none was). `removed`:
   * entries in its middle that went. Without `isProven` none may have gone from there. `looked` hears now and then how many
   * entries that were so far.
   */
  verifyAudit(
    isProven?: IsProven,
    looked?: (entries: number) => void,
  ): Promise<{
    readonly entries: number;
    readonly from: number;
    readonly removed: number;
    readonly brokenAt: number | null;
  }>;
  /** Recomputes some of it, from `after` on; null: from its beginning. */
  verifySome(after: AuditPlace | null, isProven?: IsProven): Promise<AuditPage>;
  /** Where the chain begins. */
  cutAt(): Promise<AuditPlace>;
  /** Some entries behind this number, oldest first; `ofTheLine` false: without what every mail writes. */
  auditLines(after: number, ofTheLine?: boolean): Promise<readonly AuditLine[]>;
  /** Removes some of what lies before the cut that is on record; 0 when nothing is left. */
  dropCut(): Promise<number>;
  /** Puts gaps, signed, in place of the entries that they stand for. */
  dropEntries(gaps: readonly AuditLine[]): Promise<void>;
  /**
   * Removes items that came to their end before this time, with all that hangs on them, once everything that is made of the
   * same original did; pinned ones and those with an open hold stay. Looks at some behind `after`; null: there are no more.
   */
  forgetItems(
    endedBefore: number,
    after: number,
  ): Promise<{ readonly gone: number; readonly after: number | null }>;
  close(): Promise<void>;
}

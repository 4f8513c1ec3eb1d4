import type { ItemId } from "./id.ts";
import type { ItemState } from "./item.ts";
import type { HoldRecord } from "./hold.ts";
import type { HoldCode, VerdictKind } from "./verdict.ts";

/** What the console asks the ledger about what is held, has been held, and was done about it. */

export interface QuarantineFilter {
  /** Null: of every tenant. */
  readonly tenants: readonly string[] | null;
  /** What became of the holds; null: whatever. */
  readonly state: HoldRecord["state"] | null;
  readonly code?: HoldCode;
  readonly verdict?: VerdictKind;
  /** Parts of the sender's name or address. */
  readonly sender?: string;
  readonly recipient?: string;
  /** Part of subject, sender, a file's name; or an item's whole number. */
  readonly text?: string;
  /** When it was held: epoch ms, from … to before. */
  readonly since?: number;
  readonly until?: number;
}

/** Newest first. `after` is where the page before ended. */
export interface QuarantineAsk extends QuarantineFilter {
  readonly after: number | null;
  readonly limit: number;
}

/** One mail of the list. */
export interface QuarantineRow {
  readonly id: ItemId;
  readonly tenant: string;
  readonly state: ItemState;
  readonly verdict: VerdictKind | null;
  readonly receivedAt: number;
  readonly bytes: number;
  readonly subject: string | null;
  readonly from: string | null;
  readonly reversePath: string;
  readonly recipients: readonly string[];
  /** The newest of its holds that fit, then the others. */
  readonly holds: readonly HoldRecord[];
  /** All of them, also those not listed. */
  readonly holdCount: number;
  /** See `Quarantine.version`. */
  readonly version: string;
}

export interface QuarantinePage {
  readonly rows: readonly QuarantineRow[];
  /** Where the next page begins; null at the end. */
  readonly after: number | null;
  /** False when the time was up before the page was full or the end was reached: ask on from `after`. */
  readonly complete: boolean;
}

/** One entry of the chain. */
export interface AuditRecord {
  readonly seq: number;
  readonly at: number;
  readonly act: string;
  readonly actor: string;
  readonly item: ItemId | null;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

/** One entry as it stands in the chain, `facts` in the very characters that its hash was made of. */
export interface AuditLine {
  readonly seq: number;
  readonly at: number;
  readonly act: string;
  readonly actor: string;
  readonly item: string | null;
  readonly facts: string;
  readonly previous: string;
  readonly hash: string;
}

export interface AuditAsk {
  readonly item?: ItemId;
  readonly actor?: string;
  readonly act?: string;
  readonly since?: number;
  readonly until?: number;
  /** Leaves out what the line does by itself with every mail. */
  readonly peopleOnly: boolean;
  readonly after: number | null;
  readonly limit: number;
}

export interface AuditPageOf {
  readonly entries: readonly AuditRecord[];
  readonly after: number | null;
  readonly complete: boolean;
}

/**
 * An act on what a person saw. `seen` is the version of the item that was shown; when it is another by now, nothing is done
 * and the act is answered as if nothing were held. `via` says by which door the person came.
 */
export interface ActGuard {
  readonly seen: string;
  readonly via: string;
}

export interface Quarantine {
  search(ask: QuarantineAsk): Promise<QuarantinePage>;
  /** Changes whenever the item moves or a hold of it is made or decided; null for an unknown item. */
  version(id: ItemId): Promise<string | null>;
  /**
   * What was done with one item, the newest `limit` entries, told oldest first, but for the steps that every mail takes; those
   * stand in its record. With `acts` of these alone: who needs all of a kind asks for it, for anybody who looks makes entries.
   */
  history(
    id: ItemId,
    limit: number,
    acts?: readonly string[],
  ): Promise<readonly AuditRecord[]>;
  entries(ask: AuditAsk): Promise<AuditPageOf>;
}

import type { ItemId } from "./id.ts";
import type { Hold } from "./hold.ts";
import type { ActGuard } from "./quarantine.ts";

/** What people do with held mail beside releasing and discarding it. Each is on record in the transaction that does it. */

/** Who, why, and by which door. */
export interface ActBy {
  readonly who: string;
  readonly why: string;
  readonly via: string;
}

/** Its files stay, whatever was decided and however long ago, until somebody takes the pin out. */
export interface Pin {
  readonly who: string;
  readonly why: string;
  readonly at: number;
}

/** `block`: mail is held on arrival. `trust`: a doubt about its structure is decided as a person decided it before. */
export type ExceptionKind = "block" | "trust";

export interface NewException {
  readonly kind: ExceptionKind;
  /** An address, a domain, or `.domain` for it and all below; in lower case. */
  readonly sender: string;
  /** Likewise; null: whoever it is for. */
  readonly recipient: string | null;
  /** Null: in every tenant. */
  readonly tenant: string | null;
  /** Epoch ms; there is always an end. */
  readonly until: number;
}

export interface SenderException extends NewException {
  readonly id: string;
  readonly who: string;
  readonly why: string;
  readonly at: number;
  readonly revokedBy: string | null;
  readonly revokedWhy: string | null;
  readonly revokedAt: number | null;
  /** Mails that it applied to. */
  readonly uses: number;
  readonly usedAt: number | null;
}

export interface ExceptionUse {
  readonly item: ItemId;
  readonly kind: ExceptionKind;
}

/** What becomes of what the scanner alone held, when it finds nothing today: a person decides, or it goes on. */
export type WhenClean = "stay" | "go";

export interface RescanAsk extends ActBy {
  readonly whenClean: WhenClean;
}

export interface Rescan extends RescanAsk {
  readonly at: number;
  readonly attempts: number;
}

/** What a scan of today found in a held original. */
export interface RescanFound {
  /** VIRUS_FOUND, by part; of the whole where no part has it. */
  readonly viruses: readonly Hold[];
  readonly engine: string;
  /** Parts that would be held today for another reason; null stands for the mail. */
  readonly heldOtherwise: readonly (string | null)[];
  /** Parts that could not be looked into, such as an archive under a password. */
  readonly closed: readonly string[];
}

export type RescanOutcome =
  /** A virus where none was known. */
  | "virus-found"
  | "virus-still"
  /** What the scanner held waits for a person now. */
  | "clean-now"
  | "gone-on"
  | "unchanged"
  | "failed";

/** Release of one attachment as it came (原本の解放): one person asks, another decides, the first one fetches. */
export interface OriginalRequest {
  readonly id: string;
  readonly item: ItemId;
  /** Path of the part. */
  readonly part: string;
  readonly state: "asked" | "approved" | "denied" | "fetched" | "expired";
  readonly who: string;
  readonly why: string;
  readonly at: number;
  /** Past it nothing can be done with it: of the decision, then of the fetching. */
  readonly until: number;
  readonly decidedBy: string | null;
  readonly decidedWhy: string | null;
  readonly decidedAt: number | null;
  readonly fetchedAt: number | null;
}

export interface HeldActs {
  /** False when there is one already. Only for items of which something is or was held. */
  pin(item: ItemId, by: ActBy): Promise<boolean>;
  /** False when there is none. */
  unpin(item: ItemId, by: ActBy): Promise<boolean>;
  pinOf(item: ItemId): Promise<Pin | null>;

  /** Newest first. `tenants` null: all; else those of these tenants and those of every tenant. */
  exceptions(ask: {
    readonly tenants: readonly string[] | null;
    readonly inForceOnly: boolean;
    readonly limit: number;
  }): Promise<readonly SenderException[]>;
  /** Another number whenever one is added or revoked. */
  exceptionsRevision(): Promise<number>;
  /** Counts and records that one applied to a mail; once for each mail. */
  useException(id: string, use: ExceptionUse): Promise<void>;
  /** The one in force that says the same, when there is one. */
  addException(
    wanted: NewException,
    by: ActBy,
  ): Promise<{ readonly exception: SenderException; readonly isNew: boolean }>;
  /** False when it is none in force. */
  revokeException(id: string, by: ActBy): Promise<boolean>;

  /** False when nothing of it is held, or it changed since it was seen. One that waits already serves for both. */
  askRescan(item: ItemId, ask: RescanAsk, guard?: ActGuard): Promise<boolean>;
  rescanOf(item: ItemId): Promise<Rescan | null>;
  /** Counts an attempt; null when none waits. */
  beginRescan(item: ItemId): Promise<Rescan | null>;
  /** Those that nobody began for `quietMs`. */
  rescansDue(
    now: number,
    quietMs: number,
    limit: number,
  ): Promise<readonly ItemId[]>;
  /** `goesOn` is the item to ring for. Null when none waits. */
  settleRescan(
    item: ItemId,
    found: RescanFound,
  ): Promise<{
    readonly outcome: RescanOutcome;
    readonly goesOn: ItemId | null;
  } | null>;
  /** It can't be done; `fault` is kept for people. */
  failRescan(item: ItemId, fault: string): Promise<void>;

  /** Null when the same person asked for the same and that still stands. */
  askOriginal(
    item: ItemId,
    ask: { readonly part: string; readonly until: number },
    by: ActBy,
  ): Promise<OriginalRequest | null>;
  originals(item: ItemId): Promise<readonly OriginalRequest[]>;
  /** False unless it is asked for, in time, and by somebody else. */
  decideOriginal(
    id: string,
    decision: { readonly approved: boolean; readonly until: number },
    by: ActBy,
  ): Promise<boolean>;
  /** False unless it is approved, in time, and its asker's; works once. */
  fetchOriginal(id: string, by: ActBy): Promise<boolean>;
}

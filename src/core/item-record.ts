import type { Envelope } from "./envelope.ts";
import type { ItemId } from "./id.ts";
import type { ItemKind, ItemState, RecipientState } from "./item.ts";
import type { Override, Plan } from "./plan.ts";
import type { VerdictKind } from "./verdict.ts";

export interface NewItem {
  readonly id: ItemId;
  readonly tenant: string;
  readonly envelope: Envelope;
  readonly bytes: number;
  readonly sha256: string;
  /** For a release of parts held from a mail that was delivered: that mail. */
  readonly parent: ItemId | null;
  readonly override: Override | null;
  readonly kind?: ItemKind;
  /** Message-ID of the mail that this one follows, as it was written, in brackets. */
  readonly thread?: string;
  /** The mail whose text may hold the password of what is still closed in `parent`. */
  readonly passwordFrom?: ItemId;
  /** Paths of what the password is to open. */
  readonly opens?: readonly string[];
}

export interface ItemRecord extends Omit<NewItem, "opens"> {
  readonly state: ItemState;
  readonly receivedAt: number;
  readonly updatedAt: number;
  /** How often the sanitizer began this item. */
  readonly attempts: number;
  /** Not before this time, epoch ms. */
  readonly dueAt: number;
  /** The mail at the top of its parents, whose original it is made of; absent for one that came itself. */
  readonly source?: ItemId;
  readonly verdict: VerdictKind | null;
  readonly plan: Plan | null;
  /** Cleaned, for people; null until inspected. */
  readonly subject: string | null;
  readonly from: string | null;
  readonly lastFault: string | null;
  readonly heldCount: number;
}

export interface RecipientRecord {
  readonly item: ItemId;
  readonly seq: number;
  readonly address: string;
  readonly state: RecipientState;
  readonly attempts: number;
  /** Attempts whose end nobody knows: 2 of them hold the recipient. */
  readonly unknowns: number;
  readonly dueAt: number;
  readonly reply: string | null;
}

export interface ItemPatch {
  readonly verdict?: VerdictKind;
  readonly plan?: Plan;
  readonly subject?: string;
  readonly from?: string;
}

/** What commit B does besides. */
export interface ClearPatch extends ItemPatch {
  /** The attachments of this mail go on as an item of their own, which is made in the same commit. */
  readonly second?: {
    readonly item: ItemId;
    readonly thread: string;
    /** Null where the pit has to unpack something first. */
    readonly plan: Plan | null;
  };
  /** Its text may hold passwords of other mails: its original is kept for so long. */
  readonly offersPasswordForMs?: number;
  /** Of an item with `passwordFrom`: the parts of its parent that the password opened. */
  readonly opened?: readonly string[];
}

/** Where an item stands, and everything else that is made of the same original, in short. */
export interface ItemStanding {
  readonly id: ItemId;
  /** Its own; all that follows is of all of them together. */
  readonly state: ItemState;
  /** The latest. */
  readonly updatedAt: number;
  /** Holds that nobody decided yet. */
  readonly heldCount: number;
  /** Those that somebody decided included. */
  readonly holdCount: number;
  /** The files stay, whatever was decided. */
  readonly pinned: boolean;
  /** One of them is still to be made from the original, or may be. */
  readonly isNeeded: boolean;
}

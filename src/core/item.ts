/**
 * The states of an item and every move between them. The ledger moves by compare-and-set along this table only.
 *
 * received   the original is durable, nobody has looked at it
 * inspected  its part tree is known
 * planned    each part has a treatment, on record before any pit begins
 * sanitized  every part is new
 * cleared    the outbox holds verified bytes
 * delivered  every recipient has an ending, at least one of them delivered
 * held       waits for a person, with a reason
 * discarded  ended by a named person; or a try with a password that opened nothing, whose parent stays as it was
 */
export type ItemState =
  | "received"
  | "inspected"
  | "planned"
  | "sanitized"
  | "cleared"
  | "delivered"
  | "held"
  | "discarded";

const ENDS: readonly ItemState[] = ["held", "discarded"];

export const TRANSITIONS: Readonly<Record<ItemState, readonly ItemState[]>> = {
  received: ["inspected", ...ENDS],
  inspected: ["planned", ...ENDS],
  planned: ["sanitized", ...ENDS],
  sanitized: ["cleared", ...ENDS],
  cleared: ["delivered", ...ENDS],
  delivered: [],
  held: ["planned", "discarded"],
  discarded: [],
};

export function mayMove(from: ItemState, to: ItemState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** States that still have work to do; the janitor rings for these. */
export const UNFINISHED: readonly ItemState[] = [
  "received",
  "inspected",
  "planned",
  "sanitized",
  "cleared",
];

/**
 * What of a mail an item is to become; absent for a mail that came and goes on in one. With staged delivery its text goes
 * first, its attachments in a second mail. The last three are mails of the gateway's own, made from the ledger alone.
 */
export type ItemKind =
  "text" | "attachments" | "held-notice" | "digest" | "duty-digest";

/** Each recipient ends on its own; the item's state follows from all of them. */
export type RecipientState = "pending" | "delivered" | "held" | "discarded";

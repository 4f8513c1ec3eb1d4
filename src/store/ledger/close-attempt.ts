import type { DatabaseSync } from "node:sqlite";
import { Fault } from "../../core/fault.ts";
import type { ItemId } from "../../core/id.ts";
import type { ItemState } from "../../core/item.ts";
import type { Receipt } from "../../core/message.ts";
import type { HoldCode } from "../../core/verdict.ts";
import type { Books } from "./books.ts";
import { MAX_UNKNOWNS } from "./open-attempt.ts";
import type { RecipientRow } from "./rows.ts";
import type { HoldRecipient, Settle } from "./settle.ts";

export interface AttemptEnd {
  readonly receipts: readonly Receipt[];
  readonly retryAt: number;
  readonly giveUp: boolean;
}

const MAX_REPLY_LENGTH = 512;

/** Commit C. */
export function prepareCloseAttempt(
  database: DatabaseSync,
  books: Books,
  after: { readonly settle: Settle; readonly holdRecipient: HoldRecipient },
): (at: number, id: ItemId, end: AttemptEnd) => ItemState {
  const deliver = database.prepare(
    `UPDATE recipients SET state = 'delivered', opened_at = NULL, lease_until = NULL, reply = ?
     WHERE item = ? AND seq = ?`,
  );
  const retry = database.prepare(
    `UPDATE recipients SET opened_at = NULL, lease_until = NULL, unknowns = ?, due_at = ?, reply = ?
     WHERE item = ? AND seq = ?`,
  );

  const record = (
    at: number,
    id: ItemId,
    end: AttemptEnd & {
      readonly recipient: RecipientRow;
      readonly receipt: Receipt;
    },
  ): void => {
    const { recipient, receipt } = end;
    const reply = receipt.reply.slice(0, MAX_REPLY_LENGTH);
    const next = ending(recipient, receipt.kind, end.giveUp);
    switch (next.kind) {
      case "delivered":
        deliver.run(reply, recipient.item, recipient.seq);
        books.append(at, {
          act: "recipient-delivered",
          actor: "courier",
          facts: { item: id, recipient: recipient.seq },
        });
        return;
      case "held": {
        const held = { ...recipient, unknowns: next.unknowns };
        after.holdRecipient(at, id, held, { code: next.code, reply });
        return;
      }
      case "pending":
        retry.run(
          next.unknowns,
          end.retryAt,
          reply,
          recipient.item,
          recipient.seq,
        );
        return;
      case "late":
        books.append(at, {
          act: "receipt-late",
          actor: "courier",
          facts: { item: id, recipient: recipient.seq, kind: receipt.kind },
        });
    }
  };

  return (at, id, end) => {
    const found = books.find(id);
    if (found === null) throw new Fault("JOB_MALFORMED", { field: "item" });
    const recipients = [...books.recipients(found.seq)];
    for (const receipt of end.receipts) {
      const recipient = takeFor(receipt, recipients);
      if (recipient !== null) record(at, id, { ...end, recipient, receipt });
    }
    if (found.state === "cleared") after.settle(at, id, found.seq);
    return books.find(id)?.state ?? found.state;
  };
}

/** An address that stands twice in the envelope has two recipients and two receipts. Open ones first. */
function takeFor(
  receipt: Receipt,
  recipients: RecipientRow[],
): RecipientRow | null {
  const mine = (one: RecipientRow): boolean =>
    one.address === receipt.recipient;
  let index = recipients.findIndex(
    (one) => mine(one) && one.opened_at !== null,
  );
  if (index === -1) index = recipients.findIndex(mine);
  return recipients.splice(index, index === -1 ? 0 : 1)[0] ?? null;
}

export type Ending =
  | { readonly kind: "delivered" }
  | {
      readonly kind: "held";
      readonly code: HoldCode;
      readonly unknowns: number;
    }
  | { readonly kind: "pending"; readonly unknowns: number }
  /** Came after the recipient had its ending, or after somebody else took the attempt over. */
  | { readonly kind: "late" };

/** What one receipt means for one recipient. A delivery is believed whenever it can still be recorded. */
export function ending(
  recipient: Pick<RecipientRow, "state" | "opened_at" | "unknowns">,
  kind: Receipt["kind"],
  giveUp: boolean,
): Ending {
  const { state, unknowns } = recipient;
  const open = recipient.opened_at !== null;
  if (
    kind === "accepted" &&
    (state === "pending" || (state === "held" && open))
  )
    return { kind: "delivered" };
  if (state !== "pending" || !open) return { kind: "late" };
  switch (kind) {
    case "accepted":
      return { kind: "delivered" };
    case "refused":
      return { kind: "held", code: "DELIVERY_REFUSED", unknowns };
    case "deferred":
      return giveUp
        ? { kind: "held", code: "DELIVERY_EXPIRED", unknowns }
        : { kind: "pending", unknowns };
    case "unknown":
      return unknowns + 1 >= MAX_UNKNOWNS
        ? { kind: "held", code: "DELIVERY_UNKNOWN", unknowns: unknowns + 1 }
        : { kind: "pending", unknowns: unknowns + 1 };
  }
}

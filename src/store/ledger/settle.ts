import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { HoldCode } from "../../core/verdict.ts";
import type { Books } from "./books.ts";
import type { RecipientRow } from "./rows.ts";

/** Ends a cleared item when none of its recipients is pending, else says when it is due again. */
export type Settle = (at: number, id: ItemId, item: number) => void;

export function prepareSettle(database: DatabaseSync, books: Books): Settle {
  const due = database.prepare(
    `UPDATE items SET updated_at = ?, due_at = coalesce((
       SELECT min(CASE WHEN opened_at IS NULL THEN due_at ELSE lease_until END)
       FROM recipients WHERE item = items.seq AND state = 'pending'), due_at)
     WHERE seq = ?`,
  );
  return (at, id, item) => {
    const recipients = books.recipients(item);
    if (recipients.some((one) => one.state === "pending")) {
      due.run(at, item);
      return;
    }
    const delivered = recipients.filter((one) => one.state === "delivered");
    const to = delivered.length > 0 ? "delivered" : "held";
    if (books.move(id, to, { at }) === null) return;
    books.append(at, {
      act: to,
      actor: "courier",
      facts: {
        item: id,
        delivered: delivered.length,
        recipients: recipients.length,
      },
    });
  };
}

/** A recipient whose delivery ended in a hold, with a row for the person who decides. */
export type HoldRecipient = (
  at: number,
  id: ItemId,
  recipient: RecipientRow,
  why: { readonly code: HoldCode; readonly reply: string | null },
) => void;

export function prepareHoldRecipient(
  database: DatabaseSync,
  books: Books,
): HoldRecipient {
  const hold = database.prepare(
    `UPDATE recipients SET state = 'held', opened_at = NULL, lease_until = NULL, unknowns = ?, reply = ?
     WHERE item = ? AND seq = ?`,
  );
  return (at, id, recipient, { code, reply }) => {
    hold.run(recipient.unknowns, reply, recipient.item, recipient.seq);
    books.putHold(
      at,
      recipient.item,
      {
        part: null,
        code,
        detail:
          reply === null ? recipient.address : `${recipient.address}: ${reply}`,
        name: null,
        kind: null,
        bytes: null,
        sha256: null,
      },
      recipient.seq,
    );
    books.append(at, {
      act: "recipient-held",
      actor: "courier",
      facts: { item: id, recipient: recipient.seq, code },
    });
  };
}

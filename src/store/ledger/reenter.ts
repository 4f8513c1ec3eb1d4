import type { DatabaseSync } from "node:sqlite";
import type { Envelope } from "../../core/envelope.ts";
import { newItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { Override } from "../../core/plan.ts";
import type { Books } from "./books.ts";
import type { InsertItem } from "./receive.ts";
import type { ItemRow } from "./rows.ts";

/** A hold that goes; `recipient` is set where it is not the mail that waits but its delivery to this one. */
export interface GoingHold {
  readonly recipient: number | null;
}

/** The item to ring for: itself when it was held, a new one for parts of a delivered mail; null when it stands elsewhere. */
export type Reenter = (
  at: number,
  item: ItemRow,
  override: Override,
  holds: readonly GoingHold[],
) => ItemId | null;

/** Back on the line, at plan. */
export function prepareReenter(
  database: DatabaseSync,
  books: Books,
  insertItem: InsertItem,
): Reenter {
  const revive = database.prepare(
    `UPDATE recipients SET state = 'pending', due_at = ?, attempts = 0, unknowns = 0, opened_at = NULL, lease_until = NULL
     WHERE item = ? AND state = 'held'`,
  );
  return (at, item, override, holds) => {
    const { id } = item;
    if (item.state === "held") {
      if (books.move(id, "planned", { at, dueAt: at, override }) === null)
        return null;
      revive.run(at, item.seq);
      return id;
    }
    if (item.state !== "delivered") return null;
    const into = newItemId();
    insertItem(at, {
      id: into,
      tenant: item.tenant,
      envelope: envelopeFor(item, holds, books),
      bytes: item.bytes,
      sha256: item.sha256,
      // A notice sent once more tells of the same mail.
      parent: item.kind === "held-notice" ? item.parent : id,
      override,
      ...(item.kind === null ? {} : { kind: item.kind }),
      ...(item.thread === null ? {} : { thread: item.thread }),
      ...(item.password_from === null
        ? {}
        : { passwordFrom: item.password_from }),
      ...(item.opens === null
        ? {}
        : { opens: JSON.parse(item.opens) as readonly string[] }),
    });
    return into;
  };
}

/** Parts go to everybody again; when only some recipients' deliveries are held, only they get the mail. */
function envelopeFor(
  item: ItemRow,
  holds: readonly GoingHold[],
  books: Books,
): Envelope {
  const envelope = JSON.parse(item.envelope) as Envelope;
  if (holds.some((hold) => hold.recipient === null)) return envelope;
  const recipients = books
    .recipients(item.seq)
    .filter((one) => holds.some((hold) => hold.recipient === one.seq))
    .map((one) => one.address);
  return { ...envelope, recipients };
}

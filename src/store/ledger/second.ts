import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { Envelope } from "../../core/envelope.ts";
import type { Books } from "./books.ts";
import type { StoredClearPatch } from "./move.ts";
import type { InsertItem } from "./receive.ts";
import type { ItemRow } from "./rows.ts";

/** Commit B of a text makes the item of its attachments. The id is the same each time: what is there already stays. */
export type MakeSecond = (
  at: number,
  id: ItemId,
  second: NonNullable<StoredClearPatch["second"]>,
) => void;

export function prepareSecond(
  database: DatabaseSync,
  books: Books,
  insertItem: InsertItem,
): MakeSecond {
  const find = database.prepare("SELECT * FROM items WHERE id = ?");
  const isText = database.prepare(
    "UPDATE items SET kind = 'text' WHERE id = ?",
  );
  return (at, id, { item, thread, plan }) => {
    isText.run(id);
    if (books.find(item) !== null) return;
    const first = find.get(id) as unknown as ItemRow;
    insertItem(at, {
      ...{ id: item, tenant: first.tenant, parent: id, override: null },
      envelope: JSON.parse(first.envelope) as Envelope,
      ...{ bytes: first.bytes, sha256: first.sha256 },
      ...{ kind: "attachments", thread },
    });
    // As the first one stood: looked at, and with its plan where nothing has to be unpacked before.
    books.move(item, "inspected", {
      at,
      ...(first.subject === null ? {} : { subject: first.subject }),
      ...(first.sender === null ? {} : { from: first.sender }),
    });
    if (plan !== null) books.move(item, "planned", { at, plan });
    books.append(at, {
      act: "staged",
      actor: "sanitizer",
      facts: { item: id, into: item },
    });
  };
}

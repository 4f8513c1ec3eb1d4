import type { DatabaseSync } from "node:sqlite";
import type { NewItem } from "../../core/item-record.ts";
import type { Books } from "./books.ts";

export type InsertItem = (at: number, item: NewItem) => void;

/** An item in state `received`, its recipients pending and due. */
export function prepareInsertItem(database: DatabaseSync): InsertItem {
  const insert = database.prepare(
    `INSERT INTO items (id, tenant, state, received_at, updated_at, due_at, bytes, sha256, envelope, parent, override)
     VALUES (?, ?, 'received', ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const recipient = database.prepare(
    "INSERT INTO recipients (item, seq, address, state, due_at) VALUES (?, ?, ?, 'pending', ?)",
  );
  const tie = database.prepare(
    `UPDATE items SET kind = ?, thread = ?, password_from = ?, opens = ?,
       source = (SELECT coalesce(above.source, above.id) FROM items AS above WHERE above.id = items.parent)
     WHERE id = ?`,
  );
  return (at, item) => {
    const { lastInsertRowid } = insert.run(
      item.id,
      item.tenant,
      at,
      at,
      at,
      item.bytes,
      item.sha256,
      JSON.stringify(item.envelope),
      item.parent,
      item.override === null ? null : JSON.stringify(item.override),
    );
    item.envelope.recipients.forEach((address, seq) => {
      recipient.run(lastInsertRowid, seq, address, at);
    });
    const { kind, thread, passwordFrom, opens, parent } = item;
    if (kind === undefined && thread === undefined && parent === null) return;
    tie.run(
      kind ?? null,
      thread ?? null,
      passwordFrom ?? null,
      opens === undefined ? null : JSON.stringify(opens),
      item.id,
    );
  };
}

/** Commit A. */
export function prepareReceive(
  insertItem: InsertItem,
  books: Books,
): (at: number, item: NewItem) => void {
  return (at, item) => {
    insertItem(at, item);
    books.append(at, {
      act: "received",
      actor: "intake",
      facts: {
        item: item.id,
        tenant: item.tenant,
        bytes: item.bytes,
        sha256: item.sha256,
        recipients: item.envelope.recipients.length,
      },
    });
  };
}

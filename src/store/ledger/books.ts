import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { ItemState } from "../../core/item.ts";
import type { Hold } from "../../core/hold.ts";
import { prepareAppend } from "./audit.ts";
import type { Append } from "./audit.ts";
import { prepareMove } from "./move.ts";
import type { Move } from "./move.ts";
import type { RecipientRow } from "./rows.ts";

/** What several questions share: one statement each, prepared once. */
export interface Books {
  readonly find: (id: ItemId) => FoundItem | null;
  readonly move: Move;
  readonly append: Append;
  readonly recipients: (item: number) => readonly RecipientRow[];
  readonly putHold: (
    at: number,
    item: number,
    hold: Omit<Hold, "item">,
    recipient?: number,
  ) => void;
  readonly touch: (item: number, at: number) => void;
}

export interface FoundItem {
  readonly seq: number;
  readonly state: ItemState;
}

export function openBooks(database: DatabaseSync): Books {
  const find = database.prepare("SELECT seq, state FROM items WHERE id = ?");
  const recipients = database.prepare(
    "SELECT * FROM recipients WHERE item = ? ORDER BY seq",
  );
  const hold = database.prepare(
    `INSERT INTO holds (item, tenant, recipient, part, code, detail, name, kind, bytes, sha256, at)
     VALUES (?1, (SELECT tenant FROM items WHERE seq = ?1), ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const touch = database.prepare(
    "UPDATE items SET updated_at = ? WHERE seq = ?",
  );
  return {
    find: (id) => (find.get(id) as unknown as FoundItem | undefined) ?? null,
    move: prepareMove(database),
    append: prepareAppend(database),
    recipients: (item) => recipients.all(item) as unknown as RecipientRow[],
    putHold(at, item, held, recipient) {
      hold.run(
        item,
        recipient ?? null,
        held.part,
        held.code,
        held.detail,
        held.name,
        held.kind === null ? null : JSON.stringify(held.kind),
        held.bytes,
        held.sha256,
        at,
      );
    },
    touch(item, at) {
      touch.run(at, item);
    },
  };
}

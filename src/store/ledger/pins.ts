import type { DatabaseSync } from "node:sqlite";
import type { ActBy, Pin } from "../../core/acts.ts";
import type { ItemId } from "../../core/id.ts";
import type { Books } from "./books.ts";

type Act = (at: number, id: ItemId, by: ActBy) => boolean;

export function preparePins(
  database: DatabaseSync,
  books: Books,
): {
  readonly pin: Act;
  readonly unpin: Act;
  readonly pinOf: (at: number, id: ItemId) => Pin | null;
} {
  const insert = database.prepare(
    `INSERT INTO pins (item, who, why, at) SELECT ?1, ?2, ?3, ?4
     WHERE EXISTS (SELECT 1 FROM holds WHERE item = ?1) ON CONFLICT DO NOTHING`,
  );
  const remove = database.prepare("DELETE FROM pins WHERE item = ?");
  const find = database.prepare(
    "SELECT who, why, at FROM pins WHERE item = (SELECT seq FROM items WHERE id = ?)",
  );
  const onRecord = (at: number, act: string, id: ItemId, by: ActBy) => {
    const { who, why, via } = by;
    books.append(at, { act, actor: who, facts: { item: id, why, via } });
    return true;
  };
  return {
    pin(at, id, by) {
      const found = books.find(id);
      if (found === null) return false;
      const { changes } = insert.run(found.seq, by.who, by.why, at);
      return changes > 0 && onRecord(at, "pinned", id, by);
    },
    unpin(at, id, by) {
      const found = books.find(id);
      if (found === null) return false;
      const { changes } = remove.run(found.seq);
      return changes > 0 && onRecord(at, "unpinned", id, by);
    },
    pinOf(_at, id) {
      const row = find.get(id) as unknown as Pin | undefined;
      return row === undefined ? null : { ...row };
    },
  };
}

import type { DatabaseSync } from "node:sqlite";
import { KIN_SQL } from "./kin.ts";

/** Items that one call looks at: it is one transaction, and mails wait for its end. */
const WINDOW_ITEMS = 200;

interface Child {
  readonly table: string;
  readonly column: string;
}

/**
 * Items stand in the order in which they came, so the walk ends at the first that is too young. What hangs on an item goes
 * with it, whatever tables there are; where more hangs on that, the item stays. So does one whose original may be needed: files
 * of items that the ledger forgot nobody would remove.
 */
export function prepareForgetItems(database: DatabaseSync): (
  at: number,
  endedBefore: number,
  after: number,
) => {
  readonly gone: number;
  readonly after: number | null;
} {
  const children = childrenOf(database, "items");
  const next = database.prepare(
    "SELECT seq, id FROM items WHERE seq > ? AND received_at < ? ORDER BY seq LIMIT ?",
  );
  const open = database.prepare(
    `WITH ${KIN_SQL} SELECT 1 FROM kin JOIN items USING (seq)
     WHERE updated_at >= ?2 OR state NOT IN ('delivered', 'bounced', 'discarded')
       OR EXISTS (SELECT 1 FROM holds WHERE holds.item = items.seq AND holds.state = 'held')
       OR EXISTS (SELECT 1 FROM pins WHERE pins.item = items.seq)`,
  );
  const removals = children.map(({ table, column }) =>
    database.prepare(`DELETE FROM ${table} WHERE ${column} = ?`),
  );
  const forget = database.prepare("DELETE FROM items WHERE seq = ?");
  const remove = (seq: number): boolean => {
    database.exec("SAVEPOINT forgotten");
    try {
      for (const removal of removals) removal.run(seq);
      forget.run(seq);
      database.exec("RELEASE forgotten");
      return true;
    } catch (error) {
      // The disk's own errors end the transaction, and are not for us to pass over.
      if (!database.isTransaction) throw error;
      database.exec("ROLLBACK TO forgotten");
      database.exec("RELEASE forgotten");
      return false;
    }
  };
  return (_at, endedBefore, after) => {
    const rows = next.all(after, endedBefore, WINDOW_ITEMS);
    const gone = rows.filter(
      ({ id, seq }) =>
        open.get(String(id), endedBefore) === undefined && remove(Number(seq)),
    );
    const last =
      rows.length < WINDOW_ITEMS ? null : Number(rows.at(-1)?.["seq"]);
    return { gone: gone.length, after: last };
  };
}

function childrenOf(database: DatabaseSync, parent: string): readonly Child[] {
  return database
    .prepare(
      `SELECT tables.name AS child, keys."from" AS place FROM sqlite_schema AS tables,
         pragma_foreign_key_list(tables.name) AS keys WHERE tables.type = 'table' AND keys."table" = ?`,
    )
    .all(parent)
    .map((row) => ({
      table: String(row["child"]),
      column: String(row["place"]),
    }));
}

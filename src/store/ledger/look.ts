import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { ItemState } from "../../core/item.ts";
import type { HoldRecord } from "../../core/hold.ts";
import type { ItemStanding } from "../../core/item-record.ts";
import { UNFINISHED_SQL } from "./due.ts";
import { KIN_SQL } from "./kin.ts";
import { ITEM_COLUMNS } from "./rows.ts";
import type { HoldRow, ItemRow, RecipientRow } from "./rows.ts";

/** Questions that only look: one item, its recipients, the newest items, the counts, what is held. */
export function prepareItem(
  database: DatabaseSync,
): (at: number, id: ItemId) => ItemRow | null {
  const item = database.prepare(
    `SELECT ${ITEM_COLUMNS} FROM items WHERE id = ?`,
  );
  return (_at, id) => (item.get(id) as unknown as ItemRow | undefined) ?? null;
}

export function prepareRecipients(
  database: DatabaseSync,
): (at: number, id: ItemId) => readonly RecipientRow[] {
  const recipients = database.prepare(
    `SELECT recipients.* FROM items JOIN recipients ON recipients.item = items.seq
     WHERE items.id = ? ORDER BY recipients.seq`,
  );
  return (_at, id) => recipients.all(id) as unknown as RecipientRow[];
}

/** In the order in which they were received, whatever the clock said. */
export function prepareRecent(
  database: DatabaseSync,
): (at: number, limit: number) => readonly ItemRow[] {
  const recent = database.prepare(
    `SELECT ${ITEM_COLUMNS} FROM items ORDER BY seq DESC LIMIT ?`,
  );
  return (_at, limit) => recent.all(limit) as unknown as ItemRow[];
}

export function prepareCounts(
  database: DatabaseSync,
): () => Readonly<Record<ItemState, number>> {
  // The tables know a state more, for mails that are sent back; nothing ever was.
  const counts = database.prepare(
    "SELECT state, items FROM tally WHERE state <> 'bounced'",
  );
  return () =>
    Object.fromEntries(
      counts.all().map((row) => [row["state"], row["items"]]),
    ) as Record<ItemState, number>;
}

export interface HoldFilter {
  readonly item?: ItemId;
  readonly state?: HoldRecord["state"];
  readonly limit: number;
}

/** Newest first. */
export function prepareHolds(
  database: DatabaseSync,
): (at: number, filter: HoldFilter) => readonly HoldRow[] {
  const prepare = (where: string) =>
    database.prepare(
      `SELECT items.id AS item_id, holds.* FROM holds JOIN items ON items.seq = holds.item
       ${where} ORDER BY holds.seq DESC LIMIT ?`,
    );
  const ofItem = "holds.item = (SELECT seq FROM items WHERE id = ?)";
  const all = prepare("");
  const byState = prepare("WHERE holds.state = ?");
  const byItem = prepare(`WHERE ${ofItem}`);
  const byBoth = prepare(`WHERE ${ofItem} AND holds.state = ?`);
  return (_at, { item, state, limit }) => {
    const ask = () => {
      if (item === undefined)
        return state === undefined ? all.all(limit) : byState.all(state, limit);
      return state === undefined
        ? byItem.all(item, limit)
        : byBoth.all(item, state, limit);
    };
    return ask() as unknown as HoldRow[];
  };
}

type StandingRow = Omit<ItemStanding, "isNeeded" | "pinned"> & {
  readonly isNeeded: number;
  readonly pinned: number;
};

/** Asked by the janitor, of items whose files are still there. */
export function prepareStates(
  database: DatabaseSync,
): (at: number, ids: readonly ItemId[]) => readonly ItemStanding[] {
  const standing = database.prepare(
    `WITH ${KIN_SQL}
     SELECT item.id, item.state, max(one.updated_at) AS updatedAt,
       sum((SELECT count(*) FROM holds WHERE item = one.seq AND state = 'held')) AS heldCount,
       sum((SELECT count(*) FROM holds WHERE item = one.seq)) AS holdCount,
       max(EXISTS (SELECT 1 FROM pins WHERE item = one.seq)) AS pinned,
       max(one.state = 'held' OR one.${UNFINISHED_SQL}
         OR EXISTS (SELECT 1 FROM password_offers WHERE item = one.seq AND until > ?2)) AS isNeeded
     FROM items AS item, kin JOIN items AS one ON one.seq = kin.seq WHERE item.id = ?1 GROUP BY item.seq`,
  );
  return (at, ids) =>
    ids.flatMap((id) => {
      const row = standing.get(id, at) as unknown as StandingRow | undefined;
      return row === undefined
        ? []
        : [{ ...row, pinned: row.pinned === 1, isNeeded: row.isNeeded === 1 }];
    });
}

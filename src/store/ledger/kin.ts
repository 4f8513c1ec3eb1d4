/**
 * To stand behind WITH, `?1` an item's id: `kin` is everything that is made of the original that this item is made of, itself
 * among it, and whatever takes its passwords from their texts. As long as one of them is open, the original may be needed.
 */
export const KIN_SQL = `
  own AS (SELECT coalesce(source, id) AS root FROM items WHERE id = ?1),
  made AS (
    SELECT items.seq, items.id FROM own JOIN items ON items.id = own.root
    UNION ALL SELECT items.seq, items.id FROM own JOIN items ON items.source = own.root),
  kin AS (
    SELECT seq FROM made UNION SELECT items.seq FROM made JOIN items ON items.password_from = made.id)`;

import type { DatabaseSync } from "node:sqlite";

/** By way of the cleared items, which are few; the recipients of years are many. */
const CLEARED = `SELECT seq FROM items INDEXED BY items_waiting
  WHERE state IN ('received', 'inspected', 'planned', 'sanitized', 'cleared') AND state = 'cleared'`;

/** Whatever attempt is open crashed: its item is due at once, and the next `openAttempt` counts it as unknown. */
export function prepareExpireLeases(
  database: DatabaseSync,
): (at: number) => void {
  const items = database.prepare(
    `UPDATE items SET due_at = 0, updated_at = 0 WHERE seq IN (
       SELECT item FROM recipients
       WHERE item IN (${CLEARED}) AND state = 'pending' AND opened_at IS NOT NULL)`,
  );
  const recipients = database.prepare(
    `UPDATE recipients SET lease_until = 0
     WHERE item IN (${CLEARED}) AND state = 'pending' AND opened_at IS NOT NULL`,
  );
  return () => {
    items.run();
    recipients.run();
  };
}

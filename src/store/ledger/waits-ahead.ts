import type { DatabaseSync } from "node:sqlite";
import { UNFINISHED_SQL } from "./due.ts";

/** Of a mail that came, or was worked on, at a time that has not come yet: a clock that was ahead named its due times too. */
const AHEAD = `SELECT seq FROM items INDEXED BY items_waiting
  WHERE ${UNFINISHED_SQL} AND (updated_at > ?1 OR received_at > ?1)`;

/**
 * Whatever waits for such a time is due now; a lease begins anew, for somebody may be at it. Returns how many mails waited.
 */
export function prepareEndWaitsAhead(
  database: DatabaseSync,
): (at: number) => number {
  const leases = database.prepare(
    `UPDATE recipients SET lease_until = ?1 + lease_until - opened_at, opened_at = ?1
     WHERE opened_at > ?1 AND state = 'pending' AND item IN (${AHEAD})`,
  );
  const recipients = database.prepare(
    `UPDATE recipients SET due_at = ?1
     WHERE due_at > ?1 AND state = 'pending' AND item IN (${AHEAD})`,
  );
  const rescans = database.prepare(
    "UPDATE rescans SET begun_at = ?1 WHERE begun_at > ?1",
  );
  // Last: it changes by what the others find theirs.
  const items = database.prepare(
    `UPDATE items SET due_at = min(due_at, ?1), updated_at = min(updated_at, ?1) WHERE seq IN (${AHEAD})`,
  );
  return (at) => {
    leases.run(at);
    recipients.run(at);
    rescans.run(at);
    return Number(items.run(at).changes);
  };
}

import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import { ITEM_COLUMNS } from "./rows.ts";
import type { ItemRow } from "./rows.ts";

/**
 * Counts before the work begins, so that a mail which ends the process every time is found out. A ring before `due_at` is
 * one that the deferral overtook: the janitor rings again when it is time.
 */
export function prepareBegin(
  database: DatabaseSync,
): (at: number, id: ItemId) => ItemRow | null {
  const count = database.prepare(
    `UPDATE items SET attempts = attempts + 1, updated_at = ?
     WHERE id = ? AND due_at <= ? AND state IN ('received', 'inspected', 'planned', 'sanitized')
     RETURNING ${ITEM_COLUMNS}`,
  );
  return (at, id) =>
    (count.get(at, id, at) as unknown as ItemRow | undefined) ?? null;
}

/** `counts` false takes the attempt back: the fault was not the item's. */
export function prepareDefer(database: DatabaseSync): (
  at: number,
  id: ItemId,
  why: {
    readonly dueAt: number;
    readonly fault: string;
    readonly counts: boolean;
  },
) => void {
  const defer = database.prepare(
    `UPDATE items SET due_at = ?, last_fault = ?, updated_at = ?, attempts = max(0, attempts - ?)
     WHERE id = ? AND state IN ('received', 'inspected', 'planned', 'sanitized', 'cleared')`,
  );
  return (at, id, { dueAt, fault, counts }) => {
    defer.run(dueAt, fault, at, counts ? 0 : 1, id);
  };
}

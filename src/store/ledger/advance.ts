import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { ItemState } from "../../core/item.ts";
import type { Books } from "./books.ts";
import { prepareWalk } from "./move.ts";
import type { StoredPatch } from "./move.ts";

export type Step = "inspected" | "planned" | "sanitized";

/** The line in order, for "already at or past". */
const LINE: readonly ItemState[] = [
  "received",
  "inspected",
  "planned",
  "sanitized",
  "cleared",
  "delivered",
];

/** What one call passes through: a mail is inspected and planned in one commit. Nothing is sanitized that has no plan. */
const STEPS: Readonly<Record<Step, readonly ItemState[]>> = {
  inspected: ["inspected"],
  planned: ["inspected", "planned"],
  sanitized: ["sanitized"],
};

/**
 * A step done twice writes its findings twice, as long as nothing is cleared: after a release the plan is a new one though
 * the item stands at `planned` already.
 */
export function prepareAdvance(
  database: DatabaseSync,
  books: Books,
): (at: number, id: ItemId, to: Step, patch: StoredPatch) => boolean {
  const rewrite = database.prepare(
    `UPDATE items SET updated_at = ?, verdict = coalesce(?, verdict), plan = coalesce(?, plan),
       subject = coalesce(?, subject), sender = coalesce(?, sender)
     WHERE seq = ? AND state IN ('inspected', 'planned', 'sanitized')`,
  );
  const walks = {
    inspected: prepareWalk(database, STEPS.inspected),
    planned: prepareWalk(database, STEPS.planned),
    sanitized: prepareWalk(database, STEPS.sanitized),
  };
  return (at, id, to, patch) => {
    if (walks[to](id, { at, ...patch }) !== null) return true;
    const found = books.find(id);
    if (found === null || !isAtOrPast(found.state, to)) return false;
    rewrite.run(
      at,
      patch.verdict ?? null,
      patch.plan ?? null,
      patch.subject ?? null,
      patch.from ?? null,
      found.seq,
    );
    return true;
  };
}

export function isAtOrPast(state: ItemState, to: ItemState): boolean {
  return LINE.indexOf(state) >= LINE.indexOf(to);
}

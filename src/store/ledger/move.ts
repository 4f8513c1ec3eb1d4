import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import { mayMove, TRANSITIONS } from "../../core/item.ts";
import type { ItemState } from "../../core/item.ts";
import type { Override } from "../../core/plan.ts";
import type { ItemPatch } from "../../core/ports.ts";

export interface MovePatch extends ItemPatch {
  readonly dueAt?: number;
  readonly override?: Override;
}

/** The item's key when it moved, null when it does not stand where `to` can be reached from. */
export type Move = (
  id: ItemId,
  to: ItemState,
  change: { readonly at: number } & MovePatch,
) => number | null;

export const STATES = Object.keys(TRANSITIONS) as readonly ItemState[];

/** Compare-and-set along TRANSITIONS: the one place where the state of an item changes. A move starts the attempts anew. */
export function prepareMove(database: DatabaseSync): Move {
  const statements = new Map<ItemState, StatementSync>();
  for (const to of STATES) {
    const from = STATES.filter((state) => mayMove(state, to));
    if (from.length === 0) continue;
    statements.set(to, database.prepare(moveSql(to, from)));
  }
  return (id, to, change) => {
    const row = statements
      .get(to)
      ?.get(
        change.at,
        change.dueAt ?? null,
        change.verdict ?? null,
        change.plan === undefined ? null : JSON.stringify(change.plan),
        change.subject ?? null,
        change.from ?? null,
        change.override === undefined ? null : JSON.stringify(change.override),
        id,
      );
    return row === undefined ? null : Number(row["seq"]);
  };
}

/** From where an item stands along the line up to `to`, every state on the way, in one transaction. */
export function walk(
  move: Move,
  id: ItemId,
  steps: readonly ItemState[],
  change: { readonly at: number } & MovePatch,
): number | null {
  let moved: number | null = null;
  for (const to of steps) moved = move(id, to, change);
  return moved;
}

function moveSql(to: ItemState, from: readonly ItemState[]): string {
  return `UPDATE items SET state = '${to}', updated_at = ?, attempts = 0, due_at = coalesce(?, due_at),
      verdict = coalesce(?, verdict), plan = coalesce(?, plan), subject = coalesce(?, subject),
      sender = coalesce(?, sender), override = coalesce(?, override)
    WHERE id = ? AND state IN (${from.map((state) => `'${state}'`).join(", ")})
    RETURNING seq`;
}

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import { mayMove, TRANSITIONS, UNFINISHED } from "../../core/item.ts";
import type { ItemState } from "../../core/item.ts";
import type { Override } from "../../core/plan.ts";
import type { ClearPatch, ItemPatch } from "../../core/item-record.ts";

/** As it crosses to the ledger's thread: one string is copied faster than the tree of a plan. */
export interface StoredPatch extends Omit<ItemPatch, "plan"> {
  /** JSON of a Plan. */
  readonly plan?: string;
}

/** Commit B's, likewise. */
export interface StoredClearPatch extends StoredPatch {
  readonly second?: Omit<NonNullable<ClearPatch["second"]>, "plan"> & {
    readonly plan: string | null;
  };
  readonly offersPasswordForMs?: number;
  readonly opened?: readonly string[];
}

export interface MovePatch extends StoredPatch {
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
    const statement = statements.get(to);
    return statement === undefined ? null : run(statement, id, change);
  };
}

export type Walk = (
  id: ItemId,
  change: { readonly at: number } & MovePatch,
) => number | null;

/**
 * From where an item stands on the line, each state in `steps` up to the last, as one change: whoever takes the steps one by
 * one in one transaction leaves nothing else behind. A person's way, out of `held`, is none of these.
 */
export function prepareWalk(
  database: DatabaseSync,
  steps: readonly ItemState[],
): Walk {
  const to = steps.at(-1) as ItemState;
  const from = UNFINISHED.filter((state) =>
    steps.some(
      (step, at) =>
        mayMove(state, step) && (at === 0 || state === steps[at - 1]),
    ),
  );
  const statement = database.prepare(moveSql(to, from));
  return (id, change) => run(statement, id, change);
}

function run(
  statement: StatementSync,
  id: ItemId,
  change: { readonly at: number } & MovePatch,
): number | null {
  const row = statement.get(
    change.at,
    change.dueAt ?? null,
    change.verdict ?? null,
    change.plan ?? null,
    change.subject ?? null,
    change.from ?? null,
    change.override === undefined ? null : JSON.stringify(change.override),
    id,
  );
  return row === undefined ? null : Number(row["seq"]);
}

function moveSql(to: ItemState, from: readonly ItemState[]): string {
  return `UPDATE items SET state = '${to}', updated_at = ?, attempts = 0, due_at = coalesce(?, due_at),
      verdict = coalesce(?, verdict), plan = coalesce(?, plan), subject = coalesce(?, subject),
      sender = coalesce(?, sender), override = coalesce(?, override)
    WHERE id = ? AND state IN (${from.map((state) => `'${state}'`).join(", ")})
    RETURNING seq`;
}

import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { ItemState } from "../../core/item.ts";
import type { LaneDepth, LaneName } from "../../core/lanes.ts";
import { IS_STOPPED } from "./crossing.ts";

/** Word for word the condition of the partial indexes, or SQLite does not use them. */
export const UNFINISHED_SQL =
  "state IN ('received', 'inspected', 'planned', 'sanitized', 'cleared')";

export interface DueItem {
  readonly id: ItemId;
  readonly lane: LaneName;
}

/** `due_at` of a cleared item is that of its earliest recipient, lease included (`settle.ts`), so one index answers. What waits for the crossing is not due: a long stop would leave no room for the others. */
export function prepareDue(database: DatabaseSync): (
  at: number,
  ask: {
    readonly now: number;
    readonly quietMs: number;
    readonly limit: number;
  },
) => readonly DueItem[] {
  const due = database.prepare(
    `SELECT id, state FROM items INDEXED BY items_due
     WHERE ${UNFINISHED_SQL} AND due_at <= ? AND updated_at <= ?
       AND NOT (state = 'cleared' AND ${IS_STOPPED}) ORDER BY due_at LIMIT ?`,
  );
  return (_at, { now, quietMs, limit }) =>
    due.all(now, now - quietMs, limit).map((row) => ({
      id: row["id"] as ItemId,
      lane: laneOf(row["state"] as ItemState),
    }));
}

export function prepareDepths(
  database: DatabaseSync,
): (at: number, now: number) => readonly LaneDepth[] {
  const oldest = database.prepare(
    `SELECT received_at FROM items INDEXED BY items_waiting
     WHERE ${UNFINISHED_SQL} AND state = ? ORDER BY received_at LIMIT 1`,
  );
  const count = database.prepare("SELECT items FROM tally WHERE state = ?");
  const depth = (
    lane: LaneName,
    states: readonly ItemState[],
    now: number,
  ): LaneDepth => {
    let waiting = 0;
    let since = Infinity;
    for (const state of states) {
      waiting += Number(count.get(state)?.["items"] ?? 0);
      since = Math.min(
        since,
        Number(oldest.get(state)?.["received_at"] ?? Infinity),
      );
    }
    const oldestMs = since === Infinity ? null : Math.max(0, now - since);
    return { lane, waiting, oldestMs };
  };
  return (_at, now) => [
    depth("inspect", ["received"], now),
    depth("sanitize", ["inspected", "planned", "sanitized"], now),
    depth("deliver", ["cleared"], now),
  ];
}

function laneOf(state: ItemState): LaneName {
  if (state === "cleared") return "deliver";
  // What stands at `inspected` waits for the pit to unpack it; everything else passes that state in one commit.
  return state === "received" ? "inspect" : "sanitize";
}

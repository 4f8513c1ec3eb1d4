import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { Hold } from "../../core/hold.ts";
import type { VerdictKind } from "../../core/verdict.ts";
import { isAtOrPast } from "./advance.ts";
import type { Books } from "./books.ts";
import type { TellHeld } from "./digests.ts";
import { prepareWalk } from "./move.ts";
import type { StoredClearPatch } from "./move.ts";
import type { PasswordTries } from "./password-tries.ts";
import type { PasswordBooks } from "./passwords.ts";
import type { MakeSecond } from "./second.ts";
import type { Settle } from "./settle.ts";

export type Close = (
  at: number,
  id: ItemId,
  verdict: VerdictKind,
  holds: readonly Hold[],
) => boolean;

/** Commit B. From here the item is due for the courier. A mail that comes with its plan may come from the start of the line. */
export function prepareClear(
  database: DatabaseSync,
  books: Books,
  after: {
    readonly settle: Settle;
    readonly makeSecond: MakeSecond;
    readonly passwords: Pick<PasswordBooks, "offer">;
    readonly tries: Pick<PasswordTries, "opened" | "toOpen">;
  },
): (...args: [...Parameters<Close>, patch?: StoredClearPatch]) => boolean {
  const fromPlanned = prepareWalk(database, ["sanitized", "cleared"]);
  const fromStart = prepareWalk(database, [
    "inspected",
    "planned",
    "sanitized",
    "cleared",
  ]);
  const open = database.prepare(
    "SELECT 1 FROM holds WHERE item = ? AND part = ? AND code = ? AND state = 'held'",
  );
  return (at, id, verdict, holds, all = {}) => {
    const { second, offersPasswordForMs, opened, ...patch } = all;
    // Discarded, or opened by a person, while the try was being made.
    if (opened !== undefined) {
      const mayOpen = after.tries.toOpen(at, id);
      if (!opened.every((part) => mayOpen.includes(part))) return false;
    }
    const walk = patch.plan === undefined ? fromPlanned : fromStart;
    const item = walk(id, { ...patch, at, verdict, dueAt: at });
    if (item === null) {
      const found = books.find(id);
      return found !== null && isAtOrPast(found.state, "cleared");
    }
    // A release leaves a part with a virus as it stands, held; so it is not held a second time.
    for (const hold of holds)
      if (open.get(item, hold.part, hold.code) === undefined)
        books.putHold(at, item, hold);
    books.append(at, {
      act: "cleared",
      actor: "sanitizer",
      facts: { item: id, verdict, holds: codesOf(holds) },
    });
    // Its recipients have been due since they came; only after a release may all of them have their ending already.
    if (!books.recipients(item).some((one) => one.state === "pending"))
      after.settle(at, id, item);
    if (second !== undefined) after.makeSecond(at, id, second);
    if (offersPasswordForMs !== undefined)
      after.passwords.offer(at, id, offersPasswordForMs);
    if (opened !== undefined) after.tries.opened(at, id, opened);
    return true;
  };
}

/** The whole item waits for a person; an attempt that is under way may still report a delivery. */
export function prepareHold(
  database: DatabaseSync,
  books: Books,
  tellHeld: TellHeld,
): Close {
  const stop = database.prepare(
    "UPDATE recipients SET state = 'held' WHERE item = ? AND state = 'pending'",
  );
  return (at, id, verdict, holds) => {
    const item = books.move(id, "held", { at, verdict });
    if (item === null) return books.find(id)?.state === "held";
    const { changes } = stop.run(item);
    for (const hold of holds) books.putHold(at, item, hold);
    books.append(at, {
      act: "held",
      actor: "sanitizer",
      facts: {
        item: id,
        verdict,
        holds: codesOf(holds),
        recipients: Number(changes),
      },
    });
    tellHeld(at, id);
    return true;
  };
}

function codesOf(holds: readonly Hold[]): readonly string[] {
  return holds.map((hold) => hold.code);
}

import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { ActGuard } from "../../core/quarantine.ts";
import type { Books } from "./books.ts";
import type { AnswerOpen } from "./requests.ts";
import type { VersionOf } from "./version.ts";

/** A named person ends what is held: the whole item, or the held parts and recipients of a delivered one. */
export function prepareDiscard(
  database: DatabaseSync,
  books: Books,
  {
    versionOf,
    answerOpen,
  }: { readonly versionOf: VersionOf; readonly answerOpen: AnswerOpen },
): (
  at: number,
  id: ItemId,
  by: { readonly who: string; readonly why: string },
  guard?: ActGuard | null,
) => boolean {
  const decide = database.prepare(
    `UPDATE holds SET state = 'discarded', decided_by = ?, decided_why = ?, decided_at = ?
     WHERE item = ? AND state = 'held'`,
  );
  const end = database.prepare(
    "UPDATE recipients SET state = 'discarded', opened_at = NULL, lease_until = NULL WHERE item = ? AND state = 'held'",
  );
  return (at, id, { who, why }, guard = null) => {
    if (guard !== null && versionOf(id) !== guard.seen) return false;
    const found = books.find(id);
    if (found === null) return false;
    if (found.state === "held") books.move(id, "discarded", { at });
    else if (found.state !== "delivered") return false;
    const { changes } = decide.run(who, why, at, found.seq);
    if (found.state === "delivered" && changes === 0) return false;
    const ended = end.run(found.seq);
    answerOpen(at, found.seq, { who, state: "denied" });
    books.append(at, {
      act: "discarded",
      actor: who,
      facts: {
        item: id,
        why,
        holds: Number(changes),
        recipients: Number(ended.changes),
        ...guard,
      },
    });
    return true;
  };
}

import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { Override } from "../../core/plan.ts";
import type { HoldCode } from "../../core/verdict.ts";
import type { Books } from "./books.ts";
import type { ActGuard } from "../../core/quarantine.ts";
import type { GoingHold, Reenter } from "./reenter.ts";
import type { AnswerOpen } from "./requests.ts";
import type { ItemRow } from "./rows.ts";
import type { VersionOf } from "./version.ts";

interface OpenHold extends GoingHold {
  readonly seq: number;
  readonly part: string | null;
  readonly code: HoldCode;
}

/** A person lets go what is held. A virus stays, whoever asks: in a part it holds that part, else the mail. */
export function prepareRelease(
  database: DatabaseSync,
  books: Books,
  {
    reenter,
    versionOf,
    answerOpen,
  }: {
    readonly reenter: Reenter;
    readonly versionOf: VersionOf;
    readonly answerOpen: AnswerOpen;
  },
): (
  at: number,
  id: ItemId,
  override: Override,
  guard?: ActGuard | null,
) => ItemId | null {
  const find = database.prepare("SELECT * FROM items WHERE id = ?");
  const openHolds = database.prepare(
    "SELECT seq, part, code, recipient FROM holds WHERE item = ? AND state = 'held'",
  );
  const decide = database.prepare(
    `UPDATE holds SET state = 'released', decided_by = ?, decided_why = ?, decided_at = ? WHERE seq = ?`,
  );

  return (at, id, override, guard = null) => {
    if (guard !== null && versionOf(id) !== guard.seen) return null;
    const item = find.get(id) as unknown as ItemRow | undefined;
    if (item === undefined) return null;
    const holds = openHolds.all(item.seq) as unknown as OpenHold[];
    const harmless = holds.filter((hold) => hold.code !== "VIRUS_FOUND");
    if (harmless.length === 0) return null;
    if (item.state === "held" && isMalicious(item, holds)) return null;
    const into = reenter(at, item, override, harmless);
    if (into === null) return null;
    for (const hold of harmless)
      decide.run(override.who, override.why, at, hold.seq);
    const { act, variant } = override;
    answerOpen(at, item.seq, { who: override.who, state: "approved" });
    books.append(at, {
      act: "released",
      actor: override.who,
      facts: {
        item: id,
        into,
        why: override.why,
        until: override.until,
        waives: override.waives,
        holds: harmless.map((hold) => hold.code),
        ...(act === undefined ? {} : { by: act }),
        ...(variant === undefined ? {} : { variant }),
        ...guard,
      },
    });
    return into;
  };
}

/** A virus in the mail as a whole, or one of which nobody knows the part. */
function isMalicious(item: ItemRow, holds: readonly OpenHold[]): boolean {
  const viruses = holds.filter((hold) => hold.code === "VIRUS_FOUND");
  return viruses.length === 0
    ? item.verdict === "malicious"
    : viruses.some((hold) => hold.part === null);
}

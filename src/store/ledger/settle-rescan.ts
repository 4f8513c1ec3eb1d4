import type { DatabaseSync } from "node:sqlite";
import type { RescanFound, RescanOutcome } from "../../core/acts.ts";
import type { ItemId } from "../../core/id.ts";
import type { Override } from "../../core/plan.ts";
import { DAY } from "../../core/units.ts";
import type { HoldCode, VerdictKind } from "../../core/verdict.ts";
import type { Books } from "./books.ts";
import type { Close } from "./clear.ts";
import { UNFINISHED_SQL } from "./due.ts";
import { KIN_SQL } from "./kin.ts";
import type { Reenter } from "./reenter.ts";
import type { AnswerOpen } from "./requests.ts";
import type { RescanRow } from "./rescans.ts";
import type { HoldRow, ItemRow } from "./rows.ts";

type OpenHold = HoldRow & {
  readonly seq: number;
  readonly recipient: number | null;
};

/** What the scanner alone held: its word of today takes these back. */
const SCANNERS: readonly HoldCode[] = ["VIRUS_FOUND", "SCANNER_UNAVAILABLE"];

export type SettleRescan = (
  at: number,
  item: ItemRow,
  found: RescanFound,
  asked: RescanRow,
) => { readonly outcome: RescanOutcome; readonly goesOn: ItemId | null };

/** What a scan of today means for what is held. */
export function prepareSettleRescan(
  database: DatabaseSync,
  books: Books,
  {
    reenter,
    answerOpen,
    hold,
  }: {
    readonly reenter: Reenter;
    readonly answerOpen: AnswerOpen;
    readonly hold: Close;
  },
): SettleRescan {
  const openHolds = database.prepare(
    `SELECT items.id AS item_id, holds.* FROM holds JOIN items ON items.seq = holds.item
     WHERE holds.item = ? AND holds.state = 'held'`,
  );
  const onTheLine = database.prepare(
    `WITH ${KIN_SQL} SELECT items.id FROM made JOIN items ON items.seq = made.seq
     WHERE ${UNFINISHED_SQL} AND coalesce(items.kind, '') <> 'held-notice'`,
  );
  const judge = database.prepare(
    "UPDATE items SET verdict = ?, updated_at = ? WHERE seq = ?",
  );
  const decide = database.prepare(
    `UPDATE holds SET state = 'released', decided_by = ?, decided_why = ?, decided_at = ? WHERE seq = ?`,
  );
  const judged = (at: number, item: number, verdict: VerdictKind) =>
    void judge.run(verdict, at, item);

  return (at, item, found, asked) => {
    const open = openHolds.all(item.seq) as unknown as OpenHold[];
    const known = open.filter((hold) => hold.code === "VIRUS_FOUND");
    if (found.viruses.length > 0) {
      const viruses = found.viruses.filter(
        (virus) =>
          !known.some(({ part }) => part === null || part === virus.part),
      );
      // Released meanwhile, or something made of it: what nobody knew when it was let go is stopped before it crosses.
      const stopped =
        viruses.length === 0
          ? []
          : onTheLine.all(item.id).map((row) => row["id"] as ItemId);
      for (const id of stopped) hold(at, id, "malicious", viruses);
      if (!stopped.includes(item.id)) {
        for (const virus of viruses) books.putHold(at, item.seq, virus);
        judged(at, item.seq, "malicious");
      }
      const outcome = known.length === 0 ? "virus-found" : "virus-still";
      return { outcome, goesOn: null };
    }
    const closed = closedToday(item, open, found);
    const cleared = open.filter(
      ({ code, part }) =>
        SCANNERS.includes(code) && !closed.some((one) => overlap(one, part)),
    );
    const stays = known.some((hold) => !cleared.includes(hold));
    if (cleared.length === 0)
      return { outcome: stays ? "virus-still" : "unchanged", goesOn: null };
    for (const hold of cleared) decide.run(asked.who, asked.why, at, hold.seq);
    const isAlone =
      cleared.length === open.length &&
      cleared.every((hold) => !found.heldOtherwise.includes(hold.part)) &&
      !found.heldOtherwise.includes(null);
    if (asked.when_clean === "go" && isAlone) {
      const goesOn = reenter(at, item, overrideOf(at, asked), cleared);
      if (goesOn !== null) {
        answerOpen(at, item.seq, { who: asked.who, state: "approved" });
        return { outcome: "gone-on", goesOn };
      }
    }
    judged(at, item.seq, stays ? "malicious" : "unexaminable");
    for (const hold of cleared)
      books.putHold(at, item.seq, {
        ...{ part: hold.part, code: "RESCANNED_CLEAN", detail: found.engine },
        ...{ name: hold.name, bytes: hold.bytes, sha256: hold.sha256 },
        kind: hold.kind === null ? null : (JSON.parse(hold.kind) as never),
      });
    return { outcome: "clean-now", goesOn: null };
  };
}

/**
 * Where a scan of today saw nothing because it could not look; null stands for the mail. It has no password, so what was found
 * behind one is not taken back, in a document of which it could read the outside either.
 */
function closedToday(
  { override, password_from }: ItemRow,
  open: readonly OpenHold[],
  { closed }: RescanFound,
): readonly (string | null)[] {
  const { act } = JSON.parse(override ?? "{}") as Partial<Override>;
  if (password_from !== null || act === "password") return [null];
  const locked = open.filter(({ code }) => code === "ENCRYPTED");
  return [...closed, ...locked.map(({ part }) => part)];
}

function overlap(one: string | null, other: string | null): boolean {
  if (one === null || other === null || one === other) return true;
  return one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
}

/** It waives nothing: whatever else speaks against the mail holds it again. */
function overrideOf(at: number, { who, why }: RescanRow): Override {
  return {
    ...{ who, why, at: new Date(at).toISOString() },
    until: new Date(at + DAY).toISOString(),
    ...{ waives: [], act: "re-scan" },
  };
}

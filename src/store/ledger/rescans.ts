import type { DatabaseSync } from "node:sqlite";
import type {
  Rescan,
  RescanAsk,
  RescanFound,
  RescanOutcome,
  WhenClean,
} from "../../core/acts.ts";
import type { ItemId } from "../../core/id.ts";
import type { Override } from "../../core/plan.ts";
import type { ActGuard } from "../../core/quarantine.ts";
import { DAY } from "../../core/units.ts";
import type { HoldCode, VerdictKind } from "../../core/verdict.ts";
import type { Books } from "./books.ts";
import type { Reenter } from "./reenter.ts";
import type { AnswerOpen } from "./requests.ts";
import type { HoldRow, ItemRow } from "./rows.ts";
import type { VersionOf } from "./version.ts";

type OpenHold = HoldRow & {
  readonly seq: number;
  readonly recipient: number | null;
};

interface RescanRow {
  readonly who: string;
  readonly why: string;
  readonly via: string;
  readonly when_clean: WhenClean;
  readonly at: number;
  readonly attempts: number;
}

/** What the scanner alone held: its word of today takes these back. */
const SCANNERS: readonly HoldCode[] = ["VIRUS_FOUND", "SCANNER_UNAVAILABLE"];

export function prepareRescans(
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
) {
  const openHolds = database.prepare(
    `SELECT items.id AS item_id, holds.* FROM holds JOIN items ON items.seq = holds.item
     WHERE holds.item = ? AND holds.state = 'held'`,
  );
  const insert = database.prepare(
    `INSERT INTO rescans (item, who, why, via, when_clean, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const ofItem = "WHERE item = (SELECT seq FROM items WHERE id = ?)";
  const find = database.prepare(`SELECT * FROM rescans ${ofItem}`);
  const begin = database.prepare(
    `UPDATE rescans SET attempts = attempts + 1, begun_at = ? ${ofItem} RETURNING *`,
  );
  const remove = database.prepare("DELETE FROM rescans WHERE item = ?");
  const due = database.prepare(
    `SELECT items.id FROM rescans JOIN items ON items.seq = rescans.item
     WHERE rescans.begun_at <= ? ORDER BY rescans.at LIMIT ?`,
  );
  const itemRow = database.prepare("SELECT * FROM items WHERE seq = ?");
  const judge = database.prepare(
    "UPDATE items SET verdict = ?, updated_at = ? WHERE seq = ?",
  );
  const decide = database.prepare(
    `UPDATE holds SET state = 'released', decided_by = ?, decided_why = ?, decided_at = ? WHERE seq = ?`,
  );
  const judged = (at: number, item: number, verdict: VerdictKind) =>
    void judge.run(verdict, at, item);

  const settle = (
    at: number,
    item: ItemRow,
    found: RescanFound,
    asked: RescanRow,
  ): { outcome: RescanOutcome; goesOn: ItemId | null } => {
    const open = openHolds.all(item.seq) as unknown as OpenHold[];
    const known = open.filter((hold) => hold.code === "VIRUS_FOUND");
    if (found.viruses.length > 0) {
      for (const virus of found.viruses)
        if (!known.some(({ part }) => part === null || part === virus.part))
          books.putHold(at, item.seq, virus);
      judged(at, item.seq, "malicious");
      const outcome = known.length === 0 ? "virus-found" : "virus-still";
      return { outcome, goesOn: null };
    }
    const scanners = open.filter((hold) => SCANNERS.includes(hold.code));
    if (scanners.length === 0) return { outcome: "unchanged", goesOn: null };
    for (const hold of scanners) decide.run(asked.who, asked.why, at, hold.seq);
    const isAlone =
      scanners.length === open.length &&
      scanners.every((hold) => !found.heldOtherwise.includes(hold.part)) &&
      !found.heldOtherwise.includes(null);
    if (asked.when_clean === "go" && isAlone) {
      const goesOn = reenter(at, item, overrideOf(at, asked), scanners);
      if (goesOn !== null) {
        answerOpen(at, item.seq, { who: asked.who, state: "approved" });
        return { outcome: "gone-on", goesOn };
      }
    }
    judged(at, item.seq, "unexaminable");
    for (const hold of scanners)
      books.putHold(at, item.seq, {
        ...{ part: hold.part, code: "RESCANNED_CLEAN", detail: found.engine },
        ...{ name: hold.name, bytes: hold.bytes, sha256: hold.sha256 },
        kind: hold.kind === null ? null : (JSON.parse(hold.kind) as never),
      });
    return { outcome: "clean-now", goesOn: null };
  };

  return {
    writes: {
      askRescan(
        at: number,
        id: ItemId,
        ask: RescanAsk,
        guard: ActGuard | null = null,
      ): boolean {
        if (guard !== null && versionOf(id) !== guard.seen) return false;
        const found = books.find(id);
        const isThere =
          found !== null &&
          (found.state === "held" || found.state === "delivered") &&
          openHolds.get(found.seq) !== undefined;
        if (!isThere) return false;
        const { who, why, via, whenClean } = ask;
        const { changes } = insert.run(
          ...([found.seq, who, why, via, whenClean, at] as const),
        );
        if (changes > 0)
          books.append(at, {
            act: "rescan-asked",
            actor: who,
            facts: { item: id, why, whenClean, via },
          });
        return true;
      },
      beginRescan(at: number, id: ItemId): Rescan | null {
        return told(begin.get(at, id) as unknown as RescanRow | undefined);
      },
      settleRescan(at: number, id: ItemId, found: RescanFound) {
        const asked = find.get(id) as unknown as RescanRow | undefined;
        const seq = books.find(id)?.seq;
        if (asked === undefined || seq === undefined) return null;
        remove.run(seq);
        const item = itemRow.get(seq) as unknown as ItemRow;
        const settled = settle(at, item, found, asked);
        books.append(at, {
          act: "rescanned",
          actor: asked.who,
          facts: {
            ...{ item: id, outcome: settled.outcome, engine: found.engine },
            viruses: found.viruses.map(({ part, detail }) => ({
              ...{ part, signature: detail },
            })),
            ...{ into: settled.goesOn, why: asked.why, via: asked.via },
          },
        });
        return settled;
      },
      failRescan(at: number, id: ItemId, fault: string): void {
        const asked = find.get(id) as unknown as RescanRow | undefined;
        const seq = books.find(id)?.seq;
        if (asked === undefined || seq === undefined) return;
        remove.run(seq);
        books.append(at, {
          act: "rescanned",
          actor: asked.who,
          facts: {
            ...{ item: id, outcome: "failed", fault },
            ...{ why: asked.why, via: asked.via },
          },
        });
      },
    },
    reads: {
      rescanOf: (_at: number, id: ItemId): Rescan | null =>
        told(find.get(id) as unknown as RescanRow | undefined),
      rescansDue: (
        _at: number,
        ask: {
          readonly now: number;
          readonly quietMs: number;
          readonly limit: number;
        },
      ): readonly ItemId[] =>
        due
          .all(ask.now - ask.quietMs, ask.limit)
          .map((row) => row["id"] as ItemId),
    },
  };
}

function told(row: RescanRow | undefined): Rescan | null {
  if (row === undefined) return null;
  const { who, why, via, at, attempts } = row;
  return { who, why, via, whenClean: row.when_clean, at, attempts };
}

/** It waives nothing: whatever else speaks against the mail holds it again. */
function overrideOf(at: number, { who, why }: RescanRow): Override {
  return {
    ...{ who, why, at: new Date(at).toISOString() },
    until: new Date(at + DAY).toISOString(),
    ...{ waives: [], act: "re-scan" },
  };
}

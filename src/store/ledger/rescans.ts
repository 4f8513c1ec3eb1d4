import type { DatabaseSync } from "node:sqlite";
import type {
  Rescan,
  RescanAsk,
  RescanFound,
  WhenClean,
} from "../../core/acts.ts";
import type { ItemId } from "../../core/id.ts";
import type { ActGuard } from "../../core/quarantine.ts";
import type { Books } from "./books.ts";
import type { ItemRow } from "./rows.ts";
import type { SettleRescan } from "./settle-rescan.ts";
import type { VersionOf } from "./version.ts";

export interface RescanRow {
  readonly who: string;
  readonly why: string;
  readonly via: string;
  readonly when_clean: WhenClean;
  readonly at: number;
  readonly attempts: number;
}

export function prepareRescans(
  database: DatabaseSync,
  books: Books,
  {
    settle,
    versionOf,
  }: { readonly settle: SettleRescan; readonly versionOf: VersionOf },
) {
  const openHolds = database.prepare(
    "SELECT 1 FROM holds WHERE item = ? AND state = 'held'",
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

import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { ActBy, OriginalRequest } from "../../core/acts.ts";
import type { ItemId } from "../../core/id.ts";
import type { Books } from "./books.ts";

interface OriginalRow {
  readonly id: string;
  readonly item_id: ItemId;
  readonly part: string;
  readonly state: "asked" | "approved" | "denied" | "fetched";
  readonly who: string;
  readonly why: string;
  readonly at: number;
  readonly until: number;
  readonly decided_by: string | null;
  readonly decided_why: string | null;
  readonly decided_at: number | null;
  readonly fetched_at: number | null;
}

const ID_BYTES = 16;
const MAX_TOLD = 100;

/** Who may is asked before; here stands what holds whoever asks: two people, in time, once. */
export function prepareOriginals(database: DatabaseSync, books: Books) {
  const columns = "items.id AS item_id, originals.*";
  const standing = database.prepare(
    `SELECT 1 FROM originals WHERE item = ? AND part = ? AND who = ? AND state IN ('asked', 'approved') AND until > ?`,
  );
  const insert = database.prepare(
    "INSERT INTO originals (id, item, part, who, why, at, until) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const find = database.prepare(
    `SELECT ${columns} FROM originals JOIN items ON items.seq = originals.item WHERE originals.id = ?`,
  );
  const ofItem = database.prepare(
    `SELECT ${columns} FROM originals JOIN items ON items.seq = originals.item
     WHERE items.id = ? ORDER BY originals.seq DESC LIMIT ${MAX_TOLD}`,
  );
  const decide = database.prepare(
    `UPDATE originals SET state = ?, until = ?, decided_by = ?, decided_why = ?, decided_at = ?
     WHERE id = ? AND state = 'asked' AND until > ? AND who <> ?`,
  );
  const fetched = database.prepare(
    `UPDATE originals SET state = 'fetched', fetched_at = ?
     WHERE id = ? AND state = 'approved' AND until > ? AND who = ?`,
  );
  const one = (at: number, id: string): OriginalRequest | null => {
    const row = find.get(id) as unknown as OriginalRow | undefined;
    return row === undefined ? null : told(at, row);
  };
  const onRecord = (at: number, act: string, id: string, by: ActBy) => {
    const request = one(at, id);
    books.append(at, {
      act,
      actor: by.who,
      facts: {
        ...{ item: request?.item, part: request?.part, request: id },
        ...{ why: by.why, via: by.via },
      },
    });
  };
  return {
    askOriginal(
      at: number,
      item: ItemId,
      ask: { readonly part: string; readonly until: number },
      by: ActBy,
    ): OriginalRequest | null {
      const found = books.find(item);
      if (found === null) return null;
      if (standing.get(found.seq, ask.part, by.who, at) !== undefined)
        return null;
      const id = randomBytes(ID_BYTES).toString("hex");
      insert.run(id, found.seq, ask.part, by.who, by.why, at, ask.until);
      onRecord(at, "original-asked", id, by);
      return one(at, id);
    },
    decideOriginal(
      at: number,
      id: string,
      decision: { readonly approved: boolean; readonly until: number },
      by: ActBy,
    ): boolean {
      const state = decision.approved ? "approved" : "denied";
      const { changes } = decide.run(
        ...([state, decision.until, by.who, by.why, at] as const),
        ...([id, at, by.who] as const),
      );
      if (changes === 0) return false;
      onRecord(at, `original-${state}`, id, by);
      return true;
    },
    fetchOriginal(at: number, id: string, by: ActBy): boolean {
      const { changes } = fetched.run(at, id, at, by.who);
      if (changes === 0) return false;
      onRecord(at, "original-fetched", id, by);
      return true;
    },
    originals: (at: number, item: ItemId): readonly OriginalRequest[] =>
      (ofItem.all(item) as unknown as OriginalRow[]).map((row) =>
        told(at, row),
      ),
  };
}

function told(at: number, row: OriginalRow): OriginalRequest {
  const waits = row.state === "asked" || row.state === "approved";
  return {
    ...{ id: row.id, item: row.item_id, part: row.part },
    state: waits && row.until <= at ? "expired" : row.state,
    ...{ who: row.who, why: row.why, at: row.at, until: row.until },
    ...{ decidedBy: row.decided_by, decidedWhy: row.decided_why },
    ...{ decidedAt: row.decided_at, fetchedAt: row.fetched_at },
  };
}

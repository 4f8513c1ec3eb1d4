import { DatabaseSync } from "node:sqlite";
import { Fault } from "../../core/fault.ts";
import { parseItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { ItemState } from "../../core/item.ts";

/** For the moment in which another process changes the file's shape. */
const BUSY_TIMEOUT_MS = 10_000;

/** A database as it stood at one moment, whoever writes to it meanwhile: nobody waits for the copy. */
export function copyDatabase(from: string, to: string): void {
  const database = new DatabaseSync(from, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.prepare("VACUUM INTO ?").run(to);
  } catch (error) {
    throw new Fault("STORE_FAILED", { place: "copy", of: from }, error);
  } finally {
    database.close();
  }
}

/** Where an item stands that may still need a file. */
export interface NeedyItem {
  readonly id: ItemId;
  readonly state: ItemState;
  /** The original may lie under one of these names. */
  readonly originals: readonly ItemId[];
  readonly hasOpenHold: boolean;
}

/** The copy of a ledger while its files are gathered. Holds the original beside it, to ask what became of an item. */
export class LedgerCopy {
  readonly #copy: DatabaseSync;

  constructor(copy: string, live: string) {
    this.#copy = new DatabaseSync(copy, { timeout: BUSY_TIMEOUT_MS });
    this.#copy.prepare("ATTACH DATABASE ? AS live").run(live);
  }

  /** Of the original that came with the item, as it was received. Null: the copy does not know it. */
  find(id: ItemId): { readonly bytes: number; readonly sha256: string } | null {
    const row = this.#copy
      .prepare("SELECT bytes, sha256 FROM main.items WHERE id = ?")
      .get(id);
    return row === undefined
      ? null
      : { bytes: Number(row["bytes"]), sha256: String(row["sha256"]) };
  }

  needy(): readonly NeedyItem[] {
    const rows = this.#copy
      .prepare(
        `SELECT id, state, (
           WITH RECURSIVE above (id) AS (
             SELECT items.id UNION SELECT older.parent FROM above JOIN main.items AS older ON older.id = above.id
               WHERE older.parent IS NOT NULL
           ) SELECT group_concat(id) FROM above) AS above, EXISTS (SELECT 1 FROM main.holds WHERE item = items.seq AND state = 'held') AS held
         FROM main.items AS items WHERE state IN ('received', 'inspected', 'planned', 'sanitized', 'cleared')
           OR seq IN (SELECT item FROM main.holds WHERE state = 'held')`,
      )
      .all();
    return rows.map((row) => ({
      id: row["id"] as ItemId,
      state: row["state"] as ItemState,
      originals: String(row["above"])
        .split(",")
        .flatMap((id) => parseItemId(id) ?? []),
      hasOpenHold: row["held"] === 1,
    }));
  }

  /** Takes over from the original where these items stand by now. */
  catchUp(ids: readonly ItemId[]): void {
    const columns = this.#copy
      .prepare("SELECT name FROM pragma_table_info('items')")
      .all()
      .map((row) => String(row["name"]))
      .filter((name) => name !== "seq" && name !== "id");
    const item = this.#copy.prepare(
      `UPDATE main.items SET (${columns.join(", ")}) =
         (SELECT ${columns.join(", ")} FROM live.items AS now WHERE now.id = items.id) WHERE id = ?`,
    );
    const rows = ["recipients", "holds"].flatMap((table) => {
      const of = "(SELECT seq FROM main.items WHERE id = ?)";
      return [
        this.#copy.prepare(`DELETE FROM main.${table} WHERE item = ${of}`),
        this.#copy.prepare(
          `INSERT INTO main.${table} SELECT * FROM live.${table} WHERE item = ${of}`,
        ),
      ];
    });
    this.#copy.exec("BEGIN");
    for (const id of ids) {
      item.run(id);
      for (const statement of rows) statement.run(id);
    }
    this.#copy.exec("COMMIT");
  }

  lastEntry(): { readonly seq: number; readonly hash: string } {
    const row = this.#copy
      .prepare("SELECT seq, hash FROM main.audit ORDER BY seq DESC LIMIT 1")
      .get();
    return {
      seq: Number(row?.["seq"] ?? 0),
      hash: String(row?.["hash"] ?? ""),
    };
  }

  close(): void {
    this.#copy.exec("DETACH DATABASE live");
    this.#copy.close();
  }
}

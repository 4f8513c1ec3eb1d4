import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";

const VERSION_CHARACTERS = 16;

/** Where an item stands and which of its holds are open, in short: the same as long as a person would decide the same. */
export type VersionOf = (id: ItemId) => string | null;

export function prepareVersion(database: DatabaseSync): VersionOf {
  const find = database.prepare("SELECT seq, state FROM items WHERE id = ?");
  const open = database.prepare(
    "SELECT seq FROM holds WHERE item = ? AND state = 'held' ORDER BY seq",
  );
  return (id) => {
    const item = find.get(id);
    if (item === undefined) return null;
    const holds = open.all(Number(item["seq"])).map((row) => row["seq"]);
    const told = `${String(item["state"])}:${holds.join(",")}`;
    return hash("sha256", told).slice(0, VERSION_CHARACTERS);
  };
}

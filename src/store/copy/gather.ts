import { hash } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import { errnoOf, ifPresent } from "../disk-fault.ts";
import type { LedgerCopy, NeedyItem } from "./ledger-copy.ts";

/** Where files of items lie, by the name that they have in a copy. */
export interface ItemFolders {
  readonly spool: string;
  readonly vault: string;
  readonly outbox: string;
}

const ENDINGS = { spool: ".eml", vault: ".vault", outbox: ".sealed" } as const;
type Shelf = keyof typeof ENDINGS;
/** In this order: an original goes from the spool to the vault, never back. */
const SHELVES: readonly Shelf[] = ["spool", "vault", "outbox"];
/** How often to look where an item whose file is gone stands by now. */
const MAX_ROUNDS = 8;

export interface Gathered {
  readonly endedMeanwhile: readonly ItemId[];
  readonly missing: readonly ItemId[];
}

export type Put = (path: string, bytes: Buffer) => Promise<void>;

/**
 * The files of the items that a copied ledger speaks of, while the gateway goes on working with them. A file that is done with
 * is emptied and written again under another name; so each is taken only if it still is the same after it was read. Where one
 * is gone, its item has moved on since the ledger was copied, and the copy takes over where it stands by now.
 */
export async function gather(
  folders: ItemFolders,
  ledger: LedgerCopy,
  put: Put,
): Promise<Gathered> {
  const have = new Set<string>();
  const take = async (shelf: Shelf, id: ItemId): Promise<void> => {
    const name = `${shelf}/${id}${ENDINGS[shelf]}`;
    if (have.has(name)) return;
    const known = ledger.find(id);
    if (known === null) return;
    const bytes = await readSteady(
      join(folders[shelf], `${id}${ENDINGS[shelf]}`),
    );
    if (bytes === null) return;
    if (shelf === "spool" && hash("sha256", bytes) !== known.sha256) return;
    await put(name, bytes);
    have.add(name);
  };
  for (const shelf of SHELVES)
    for (const id of await idsIn(folders[shelf], ENDINGS[shelf]))
      await take(shelf, id);

  const lacks = ({ id, state, originals, hasOpenHold }: NeedyItem): boolean => {
    const original = originals.some(
      (one) => have.has(`spool/${one}.eml`) || have.has(`vault/${one}.vault`),
    );
    return state === "cleared"
      ? !have.has(`outbox/${id}.sealed`) || (hasOpenHold && !original)
      : !original;
  };
  const movedOn = new Set<ItemId>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const lacking = ledger.needy().filter(lacks);
    if (lacking.length === 0) break;
    for (const { id, originals } of lacking) {
      for (const one of originals) await take("spool", one);
      for (const one of originals) await take("vault", one);
      await take("outbox", id);
    }
    const still = ledger.needy().filter(lacks);
    ledger.catchUp(still.map(({ id }) => id));
    for (const { id } of still) movedOn.add(id);
  }
  const missing = ledger
    .needy()
    .filter(lacks)
    .map(({ id }) => id);
  const endedMeanwhile = [...movedOn].filter((id) => !missing.includes(id));
  return { endedMeanwhile, missing };
}

/** What these files come to at this moment. */
export async function bytesIn(folders: ItemFolders): Promise<number> {
  let bytes = 0;
  for (const shelf of SHELVES)
    for (const id of await idsIn(folders[shelf], ENDINGS[shelf])) {
      const file = join(folders[shelf], `${id}${ENDINGS[shelf]}`);
      bytes += (await ifPresent("stat", stat(file)))?.size ?? 0;
    }
  return bytes;
}

async function idsIn(
  folder: string,
  ending: string,
): Promise<readonly ItemId[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(ending))
    .flatMap((name) => parseItemId(name.slice(0, -ending.length)) ?? []);
}

/** Null when the file is gone, or was changed while it was read. */
async function readSteady(path: string): Promise<Buffer | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const before = await file.stat();
      const bytes = await file.readFile();
      const after = await stat(path);
      const isSame =
        after.ino === before.ino &&
        after.size === bytes.length &&
        after.mtimeMs === before.mtimeMs;
      return isSame ? bytes : null;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

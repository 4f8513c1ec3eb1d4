import { mkdir, opendir, readdir, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../core/fault.ts";
import { parseItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import { errnoOf, ifPresent, onDisk } from "./disk-fault.ts";
import { writeDurably } from "./durable-file.ts";
import { durableFolder } from "./durable-folder.ts";
import { CREATE_FLAGS, open, OWNER_ONLY } from "./file-calls.ts";
import { openSpareFiles } from "./spare-files.ts";

/** One file an item in one folder; half-written ones grow in `incoming/` beside them, emptied ones wait in `spare/`. */
export interface ItemFiles {
  path(item: ItemId): string;
  /** Durable when it resolves. `part` tells writers of the same item apart. */
  write(
    item: ItemId,
    source: AsyncIterable<Uint8Array>,
    part?: string,
  ): Promise<void>;
  remove(item: ItemId): Promise<void>;
  /** Whole files only, in no order. */
  list(): AsyncIterable<ItemId>;
  /** Removes half-written files that nobody touched for `quietMs`; returns how many. */
  sweep(quietMs: number): Promise<number>;
}

const FOLDER_MODE = 0o700;

export async function openItemFiles(
  folder: string,
  ending: string,
  spareFiles = 0,
): Promise<ItemFiles> {
  const incoming = join(folder, "incoming");
  await onDisk(
    "make folder",
    mkdir(incoming, { recursive: true, mode: FOLDER_MODE }),
  );
  const durable = durableFolder(folder);
  const spares = await openSpareFiles(join(folder, "spare"));
  await spares.stock(spareFiles);
  const create = async (path: string): Promise<number> =>
    (await spares.take(path)) ??
    (await onDisk("create", open(path, CREATE_FLAGS, OWNER_ONLY)));
  const name = (item: ItemId): string => `${checked(item)}.${ending}`;

  return {
    path: (item) => join(folder, name(item)),
    write: (item, source, part = "") =>
      writeDurably(
        durable,
        {
          part: join(incoming, `${checked(item)}${part}.part`),
          name: name(item),
          create,
        },
        source,
      ),
    async remove(item) {
      // Not made durable: after a power cut the janitor finds the file again and removes it again.
      const path = join(folder, name(item));
      if (!(await spares.keep(path))) await ifPresent("remove", unlink(path));
    },
    list: () => list(folder, `.${ending}`),
    sweep: (quietMs) => sweep(incoming, quietMs),
  };
}

/** An id that was cast instead of parsed must not become a path. */
function checked(item: ItemId): ItemId {
  const id = parseItemId(item);
  if (id === null) throw new Fault("JOB_MALFORMED", { field: "item" });
  return id;
}

async function* list(
  folder: string,
  ending: string,
): AsyncGenerator<ItemId, void, undefined> {
  for await (const entry of await onDisk("list folder", opendir(folder))) {
    if (!entry.name.endsWith(ending)) continue;
    const item = parseItemId(entry.name.slice(0, -ending.length));
    if (item !== null) yield item;
  }
}

async function sweep(incoming: string, quietMs: number): Promise<number> {
  const before = Date.now() - quietMs;
  let removed = 0;
  for (const name of await onDisk("list folder", readdir(incoming))) {
    const path = join(incoming, name);
    try {
      if (quietMs > 0 && (await stat(path)).mtimeMs > before) continue;
      await rm(path, { recursive: true });
      removed += 1;
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
    }
  }
  return removed;
}

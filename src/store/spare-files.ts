import { randomUUID } from "node:crypto";
import { closeSync, constants, openSync, renameSync } from "node:fs";
import { mkdir, opendir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { SECOND } from "../core/units.ts";
import { diskFault, errnoOf, ifPresent, onDisk } from "./disk-fault.ts";
import { close, CREATE_FLAGS, open, OWNER_ONLY } from "./file-calls.ts";

/** Empty files kept at most; what comes above goes the usual way. */
const MAX_SPARES = 8192;
/** How often an empty or a full shelf is looked at again. */
const LOOK_AGAIN_MS = SECOND;
const EMPTY_FLAGS =
  constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW;

/**
 * Files that are done with, emptied, to be written again under another name. ext4 gives no inode back for a minute or more
 * after it was freed and searches past all of them for each new file: with hundreds of mails a second that search was a fifth
 * of all processor time here. Several processes may use one shelf: whoever renames a spare away has it.
 */
export interface SpareFiles {
  /** Moves a spare to `path` and opens it for writing, empty. Null when there is none. */
  take(path: string): Promise<number | null>;
  /** Makes files until there are `count`: for the first mails after a start, before any file is done with. */
  stock(count: number): Promise<void>;
  /** Empties the file and moves it here. False when there are enough spares; then nothing was done. */
  keep(path: string): Promise<boolean>;
}

export async function openSpareFiles(folder: string): Promise<SpareFiles> {
  await onDisk("make folder", mkdir(folder, { recursive: true, mode: 0o700 }));
  let names: string[] = [];
  let room = MAX_SPARES;
  let lookAt = 0;
  let looking = Promise.resolve();

  const look = async (): Promise<void> => {
    const found: string[] = [];
    for await (const entry of await opendir(folder, { bufferSize: 512 })) {
      found.push(entry.name);
      if (found.length === MAX_SPARES) break;
    }
    names = found;
    room = MAX_SPARES - found.length;
  };
  /** Whoever asks while one looks waits for what that one sees. */
  const lookAgain = (): Promise<void> => {
    const now = performance.now();
    if (now < lookAt) return looking;
    lookAt = now + LOOK_AGAIN_MS;
    return (looking = onDisk("list folder", look()));
  };

  return {
    async take(path) {
      if (names.length === 0) await lookAgain();
      for (;;) {
        const name = names.pop();
        if (name === undefined) return null;
        if (await renamed(join(folder, name), path))
          return await onDisk("open", open(path, EMPTY_FLAGS));
      }
    },
    async stock(count) {
      await lookAgain();
      for (let made = names.length; made < count; made += 1) {
        const name = `new-${randomUUID()}`;
        await close(
          await onDisk(
            "create",
            open(join(folder, name), CREATE_FLAGS, OWNER_ONLY),
          ),
        );
        names.push(name);
        room -= 1;
      }
    },
    async keep(path) {
      if (room <= 0) await lookAgain();
      if (room <= 0) return false;
      // Emptied before it moves: a fall in between leaves an empty file of an item that has ended, never a forgotten mail.
      if (emptyAndMove(path, join(folder, basename(path)))) room -= 1;
      return true;
    },
  };
}

/** False when the file is gone. At once: three short calls, of which a thread would double the cost. */
function emptyAndMove(from: string, to: string): boolean {
  try {
    closeSync(openSync(from, EMPTY_FLAGS));
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw diskFault("empty", error);
  }
}

/** False when the file is gone: somebody else was first. */
async function renamed(from: string, to: string): Promise<boolean> {
  const moved = rename(from, to).then(() => true as const);
  return (await ifPresent("rename", moved)) ?? false;
}

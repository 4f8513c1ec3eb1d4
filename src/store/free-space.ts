import { statfs } from "node:fs/promises";
import { Fault } from "../core/fault.ts";
import { SECOND } from "../core/units.ts";
import { onDisk } from "./disk-fault.ts";

/** How long one look at the file system counts. */
const LOOK_MS = SECOND;
/** Fewer free inodes than this is full too; file systems without inode tables say 0 of 0. */
const MIN_FREE_FILES = 10_000;

export interface Room {
  readonly bytes: number;
  /** Null where the file system does not count files. */
  readonly files: number | null;
}

/** Refuses with STORE_FULL before a mail is taken in, so that what is inside can still be worked on. */
export function freeSpaceGuard(
  minFreeBytes: number,
  look: () => Promise<Room>,
): () => Promise<void> {
  let room: Promise<Room> | null = null;
  let lookedAt = 0;
  return async () => {
    const now = performance.now();
    if (room === null || now - lookedAt >= LOOK_MS) {
      lookedAt = now;
      room = look();
    }
    const { bytes, files } = await room;
    if (bytes < minFreeBytes) throw new Fault("STORE_FULL", { bytes });
    if (files !== null && files < MIN_FREE_FILES)
      throw new Fault("STORE_FULL", { files });
  };
}

export async function roomOf(folder: string): Promise<Room> {
  const found = await onDisk("statfs", statfs(folder));
  return {
    bytes: found.bavail * found.bsize,
    files: found.files === 0 ? null : found.ffree,
  };
}

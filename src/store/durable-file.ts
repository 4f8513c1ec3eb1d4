import { rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { KIB } from "../core/units.ts";
import { onDisk } from "./disk-fault.ts";
import type { DurableFolder } from "./durable-folder.ts";
import { close, fsync, writeAll } from "./file-calls.ts";

/** Small files are gathered whole and written by one call; larger ones go out in pieces of this size. */
const GATHER_BYTES = 256 * KIB;

export interface NewFile {
  /** Where it grows, on the same file system; nobody else may use the name. */
  readonly part: string;
  /** Its name in the folder once it is whole. */
  readonly name: string;
  /** A new or an emptied file at the path, open for writing. */
  readonly create: (path: string) => Promise<number>;
}

/**
 * Write, fsync, rename, fsync of the folder. On any error neither name is left behind, and after a failed fsync the file
 * counts as not stored: a second fsync would say yes to pages that the kernel has already dropped.
 */
export async function writeDurably(
  folder: DurableFolder,
  file: NewFile,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const target = join(folder.path, file.name);
  let fd: number | null = null;
  let made: string | null = null;
  try {
    const gathered = new Gathered();
    for await (const chunk of source) {
      gathered.push(chunk);
      if (gathered.bytes < GATHER_BYTES) continue;
      if (fd === null) {
        fd = await file.create(file.part);
        made = file.part;
      }
      await onDisk("write", writeAll(fd, gathered.take()));
    }
    if (fd === null) {
      fd = await file.create(file.part);
      made = file.part;
    }
    await onDisk("write", writeAll(fd, gathered.take()));
    await onDisk("fsync", fsync(fd));
    const closing = fd;
    fd = null;
    await onDisk("close", close(closing));
    await onDisk("rename", rename(file.part, target));
    made = target;
    await folder.sync();
    made = null;
  } finally {
    if (fd !== null) await close(fd).catch(() => undefined);
    if (made !== null) await unlink(made).catch(() => undefined);
  }
}

class Gathered {
  #chunks: Uint8Array[] = [];
  bytes = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.bytes += chunk.length;
  }

  take(): Uint8Array {
    const [first] = this.#chunks;
    const all =
      this.#chunks.length === 1 && first !== undefined
        ? first
        : Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.bytes = 0;
    return all;
  }
}

import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Event } from "../wire/event.ts";

/** A line of the file, by its number and its hash in the record's chain. */
export type EventLine = Pick<Event, "seq" | "hash">;

/** A file of JSON lines that a collector's agent reads. */
export interface EventFile {
  /** The last line that is whole; null for none. */
  last(): Promise<EventLine | null>;
  /** Durable when it resolves. */
  append(lines: readonly string[]): Promise<void>;
}

const TAIL_BYTES = 64 * 1024;

/** When it is full it becomes FILE.1, FILE.1 becomes FILE.2, and so on. */
export function openEventFile(options: {
  readonly path: string;
  readonly maxBytes: number;
  readonly keepFiles: number;
}): EventFile {
  const { path } = options;
  return {
    async last() {
      return (await lastIn(path)) ?? (await lastIn(`${path}.1`));
    },
    async append(lines) {
      const bytes = (await stat(path).catch(() => null))?.size ?? 0;
      if (bytes >= options.maxBytes) await rotate(path, options.keepFiles);
      const file = await open(path, "a", 0o600);
      try {
        await file.writeFile(lines.join(""));
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

async function rotate(path: string, keepFiles: number): Promise<void> {
  const folder = dirname(path);
  const numbers = (await readdir(folder))
    .filter((name) => name.startsWith(`${basename(path)}.`))
    .map((name) => Number(name.slice(basename(path).length + 1)))
    .filter((number) => Number.isInteger(number) && number > 0)
    .sort((one, other) => other - one);
  for (const number of numbers) {
    const from = join(folder, `${basename(path)}.${number}`);
    if (number >= keepFiles) await rm(from);
    else await rename(from, join(folder, `${basename(path)}.${number + 1}`));
  }
  await rename(path, `${path}.1`);
}

/** Null: no file, or no line in it. A line that a fall cut off is ended, so that the next one begins on its own. */
async function lastIn(path: string): Promise<EventLine | null> {
  const file = await open(path, "r+").catch(() => null);
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const buffer = Buffer.alloc(length);
    await file.read(buffer, 0, length, size - length);
    const text = buffer.toString("utf8");
    if (length > 0 && !text.endsWith("\n")) await file.truncate(wholeBytes());
    const line = text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1) ?? "";
    // No string of JSON has a bare quotation mark, so the hash cannot be some actor's word.
    const found = /^\{"seq":(\d{1,15}),.*?"hash":"([0-9a-f]{64})"/.exec(line);
    return found && { seq: Number(found[1]), hash: String(found[2]) };

    function wholeBytes(): number {
      return size - length + buffer.lastIndexOf(0x0a) + 1;
    }
  } finally {
    await file.close();
  }
}

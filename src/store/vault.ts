import { randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Content, UntrustedContent } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { ItemId } from "../core/id.ts";
import type { Vault } from "../core/stores.ts";
import { HOUR } from "../core/units.ts";
import { ifPresent, onDisk } from "./disk-fault.ts";
import { close, fstat, open, READ_FLAGS, readAll } from "./file-calls.ts";
import { Measure } from "./file-content.ts";
import { openItemFiles } from "./item-files.ts";
import {
  CHUNK_BYTES,
  chunkCount,
  fileLength,
  HEAD_BYTES,
  opener,
  sealedLength,
  sealer,
} from "./vault-cipher.ts";
import type { Opener } from "./vault-cipher.ts";

/** Half-written files older than this belong to nobody any more. */
const ABANDONED_MS = HOUR;

/** Held originals as `<folder>/<item>.vault`, encrypted under `key`. */
export async function createVault(
  folder: string,
  key: KeyObject,
): Promise<Vault> {
  const files = await openItemFiles(folder, "vault");
  await files.sweep(ABANDONED_MS);

  return {
    put: (item, original) =>
      files.write(
        item,
        sealed(key, item, original),
        `.${randomBytes(8).toString("hex")}`,
      ),
    async read(item) {
      const path = files.path(item);
      const fd = await ifPresent("open", open(path, READ_FLAGS));
      if (fd === null) return null;
      try {
        const { header } = await readHead(fd, key, item);
        const content: Content = {
          ...header,
          open: () => unsealed(path, key, item),
        };
        return content as UntrustedContent;
      } finally {
        await close(fd).catch(() => undefined);
      }
    },
    remove: (item) => files.remove(item),
    list: () => files.list(),
  };
}

/** For the janitor: names only. Without the key it could not read one. */
export async function createVaultShelf(
  folder: string,
): Promise<Pick<Vault, "remove" | "list">> {
  const files = await openItemFiles(folder, "vault");
  return { remove: (item) => files.remove(item), list: () => files.list() };
}

async function* sealed(
  key: KeyObject,
  item: ItemId,
  original: Content,
): AsyncGenerator<Uint8Array, void, undefined> {
  const box = sealer(key, item, original);
  const measure = new Measure();
  yield box.head;
  let waiting: Uint8Array = new Uint8Array(0);
  for await (const chunk of inChunks(measure.through(original.open()))) {
    if (waiting.length > 0) yield box.seal(waiting, false);
    waiting = chunk;
  }
  yield box.seal(waiting, true);
  // The header promised these; a content that changed under us must not become a vault file.
  if (!measure.proves(original))
    throw new Fault("STORE_DAMAGED", { place: "vault", part: "source" });
}

/** Pieces of exactly CHUNK_BYTES, the last one shorter. */
async function* inChunks(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let piece = Buffer.allocUnsafe(CHUNK_BYTES);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.subarray(at, at + CHUNK_BYTES - filled);
      piece.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled < CHUNK_BYTES) continue;
      yield piece;
      piece = Buffer.allocUnsafe(CHUNK_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

async function* unsealed(
  path: string,
  key: KeyObject,
  item: ItemId,
): AsyncGenerator<Uint8Array, void, undefined> {
  const fd = await onDisk("open", open(path, READ_FLAGS));
  try {
    const box = await readHead(fd, key, item);
    const { bytes } = box.header;
    const count = chunkCount(bytes);
    let position = HEAD_BYTES;
    for (let index = 0; index < count; index += 1) {
      const chunk = Buffer.allocUnsafe(sealedLength(bytes, index));
      await readWhole(fd, chunk, position);
      position += chunk.length;
      const plain = box.open(chunk, index, index === count - 1);
      if (plain.length > 0) yield plain;
    }
  } finally {
    await close(fd).catch(() => undefined);
  }
}

/** Proves the header, and that the file is as long as the header says. */
async function readHead(
  fd: number,
  key: KeyObject,
  item: ItemId,
): Promise<Opener> {
  const head = Buffer.alloc(HEAD_BYTES);
  await readWhole(fd, head, 0);
  const box = opener(key, item, head);
  const { size } = await onDisk("stat", fstat(fd));
  if (size !== fileLength(box.header.bytes))
    throw new Fault("STORE_DAMAGED", { place: "vault", bytes: size });
  return box;
}

async function readWhole(
  fd: number,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  const got = await onDisk("read", readAll(fd, bytes, position));
  if (got < bytes.length)
    throw new Fault("STORE_DAMAGED", { place: "vault", bytes: position + got });
}

import { randomBytes, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Content } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { ItemId } from "../core/id.ts";
import type { Manifest, SealedMessage } from "../core/message.ts";
import type { Outbox } from "../core/stores.ts";
import { HOUR, KIB } from "../core/units.ts";
import {
  checkManifest,
  decodeManifest,
  encodeManifest,
} from "../wire/manifest.ts";
import { ifPresent, onDisk } from "./disk-fault.ts";
import {
  Measure,
  memoryContent,
  READ_CHUNK_BYTES,
  readStretch,
} from "./file-content.ts";
import { close, fstat, open, READ_FLAGS, readAll } from "./file-calls.ts";
import { openItemFiles } from "./item-files.ts";
import type { ItemFiles } from "./item-files.ts";
import type { ClearKeys } from "./keys.ts";

/**
 * One file an item: `SEKISHO-OUTBOX 1`, the manifest, the Ed25519 signature of the manifest line in base64, each ended
 * by LF; then the bytes of the mail, whose length and hash the manifest states.
 */
const FIRST_LINE = "SEKISHO-OUTBOX 1";
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;
/** The three lines together; UTF-8 of the longest manifest and some room. */
const MAX_HEAD_BYTES = 2048 * KIB;
const FIRST_READ_BYTES = READ_CHUNK_BYTES;
const ABANDONED_MS = HOUR;
const LF = 0x0a;

/** All the courier gets: it can prove a seal and never make one. */
export type OutboxReader = Pick<Outbox, "read" | "remove" | "list">;

export async function createOutbox(
  folder: string,
  keys: ClearKeys,
): Promise<Outbox> {
  const files = await openItemFiles(folder, "sealed");
  await files.sweep(ABANDONED_MS);
  // Two sanitizers may write the same item at a time.
  const writer = randomBytes(8).toString("hex");
  let serial = 0;
  return {
    ...outboxReader(files, keys.publicKey),
    async put(message, manifest) {
      const { content } = message;
      if (message.item !== manifest.item) throw broken("item");
      const whole = checkManifest({
        ...manifest,
        bytes: content.bytes,
        sha256: content.sha256,
      });
      await files.write(
        message.item,
        sealed(whole, content, keys.privateKey),
        `.${writer}-${String((serial += 1))}`,
      );
    },
  };
}

export async function createOutboxReader(
  folder: string,
  publicKey: KeyObject,
): Promise<OutboxReader> {
  return outboxReader(await openItemFiles(folder, "sealed"), publicKey);
}

/** For the janitor: names only, no key. */
export async function createOutboxShelf(
  folder: string,
): Promise<Pick<Outbox, "remove" | "list">> {
  const files = await openItemFiles(folder, "sealed");
  return { remove: (item) => files.remove(item), list: () => files.list() };
}

function outboxReader(files: ItemFiles, publicKey: KeyObject): OutboxReader {
  return {
    async read(item) {
      const path = files.path(item);
      const fd = await ifPresent("open", open(path, READ_FLAGS));
      if (fd === null) return null;
      try {
        return await readSealed({ fd, path, item, publicKey });
      } finally {
        await close(fd).catch(() => undefined);
      }
    },
    remove: (item) => files.remove(item),
    list: () => files.list(),
  };
}

async function* sealed(
  manifest: Manifest,
  content: Content,
  privateKey: KeyObject,
): AsyncGenerator<Uint8Array, void, undefined> {
  const line = encodeManifest(manifest);
  const signature = sign(null, Buffer.from(line), privateKey);
  yield Buffer.from(
    `${FIRST_LINE}\n${line}\n${signature.toString("base64")}\n`,
  );
  const measure = new Measure();
  yield* measure.through(content.open());
  if (!measure.proves(content)) throw broken("source");
}

interface SealedFile {
  readonly fd: number;
  readonly path: string;
  readonly item: ItemId;
  readonly publicKey: KeyObject;
}

/** The one place where a SealedMessage comes from: signature, item, length and hash are proven by then. */
async function readSealed(file: SealedFile): Promise<SealedMessage> {
  const { size } = await onDisk("stat", fstat(file.fd));
  const start = await readStart(file.fd, size);
  const { manifest, headBytes } = provenHead(start, file);
  if (size !== headBytes + manifest.bytes) throw broken("bytes");

  const content =
    start.length === size
      ? provenInMemory(start.subarray(headBytes), manifest)
      : await provenOnDisk(file.path, headBytes, manifest);
  return { manifest, content } as SealedMessage;
}

/** The whole file when it is small, else enough of it to hold the three lines. */
async function readStart(fd: number, size: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  let wanted = Math.min(size, FIRST_READ_BYTES);
  for (;;) {
    bytes = Buffer.allocUnsafeSlow(wanted);
    const got = await onDisk("read", readAll(fd, bytes, 0));
    if (got < wanted) throw broken("bytes");
    const complete = thirdLineEnd(bytes) !== -1;
    if (complete || wanted === size || wanted === MAX_HEAD_BYTES) return bytes;
    wanted = Math.min(size, MAX_HEAD_BYTES);
  }
}

function thirdLineEnd(bytes: Buffer): number {
  let at = -1;
  for (let line = 0; line < 3; line += 1) {
    at = bytes.indexOf(LF, at + 1);
    if (at === -1) return -1;
  }
  return at;
}

function provenHead(
  start: Buffer,
  file: SealedFile,
): { readonly manifest: Manifest; readonly headBytes: number } {
  const end = thirdLineEnd(start);
  if (end === -1) throw broken("head");
  const head = start.subarray(0, end);
  const first = head.indexOf(LF);
  const second = head.indexOf(LF, first + 1);
  if (head.toString("latin1", 0, first) !== FIRST_LINE) throw broken("version");
  const line = head.subarray(first + 1, second);
  const signature = head.toString("latin1", second + 1);
  if (!SIGNATURE.test(signature)) throw broken("signature");
  if (!verify(null, line, file.publicKey, Buffer.from(signature, "base64")))
    throw broken("signature");
  const manifest = decodeManifest(line.toString("utf8"));
  if (manifest.item !== file.item) throw broken("item");
  return { manifest, headBytes: end + 1 };
}

function provenInMemory(bytes: Uint8Array, manifest: Manifest): Content {
  const measure = new Measure();
  measure.update(bytes);
  if (!measure.proves(manifest)) throw broken("sha256");
  return memoryContent(bytes, manifest.sha256);
}

/** Hashed now, and again each time it is read: what changes in between breaks the stream before its end. */
async function provenOnDisk(
  path: string,
  from: number,
  manifest: Manifest,
): Promise<Content> {
  const { bytes, sha256 } = manifest;
  const content: Content = {
    bytes,
    sha256,
    async *open() {
      const measure = new Measure();
      const stretch = { path, from, bytes, ifShort: "SEAL_BROKEN" } as const;
      yield* measure.through(readStretch(stretch));
      if (!measure.proves(manifest)) throw broken("sha256");
    },
  };
  const proof = new Measure();
  await proof.drain(content.open());
  return content;
}

function broken(part: string): Fault {
  return new Fault("SEAL_BROKEN", { place: "outbox", part });
}

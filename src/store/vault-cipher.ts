import {
  createCipheriv,
  createDecipheriv,
  hkdfSync,
  randomBytes,
} from "node:crypto";
import type { KeyObject } from "node:crypto";
import { Fault } from "../core/fault.ts";
import type { ItemId } from "../core/id.ts";
import { KIB } from "../core/units.ts";

/**
 * A vault file, in the manner of STREAM (Hoang et al. 2015): chunks that prove themselves, their place and the end.
 *
 * offset  size  field
 *      0    16  "SEKISHO-VAULT 1\n"
 *     16    32  salt: the file's own key is HKDF-SHA-256(vault key, salt, item id)
 *     48     8  nonce prefix; the other four bytes of a nonce count the chunks
 *     56    40  chunk 0, the header: bytes (uint64) and SHA-256 of the plain content
 *     96    16  its tag
 *    112     …  chunks 1…n of 64 KiB, the last one shorter (empty for empty content), each with its tag
 *
 * Associated data of a chunk: the magic, the item id, and whether it is the last.
 */
export const CHUNK_BYTES = 64 * KIB;
const MAGIC = Buffer.from("SEKISHO-VAULT 1\n", "latin1");
const SALT_BYTES = 32;
const PREFIX_BYTES = 8;
const TAG_BYTES = 16;
const HEADER_BYTES = 40;
export const HEAD_BYTES =
  MAGIC.length + SALT_BYTES + PREFIX_BYTES + HEADER_BYTES + TAG_BYTES;
const CIPHER = "aes-256-gcm";

export interface VaultHeader {
  readonly bytes: number;
  readonly sha256: string;
}

export interface Sealer {
  readonly head: Uint8Array;
  seal(chunk: Uint8Array, last: boolean): Uint8Array;
}

export interface Opener {
  readonly header: VaultHeader;
  /** `index` counts from 0, the header apart. STORE_DAMAGED when the chunk is not what was put there. */
  open(sealed: Uint8Array, index: number, last: boolean): Uint8Array;
}

export function sealer(
  key: KeyObject,
  item: ItemId,
  header: VaultHeader,
): Sealer {
  const salt = randomBytes(SALT_BYTES);
  const prefix = randomBytes(PREFIX_BYTES);
  const box = chunkBox({ key: fileKey(key, salt, item), prefix, item });
  const plain = Buffer.alloc(HEADER_BYTES);
  plain.writeBigUInt64BE(BigInt(header.bytes), 0);
  plain.write(header.sha256, 8, "hex");
  let counter = 1;
  return {
    head: Buffer.concat([MAGIC, salt, prefix, box.seal(plain, 0, false)]),
    seal: (chunk, last) => box.seal(chunk, counter++, last),
  };
}

export function opener(key: KeyObject, item: ItemId, head: Uint8Array): Opener {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  if (bytes.length < HEAD_BYTES || !MAGIC.equals(bytes.subarray(0, 16)))
    throw new Fault("STORE_DAMAGED", { place: "vault", part: "head" });
  const salt = bytes.subarray(16, 16 + SALT_BYTES);
  const prefix = bytes.subarray(48, 48 + PREFIX_BYTES);
  const box = chunkBox({ key: fileKey(key, salt, item), prefix, item });
  const plain = box.open(bytes.subarray(56, HEAD_BYTES), 0, false);
  return {
    header: {
      bytes: Number(plain.readBigUInt64BE(0)),
      sha256: plain.toString("hex", 8, HEADER_BYTES),
    },
    open: (sealed, index, last) => box.open(sealed, index + 1, last),
  };
}

/** How many chunks follow the head, and how long each is in the file. */
export function chunkCount(plainBytes: number): number {
  return Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES));
}

export function sealedLength(plainBytes: number, index: number): number {
  return Math.min(CHUNK_BYTES, plainBytes - index * CHUNK_BYTES) + TAG_BYTES;
}

export function fileLength(plainBytes: number): number {
  return HEAD_BYTES + plainBytes + chunkCount(plainBytes) * TAG_BYTES;
}

function fileKey(key: KeyObject, salt: Uint8Array, item: ItemId): Buffer {
  return Buffer.from(
    hkdfSync("sha256", key, salt, `sekisho vault 1 ${item}`, 32),
  );
}

interface ChunkBox {
  seal(chunk: Uint8Array, counter: number, last: boolean): Buffer;
  open(sealed: Uint8Array, counter: number, last: boolean): Buffer;
}

function chunkBox(file: {
  readonly key: Buffer;
  readonly prefix: Uint8Array;
  readonly item: ItemId;
}): ChunkBox {
  const context = (last: boolean): Buffer =>
    Buffer.concat([
      MAGIC,
      Buffer.from(`${file.item} ${last ? "last" : "more"}`),
    ]);
  const nonce = (counter: number): Buffer => {
    const bytes = Buffer.alloc(PREFIX_BYTES + 4);
    bytes.set(file.prefix);
    bytes.writeUInt32BE(counter, PREFIX_BYTES);
    return bytes;
  };
  const options = { authTagLength: TAG_BYTES };
  return {
    seal(chunk, counter, last) {
      const cipher = createCipheriv(CIPHER, file.key, nonce(counter), options);
      cipher.setAAD(context(last));
      const sealed = cipher.update(chunk);
      return Buffer.concat([sealed, cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, counter, last) {
      const end = sealed.length - TAG_BYTES;
      try {
        const cipher = createDecipheriv(
          CIPHER,
          file.key,
          nonce(counter),
          options,
        );
        cipher.setAAD(context(last));
        cipher.setAuthTag(sealed.subarray(end));
        const plain = cipher.update(sealed.subarray(0, end));
        return Buffer.concat([plain, cipher.final()]);
      } catch (error) {
        throw new Fault("STORE_DAMAGED", { place: "vault", counter }, error);
      }
    },
  };
}

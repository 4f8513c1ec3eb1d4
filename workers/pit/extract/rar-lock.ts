/**
 * Whether a RAR holds anything under a password. libarchive hands stored ciphertext on as if it were the file, so it is not
 * asked. Only heads of blocks are read (RAR technote of version 4; RAR 5.0 archive format).
 */
import { PitRefusal } from "../speak.ts";
import { ByteReader } from "../unpack/bytes.ts";

const SIGNATURE_BYTES = { old: 7, new: 8 } as const;
const OLD = {
  main: 0x73,
  file: 0x74,
  service: 0x7a,
  lastInteresting: 0x7b,
} as const;
const OLD_FLAG = {
  lockedHeads: 0x80,
  locked: 0x04,
  largeFile: 0x100,
  hasData: 0x8000,
} as const;
const NEW = { file: 2, service: 3, locked: 4, end: 5 } as const;
const NEW_FLAG = { hasExtra: 1, hasData: 2 } as const;
const ENCRYPTION_RECORD = 1;

/** Faults: DOCUMENT_UNREADABLE for heads that cannot be. */
export function isLockedRar(document: Uint8Array): boolean {
  const isNew = document[6] === 1;
  const reader = new ByteReader(
    document,
    Math.min(
      isNew ? SIGNATURE_BYTES.new : SIGNATURE_BYTES.old,
      document.length,
    ),
  );
  while (reader.left >= 7) {
    const block = isNew ? newBlock(reader) : oldBlock(reader);
    if (block.locked) return true;
    if (block.last) return false;
    reader.skip(Math.min(block.dataBytes, reader.left));
  }
  return false;
}

interface Block {
  readonly locked: boolean;
  readonly last: boolean;
  readonly dataBytes: number;
}

function oldBlock(reader: ByteReader): Block {
  const from = reader.at;
  reader.skip(2);
  const type = reader.u8();
  const flags = reader.u16();
  const headBytes = reader.u16();
  if (headBytes < 7) throw new PitRefusal("DOCUMENT_UNREADABLE");
  const isFile = type === OLD.file || type === OLD.service;
  let dataBytes = isFile || (flags & OLD_FLAG.hasData) !== 0 ? reader.u32() : 0;
  if (isFile && (flags & OLD_FLAG.largeFile) !== 0) {
    reader.skip(21);
    dataBytes += reader.u32() * 2 ** 32;
  }
  reader.skip(from + headBytes - reader.at);
  const locked =
    (type === OLD.main && (flags & OLD_FLAG.lockedHeads) !== 0) ||
    (isFile && (flags & OLD_FLAG.locked) !== 0);
  return { locked, last: type === OLD.lastInteresting, dataBytes };
}

function newBlock(reader: ByteReader): Block {
  reader.skip(4);
  const head = new ByteReader(reader.take(number(reader)));
  const type = number(head);
  const flags = number(head);
  const extraBytes = (flags & NEW_FLAG.hasExtra) !== 0 ? number(head) : 0;
  const dataBytes = (flags & NEW_FLAG.hasData) !== 0 ? number(head) : 0;
  const isFile = type === NEW.file || type === NEW.service;
  head.skip(head.left - extraBytes);
  const locked = type === NEW.locked || (isFile && hasLock(head));
  return { locked, last: type === NEW.end, dataBytes };
}

/** Records of the extra area: their bytes, their kind, and what is theirs. */
function hasLock(extra: ByteReader): boolean {
  while (extra.left > 0) {
    const record = new ByteReader(extra.take(number(extra)));
    if (number(record) === ENCRYPTION_RECORD) return true;
  }
  return false;
}

/** Seven bits a byte, the lowest first; up to ten bytes. */
function number(reader: ByteReader): number {
  let value = 0;
  for (let place = 0; place < 10; place++) {
    const byte = reader.u8();
    value += (byte & 0x7f) * 2 ** (7 * place);
    if (byte < 0x80) return value;
  }
  throw new PitRefusal("DOCUMENT_UNREADABLE");
}

/** Reads the directory of a ZIP file (APPNOTE 6.3) and single entries of it; no name in it is ever a path. */
import { inflateRawSync } from "node:zlib";
import { PitRefusal } from "../speak.ts";

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  /** As the directory tells; a liar is found out when it is unpacked. */
  readonly bytes: number;
  readonly at: number;
}

const END_MAGIC = 0x06054b50;
const ENTRY_MAGIC = 0x02014b50;
const LOCAL_MAGIC = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT_BYTES = 65_535;
const MAX_ENTRIES = 20_000;
const ZIP64 = 0xffffffff;

export function isZip(document: Uint8Array): boolean {
  return (
    document.length > END_BYTES &&
    view(document).getUint32(0, true) === LOCAL_MAGIC
  );
}

/** Refuses what has no whole directory at its end. */
export function readZip(document: Uint8Array): readonly ZipEntry[] {
  const file = view(document);
  const end = findEnd(document);
  const count = file.getUint16(end + 10, true);
  if (count > MAX_ENTRIES) throw new PitRefusal("UNPACKED_TOO_BIG");
  let at = file.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
  for (let left = count; left > 0; left--) {
    if (at + ENTRY_BYTES > end || file.getUint32(at, true) !== ENTRY_MAGIC)
      throw new PitRefusal("DOCUMENT_UNREADABLE");
    const nameBytes = file.getUint16(at + 28, true);
    const more = file.getUint16(at + 30, true) + file.getUint16(at + 32, true);
    const start = at + ENTRY_BYTES;
    entries.push({
      name: Buffer.from(document.subarray(start, start + nameBytes)).toString(),
      method: file.getUint16(at + 10, true),
      packedBytes: file.getUint32(at + 20, true),
      bytes: file.getUint32(at + 24, true),
      at: file.getUint32(at + 42, true),
    });
    at = start + nameBytes + more;
  }
  return entries;
}

/** Null when it is packed in another way, damaged, or gives more than `maxBytes`. */
export function readEntry(
  document: Uint8Array,
  entry: ZipEntry,
  maxBytes: number,
): Buffer | null {
  const { at, packedBytes, method } = entry;
  const file = view(document);
  if (packedBytes === ZIP64 || at + LOCAL_BYTES > document.length) return null;
  const head = file.getUint16(at + 26, true) + file.getUint16(at + 28, true);
  const start = at + LOCAL_BYTES + head;
  const packed = document.subarray(start, start + packedBytes);
  if (method === 0)
    return packed.length <= maxBytes ? Buffer.from(packed) : null;
  if (method !== 8) return null;
  try {
    return inflateRawSync(packed, { maxOutputLength: maxBytes });
  } catch {
    return null;
  }
}

function findEnd(document: Uint8Array): number {
  const file = view(document);
  const last = document.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--)
    if (file.getUint32(at, true) === END_MAGIC) return at;
  throw new PitRefusal("DOCUMENT_UNREADABLE");
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

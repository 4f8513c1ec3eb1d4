/** The central directory of a ZIP and the records behind it (APPNOTE §4.3.12–16, §4.5.3 Zip64, §4.6.9 Unicode path). */
import { crc32 } from "node:zlib";
import { PitRefusal } from "../speak.ts";
import { ByteReader } from "./bytes.ts";
import { isUtf8, type RawName } from "./names.ts";

export const FLAG = {
  encrypted: 1 << 0,
  descriptor: 1 << 3,
  strongEncryption: 1 << 6,
  utf8: 1 << 11,
  maskedHeaders: 1 << 13,
} as const;

const END_BYTES = 22;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const CENTRAL = 0x02014b50;
const MAX_COMMENT_BYTES = 0xffff;
const UNSAID16 = 0xffff;
const UNSAID32 = 0xffffffff;
const EXTRA = { zip64: 0x0001, unicodePath: 0x7075, aes: 0x9901 } as const;

export interface Directory {
  readonly at: number;
  readonly bytes: number;
  readonly entries: number;
}

export interface ZipEntry {
  /** `reference`: a link or device of Unix. */
  readonly kind: "file" | "folder" | "reference";
  readonly name: RawName;
  readonly rawName: Uint8Array;
  readonly flags: number;
  readonly encrypted: boolean;
  readonly method: number;
  readonly time: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly localAt: number;
  /** WinZip's AES (its specification §I.A), null without. */
  readonly aes: Uint8Array | null;
}

/** Faults: DOCUMENT_UNREADABLE, DOCUMENT_EMPTY, ARCHIVE_AMBIGUOUS, ARCHIVE_NOT_SUPPORTED (in several pieces). */
export function findDirectory(document: Uint8Array): Directory {
  const endAt = findEnd(document);
  const reader = new ByteReader(document, endAt + 4);
  const disks = [reader.u16(), reader.u16()];
  const counts = [reader.u16(), reader.u16()];
  const bytes = reader.u32();
  const at = reader.u32();
  const end64 = findEnd64(document, endAt);
  if (end64 !== null) {
    const { directory } = end64;
    const agrees =
      (counts[1] === UNSAID16 || counts[1] === directory.entries) &&
      (bytes === UNSAID32 || bytes === directory.bytes) &&
      (at === UNSAID32 || at === directory.at);
    if (!agrees || directory.at + directory.bytes !== end64.at) ambiguous();
    return notEmpty(directory);
  }
  if (disks.some((disk) => disk !== 0) || counts[0] !== counts[1])
    throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
  if (at + bytes !== endAt) ambiguous();
  return notEmpty({ at, bytes, entries: counts[1] ?? 0 });
}

function notEmpty(directory: Directory): Directory {
  if (directory.entries === 0) throw new PitRefusal("DOCUMENT_EMPTY");
  return directory;
}

/** Some readers take the last signature, some the first whose comment fits: there has to be one only. */
function findEnd(document: Uint8Array): number {
  const bytes = Buffer.from(
    document.buffer,
    document.byteOffset,
    document.byteLength,
  );
  const signature = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
  const at = bytes.lastIndexOf(signature);
  if (at < 0 || bytes.length - at < END_BYTES)
    throw new PitRefusal("DOCUMENT_UNREADABLE");
  if (at + END_BYTES + bytes.readUInt16LE(at + 20) !== bytes.length)
    ambiguous();
  const farthest = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT_BYTES);
  for (
    let other = bytes.lastIndexOf(signature, at - 1);
    other >= farthest && other >= 0 && at > 0;
    other = other === 0 ? -1 : bytes.lastIndexOf(signature, other - 1)
  )
    if (other + END_BYTES + bytes.readUInt16LE(other + 20) === bytes.length)
      ambiguous();
  return at;
}

function findEnd64(
  document: Uint8Array,
  endAt: number,
): { readonly at: number; readonly directory: Directory } | null {
  const locatorAt = endAt - LOCATOR_BYTES;
  if (locatorAt < END64_BYTES) return null;
  const locator = new ByteReader(document, locatorAt);
  if (locator.u32() !== LOCATOR) return null;
  locator.skip(4);
  const at = locator.u64();
  if (at + END64_BYTES > locatorAt) ambiguous();
  const reader = new ByteReader(document, at);
  if (reader.u32() !== END64) ambiguous();
  if (at + 12 + reader.u64() !== locatorAt) ambiguous();
  reader.skip(4);
  if (reader.u32() !== 0 || reader.u32() !== 0)
    throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
  const here = reader.u64();
  const entries = reader.u64();
  if (here !== entries) throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
  const bytes = reader.u64();
  return { at, directory: { entries, bytes, at: reader.u64() } };
}

export function readEntries(
  document: Uint8Array,
  directory: Directory,
): ZipEntry[] {
  if (directory.at + directory.bytes > document.length) ambiguous();
  const reader = new ByteReader(
    document.subarray(directory.at, directory.at + directory.bytes),
  );
  const entries: ZipEntry[] = [];
  while (entries.length < directory.entries) entries.push(readEntry(reader));
  if (reader.left !== 0) ambiguous();
  return entries;
}

function readEntry(reader: ByteReader): ZipEntry {
  if (reader.u32() !== CENTRAL) ambiguous();
  reader.skip(1);
  const host = reader.u8();
  reader.skip(2);
  const flags = reader.u16();
  const method = reader.u16();
  const time = reader.u16();
  reader.skip(2);
  const crc = reader.u32();
  const sizes = { packed: reader.u32(), plain: reader.u32() };
  const nameBytes = reader.u16();
  const extraBytes = reader.u16();
  const commentBytes = reader.u16();
  const disk = reader.u16();
  reader.skip(2);
  const attributes = reader.u32();
  const local = reader.u32();
  const rawName = reader.take(nameBytes);
  const extra = reader.take(extraBytes);
  reader.skip(commentBytes);
  if (flags & FLAG.maskedHeaders) throw new PitRefusal("DOCUMENT_ENCRYPTED");
  // A reader in C ends the name here, another one does not.
  if (rawName.includes(0)) ambiguous();
  const wide = zip64Of(extra, { ...sizes, local, disk });
  const name = nameOf(rawName, { extra, flags });
  const kind = kindOf(rawName, { host, attributes });
  if (kind === "folder" && wide.plain !== 0) ambiguous();
  return {
    ...{ kind, name, rawName, flags, method, time, crc },
    encrypted: (flags & (FLAG.encrypted | FLAG.strongEncryption)) !== 0,
    packedBytes: wide.packed,
    bytes: wide.plain,
    localAt: wide.local,
    aes: extraField(extra, EXTRA.aes),
  };
}

interface Wide {
  readonly packed: number;
  readonly plain: number;
  readonly local: number;
  readonly disk: number;
}

/** APPNOTE §4.5.3: in this order, and only those that the entry itself does not say. */
function zip64Of(extra: Uint8Array, said: Wide): Wide {
  const field = extraField(extra, EXTRA.zip64);
  const reader = new ByteReader(field ?? new Uint8Array());
  const wide = (value: number) => (value === UNSAID32 ? reader.u64() : value);
  const plain = wide(said.plain);
  const packed = wide(said.packed);
  const local = wide(said.local);
  const disk = said.disk === UNSAID16 ? reader.u32() : said.disk;
  if (disk !== 0) throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
  return { plain, packed, local, disk };
}

function nameOf(
  rawName: Uint8Array,
  { extra, flags }: { readonly extra: Uint8Array; readonly flags: number },
): RawName {
  const unicode = extraField(extra, EXTRA.unicodePath);
  if (unicode !== null && unicode.length > 5 && unicode[0] === 1) {
    const own = new ByteReader(unicode, 1).u32() === crc32(rawName);
    const name = unicode.subarray(5);
    if (own && isUtf8(name) && !name.includes(0))
      return new TextDecoder().decode(name);
  }
  return (flags & FLAG.utf8) !== 0 && isUtf8(rawName)
    ? new TextDecoder().decode(rawName)
    : rawName;
}

const UNIX_HOSTS: ReadonlySet<number> = new Set([3, 19]);
const MODE = { mask: 0xf000, file: 0x8000, folder: 0x4000 } as const;
const SLASH = 0x2f;

function kindOf(
  rawName: Uint8Array,
  by: { readonly host: number; readonly attributes: number },
): ZipEntry["kind"] {
  const mode = UNIX_HOSTS.has(by.host)
    ? (by.attributes >>> 16) & MODE.mask
    : MODE.file;
  const isFolder = rawName.at(-1) === SLASH;
  if (isFolder || mode === MODE.folder) return "folder";
  return mode === MODE.file || mode === 0 ? "file" : "reference";
}

/** The first of its kind; a field that reaches out of its place is none. */
export function extraField(extra: Uint8Array, id: number): Uint8Array | null {
  const reader = new ByteReader(extra);
  while (reader.left >= 4) {
    const found = reader.u16();
    const bytes = reader.u16();
    if (bytes > reader.left) return null;
    const field = reader.take(bytes);
    if (found === id) return field;
  }
  return null;
}

function ambiguous(): never {
  throw new PitRefusal("ARCHIVE_AMBIGUOUS");
}

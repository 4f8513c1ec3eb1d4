/*
NAME       zip-writer: new files into one new ZIP
ZONE       airlock
SECURITY   names and bytes are ours already; the verifier reads what is written here by a grammar of its own
STANDARDS  APPNOTE 6.3.10: members stored, names in UTF-8 (flag bit 11), no extra fields, no descriptors, one fixed date
LIMITS     65,535 members, 4 GiB: far above those of a clean part
NOT HERE   choosing names (repack), compressing: PDFs and pictures are compressed already
*/
import { crc32 } from "node:zlib";

export interface ZipMember {
  /** Folders divided by `/`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8_NAME = 1 << 11;
const STORED = 0;
/** 1980-01-01, the first that the format knows: the same files are the same bytes. */
const DATE = (1 << 5) | 1;

export function writeZip(members: readonly ZipMember[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes } of members) {
    const rawName = Buffer.from(name, "utf8");
    const common = commonFields(rawName, bytes);
    pieces.push(u32(LOCAL), common, rawName, bytes);
    directory.push(u32(CENTRAL), u16(VERSION), common, centralFields(at));
    directory.push(rawName);
    at += 30 + rawName.length + bytes.length;
  }
  const directoryBytes = directory.reduce((sum, one) => sum + one.length, 0);
  const counts = [u16(members.length), u16(members.length)];
  const end = [u32(END), u16(0), u16(0), ...counts];
  return Buffer.concat([
    ...pieces,
    ...directory,
    ...[...end, u32(directoryBytes), u32(at), u16(0)],
  ]);
}

/** What local and central header say alike (§4.3.7, §4.3.12). */
function commonFields(rawName: Uint8Array, bytes: Uint8Array): Buffer {
  return Buffer.concat([
    ...[u16(VERSION), u16(UTF8_NAME), u16(STORED), u16(0), u16(DATE)],
    ...[u32(crc32(bytes)), u32(bytes.length), u32(bytes.length)],
    ...[u16(rawName.length), u16(0)],
  ]);
}

/** Comment length, disk, attributes: all zero; then where the local header stands. */
function centralFields(localAt: number): Buffer {
  return Buffer.concat([u16(0), u16(0), u16(0), u32(0), u32(localAt)]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** LZH, which Japan packed with for twenty years: headers of levels 0 to 3, methods -lh0-, -lh4- to -lh7- and -lz4-. */
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { Allowance } from "./allowance.ts";
import { ByteReader } from "./bytes.ts";
import type { UnpackedMember } from "./item.ts";
import { expandLzh, WINDOW_BITS } from "./lzh-codes.ts";
import { decodeNames, type RawName } from "./names.ts";

const EXTENSION = {
  name: 0x01,
  folder: 0x02,
  unicodeName: 0x44,
  unicodeFolder: 0x45,
} as const;
const FOLDER = "-lhd-";
const STORED: ReadonlySet<string> = new Set(["-lh0-", "-lz4-"]);
const SMALLEST_HEADER_BYTES = 21;
const SLASH = 0x2f;

interface LzhEntry {
  readonly method: string;
  readonly bytes: number;
  readonly crc: number;
  readonly name: RawName;
  readonly packed: Uint8Array;
}

export function isLzh(document: Uint8Array): boolean {
  const method = Buffer.from(document.subarray(2, 7)).toString("latin1");
  return document.length > SMALLEST_HEADER_BYTES && /^-l[hz].-$/.test(method);
}

export function readLzh(
  document: Uint8Array,
  limits: PitLimits,
): UnpackedMember[] {
  const allowance = new Allowance(limits, document.length);
  const entries = readEntries(document, allowance);
  const names = decodeNames(entries.map(({ name }) => name));
  const members = entries.flatMap((entry, index): UnpackedMember[] => {
    const name = names[index] ?? "";
    // Unix keeps links as folders with a target.
    if (entry.method === FOLDER)
      return name.includes("|") ? [{ kind: "reference", name }] : [];
    const read = () => unpack(entry);
    return [
      {
        ...{ kind: "file", name },
        get bytes() {
          return read();
        },
      },
    ];
  });
  if (members.length === 0) throw new PitRefusal("DOCUMENT_EMPTY");
  return members;
}

function readEntries(document: Uint8Array, allowance: Allowance): LzhEntry[] {
  const reader = new ByteReader(document);
  const entries: LzhEntry[] = [];
  // The archive ends with a header of no bytes, or just so.
  while (reader.left > 0 && document[reader.at] !== 0) {
    allowance.takeEntries();
    const entry = readEntry(reader);
    requireMethod(entry);
    allowance.takeBytes(entry.bytes);
    entries.push(entry);
  }
  return entries;
}

function requireMethod({ method, bytes, packed }: LzhEntry): void {
  if (method === FOLDER || WINDOW_BITS[method] !== undefined) return;
  if (!STORED.has(method)) throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
  if (packed.length !== bytes) throw new PitRefusal("ARCHIVE_AMBIGUOUS");
}

function readEntry(reader: ByteReader): LzhEntry {
  const level = reader.bytes[reader.at + 20];
  if (level === undefined) unreadable();
  if (level <= 1) return readOldEntry(reader, level);
  if (level <= 3) return readNewEntry(reader, level);
  return unreadable();
}

/** Levels 0 and 1 say the name in the header proper; level 1 counts its extensions as packed bytes. */
function readOldEntry(reader: ByteReader, level: number): LzhEntry {
  const from = reader.at;
  const headerBytes = reader.u8() + 2;
  reader.skip(1);
  const method = methodIn(reader);
  let packedBytes = reader.u32();
  const bytes = reader.u32();
  reader.skip(6);
  const name = reader.take(reader.u8());
  const crc = reader.u16();
  if (level === 0) {
    reader.skip(from + headerBytes - reader.at);
    const packed = reader.take(packedBytes);
    return { method, bytes, crc, name: slashed(name), packed };
  }
  reader.skip(from + headerBytes - 2 - reader.at);
  const before = reader.at + 2;
  const extensions = readExtensions(reader, 2);
  packedBytes -= reader.at - before;
  const packed = reader.take(packedBytes);
  return { method, bytes, crc, packed, name: nameFrom(extensions, name) };
}

function readNewEntry(reader: ByteReader, level: number): LzhEntry {
  const from = reader.at;
  const shortHeaderBytes = reader.u16();
  const method = methodIn(reader);
  const packedBytes = reader.u32();
  const bytes = reader.u32();
  reader.skip(6);
  const crc = reader.u16();
  reader.skip(1);
  const headerBytes = level === 3 ? reader.u32() : shortHeaderBytes;
  const extensions = readExtensions(reader, level === 3 ? 4 : 2);
  // A filling byte keeps the length from beginning with a zero.
  reader.skip(from + headerBytes - reader.at);
  const packed = reader.take(packedBytes);
  const name = nameFrom(extensions, new Uint8Array());
  return { method, bytes, crc, packed, name };
}

function methodIn(reader: ByteReader): string {
  const method = Buffer.from(reader.take(5)).toString("latin1");
  return /^-l[hz].-$/.test(method) ? method : unreadable();
}

type Extensions = ReadonlyMap<number, Uint8Array>;

/** Each says how long the next one is; that of no bytes ends them. */
function readExtensions(reader: ByteReader, sizeBytes: 2 | 4): Extensions {
  const found = new Map<number, Uint8Array>();
  const size = () => (sizeBytes === 2 ? reader.u16() : reader.u32());
  for (let bytes = size(); bytes !== 0; bytes = size()) {
    const id = reader.u8();
    const body = reader.take(bytes - 1 - sizeBytes);
    if (!found.has(id)) found.set(id, body);
  }
  return found;
}

/** Windows adds the Unicode form of what the old charset cannot say: of the name, of the folder, or of both. */
function nameFrom(extensions: Extensions, own: Uint8Array): RawName {
  const unicode = wide(extensions.get(EXTENSION.unicodeName));
  const unicodeFolder = wide(extensions.get(EXTENSION.unicodeFolder));
  const folder = slashed(extensions.get(EXTENSION.folder) ?? new Uint8Array());
  const name = slashed(extensions.get(EXTENSION.name) ?? own);
  if (unicode === null && unicodeFolder === null)
    return Buffer.concat([folder, name]);
  const [oldFolder = "", oldName = ""] = decodeNames([folder, name]);
  return (unicodeFolder ?? oldFolder) + (unicode ?? oldName);
}

/** 0xFFFF divides folders. */
function wide(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined
    ? null
    : new TextDecoder("utf-16le").decode(bytes).replaceAll("\uffff", "/");
}

/** 0xFF divides folders, and is no byte of any charset here. A NUL ends a name of Unix. */
function slashed(name: Uint8Array): Uint8Array {
  const end = name.indexOf(0);
  return (end < 0 ? name : name.slice(0, end)).map((byte) =>
    byte === 0xff ? SLASH : byte,
  );
}

function unpack({ method, bytes, packed, crc }: LzhEntry): Uint8Array {
  const bits = WINDOW_BITS[method];
  const plain = bits === undefined ? packed : expandLzh(packed, bytes, bits);
  return crc16(plain) === crc ? plain : unreadable();
}

const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++)
    sum = (sum & 1) !== 0 ? (sum >>> 1) ^ 0xa001 : sum >>> 1;
  return sum;
});

function crc16(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes)
    sum = (sum >>> 8) ^ (CRC16[(sum ^ byte) & 0xff] ?? 0);
  return sum;
}

function unreadable(): never {
  throw new PitRefusal("DOCUMENT_UNREADABLE");
}

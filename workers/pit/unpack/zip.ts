/**
 * ZIP (APPNOTE 6.3.10), read in the one way that leaves no second one: the central directory and the local headers agree,
 * members stand one behind the other from the first byte to the directory, and nothing follows its end.
 */
import { crc32, inflateRawSync } from "node:zlib";
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { Allowance } from "./allowance.ts";
import { ByteReader } from "./bytes.ts";
import type { UnpackedMember } from "./item.ts";
import { decodeNames } from "./names.ts";
import {
  findDirectory,
  FLAG,
  readEntries,
  type ZipEntry,
} from "./zip-directory.ts";
import {
  decryptMember,
  methodOf,
  passwordForms,
  type Opened,
} from "./zip-encryption.ts";

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

export function isZip(document: Uint8Array): boolean {
  if (document.length < 4) return false;
  const signature = new ByteReader(document).u32();
  return signature === LOCAL || signature === 0x06054b50;
}

export function readZip(
  document: Uint8Array,
  limits: PitLimits,
  password: Uint8Array = new Uint8Array(),
): UnpackedMember[] {
  const allowance = new Allowance(limits, document.length);
  const directory = findDirectory(document);
  allowance.takeEntries(directory.entries);
  const entries = readEntries(document, directory);
  const places = locate(document, entries, directory.at);
  requireNoDocument(entries);
  const passwords = passwordForms(password);
  for (const entry of entries) {
    requireKnownMethod(entry, passwords);
    allowance.takeBytes(entry.bytes);
  }
  const names = decodeNames(entries.map((entry) => entry.name));
  return entries.flatMap((entry, index): UnpackedMember[] => {
    const name = names[index] ?? "";
    const packed = places.get(entry);
    if (packed === undefined || entry.kind === "folder") return [];
    if (entry.kind === "reference") return [{ kind: "reference", name }];
    return [
      {
        kind: "file",
        name,
        // One after the other while they are told, so that they do not lie in memory together.
        get bytes() {
          return unpack(entry, decryptMember(entry, packed, passwords));
        },
      },
    ];
  });
}

const DOCUMENT_MEMBER =
  /^(?:\[Content_Types\]\.xml|word\/document\.xml|xl\/workbook\.(?:xml|bin)|ppt\/presentation\.xml|META-INF\/manifest\.xml|mimetype)$/;

/** An office document whose kind was not seen from outside is none of ours: it would come back as a heap of XML. */
function requireNoDocument(entries: readonly ZipEntry[]): void {
  for (const { rawName } of entries)
    if (DOCUMENT_MEMBER.test(Buffer.from(rawName).toString("latin1")))
      throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
}

function requireKnownMethod(
  entry: ZipEntry,
  passwords: readonly Uint8Array[],
): void {
  const method = methodOf(entry);
  if (entry.encrypted && passwords.every(({ length }) => length === 0))
    throw new PitRefusal("DOCUMENT_ENCRYPTED");
  if (method !== STORED && method !== DEFLATED)
    throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
  if (
    method === STORED &&
    !entry.encrypted &&
    entry.packedBytes !== entry.bytes
  )
    throw new PitRefusal("ARCHIVE_AMBIGUOUS");
}

/** The packed bytes of each entry, once every local header was compared and every byte before the directory accounted for. */
function locate(
  document: Uint8Array,
  entries: readonly ZipEntry[],
  directoryAt: number,
): ReadonlyMap<ZipEntry, Uint8Array> {
  const inOrder = entries.toSorted((a, b) => a.localAt - b.localAt);
  const places = new Map<ZipEntry, Uint8Array>();
  let end = 0;
  for (const [index, entry] of inOrder.entries()) {
    const nextAt = inOrder[index + 1]?.localAt ?? directoryAt;
    if (entry.localAt < end) throw new PitRefusal("ARCHIVE_OVERLAPPING");
    if (entry.localAt > end) throw new PitRefusal("ARCHIVE_AMBIGUOUS");
    const reader = compareLocal(document, entry);
    if (reader.at + entry.packedBytes > nextAt)
      throw new PitRefusal("ARCHIVE_OVERLAPPING");
    places.set(entry, reader.take(entry.packedBytes));
    if ((entry.flags & FLAG.descriptor) !== 0 && reader.at < nextAt)
      compareDescriptor(reader, entry, nextAt - reader.at);
    end = reader.at;
  }
  if (end !== directoryAt) throw new PitRefusal("ARCHIVE_AMBIGUOUS");
  return places;
}

/** A reader that does not know the directory goes by these. */
function compareLocal(document: Uint8Array, entry: ZipEntry): ByteReader {
  const reader = new ByteReader(document, entry.localAt);
  if (reader.left < LOCAL_BYTES || reader.u32() !== LOCAL) ambiguous();
  reader.skip(2);
  const flags = reader.u16();
  const method = reader.u16();
  reader.skip(4);
  const crc = reader.u32();
  const sizes = [reader.u32(), reader.u32()];
  const nameBytes = reader.u16();
  const extraBytes = reader.u16();
  const name = reader.take(nameBytes);
  reader.skip(extraBytes);
  const compared = FLAG.encrypted | FLAG.descriptor;
  if ((flags & compared) !== (entry.flags & compared)) ambiguous();
  if (method !== entry.method || !same(name, entry.rawName)) ambiguous();
  const told = (flags & FLAG.descriptor) === 0;
  const agrees = (local: number, central: number) =>
    local === central || local === 0xffffffff || (!told && local === 0);
  if (
    !agrees(crc, entry.crc) ||
    !agrees(sizes[0] ?? 0, entry.packedBytes) ||
    !agrees(sizes[1] ?? 0, entry.bytes)
  )
    ambiguous();
  return reader;
}

/** APPNOTE §4.3.9: with or without a signature, sizes of four or eight bytes. */
function compareDescriptor(
  reader: ByteReader,
  entry: ZipEntry,
  bytes: number,
): void {
  if (![12, 16, 20, 24].includes(bytes)) ambiguous();
  const signed = bytes === 16 || bytes === 24;
  if (signed && reader.u32() !== DESCRIPTOR) ambiguous();
  const size = () => (bytes >= 20 ? reader.u64() : reader.u32());
  if (
    reader.u32() !== entry.crc ||
    size() !== entry.packedBytes ||
    size() !== entry.bytes
  )
    ambiguous();
}

/** What the wrong password opens by chance does not fit its sum. */
function unpack(
  entry: ZipEntry,
  { packed, method, hasCrc }: Opened,
): Uint8Array {
  const bytes = method === STORED ? packed : inflate(packed, entry);
  const isWhole =
    bytes.length === entry.bytes && (!hasCrc || crc32(bytes) === entry.crc);
  return isWhole ? bytes : broken(entry);
}

/** No more than was said comes out, and all that was packed goes in. */
function inflate(packed: Uint8Array, entry: ZipEntry): Uint8Array {
  try {
    const { buffer, engine } = inflateRawSync(packed, {
      maxOutputLength: Math.max(1, entry.bytes),
      info: true,
    }) as unknown as {
      readonly buffer: Uint8Array;
      readonly engine: { readonly bytesWritten: number };
    };
    if (engine.bytesWritten === packed.length) return buffer;
  } catch {
    // Broken, or more than it said: refused alike.
  }
  return broken(entry);
}

function broken({ encrypted }: ZipEntry): never {
  throw new PitRefusal(
    encrypted ? "DOCUMENT_ENCRYPTED" : "DOCUMENT_UNREADABLE",
  );
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function ambiguous(): never {
  throw new PitRefusal("ARCHIVE_AMBIGUOUS");
}

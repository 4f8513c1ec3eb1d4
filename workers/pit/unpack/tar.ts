/** TAR: POSIX ustar and pax, GNU long names; read strictly, as one archive up to its end. */
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { Allowance } from "./allowance.ts";
import type { UnpackedMember } from "./item.ts";
import { decodeNames, isUtf8, type RawName } from "./names.ts";

const BLOCK_BYTES = 512;
const SUM = { from: 148, to: 156 } as const;
const MAX_PAX_BYTES = 64 * 1024;

interface TarEntry {
  readonly name: RawName;
  readonly kind: "file" | "reference";
  readonly bytes: Uint8Array;
}

/** By the sum of its first header: the magic words differ from one age to the next. */
export function isTar(document: Uint8Array): boolean {
  if (document.length < BLOCK_BYTES) return false;
  const header = document.subarray(0, BLOCK_BYTES);
  return !isBlank(header) && sumFits(header);
}

export function readTar(
  document: Uint8Array,
  limits: PitLimits,
  allowance = new Allowance(limits, document.length),
): UnpackedMember[] {
  const entries = [...readEntries(document, allowance)];
  if (entries.length === 0) throw new PitRefusal("DOCUMENT_EMPTY");
  const names = decodeNames(entries.map(({ name }) => name));
  return entries.map(({ kind, bytes }, index): UnpackedMember => {
    const name = names[index] ?? "";
    return kind === "file" ? { kind, name, bytes } : { kind, name };
  });
}

interface Said {
  path?: RawName;
  bytes?: number;
}

function* readEntries(
  document: Uint8Array,
  allowance: Allowance,
): Generator<TarEntry, void> {
  let at = 0;
  let said: Said = {};
  let forAll: Said = {};
  while (at + BLOCK_BYTES <= document.length) {
    const header = document.subarray(at, at + BLOCK_BYTES);
    if (isBlank(header)) break;
    if (!sumFits(header)) throw new PitRefusal("DOCUMENT_UNREADABLE");
    allowance.takeEntries();
    const type = String.fromCharCode(header[156] ?? 0);
    const bytes = sizeOf(header);
    const from = at + BLOCK_BYTES;
    if (from + bytes > document.length)
      throw new PitRefusal("DOCUMENT_UNREADABLE");
    const body = document.subarray(from, from + bytes);
    at = from + Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
    if (type === "g") forAll = { ...forAll, ...paxOf(body) };
    else if (type === "x") said = { ...said, ...paxOf(body) };
    else if (type === "L") said = { ...said, path: untilNul(body) };
    else if (type !== "K") {
      const own: Said = { ...forAll, ...said };
      said = {};
      // A reader that does not know pax would go on at another place.
      if (own.bytes !== undefined && own.bytes !== bytes)
        throw new PitRefusal("ARCHIVE_AMBIGUOUS");
      const name = own.path ?? nameOf(header);
      const kind = kindOf(type, name);
      if (kind === "folder") continue;
      allowance.takeBytes(kind === "file" ? bytes : 0);
      yield { name, kind, bytes: body };
    }
  }
  requireEnd(document.subarray(Math.min(at, document.length)));
}

/** Zeros up to the end of the tape; another archive behind them is seen by some readers only. */
function requireEnd(rest: Uint8Array): void {
  if (!isBlank(rest)) throw new PitRefusal("ARCHIVE_AMBIGUOUS");
}

function kindOf(type: string, name: RawName): "file" | "folder" | "reference" {
  switch (type) {
    case "\0":
    case "0":
    case "7":
      return isFolderName(name) ? "folder" : "file";
    case "5":
      return "folder";
    case "1":
    case "2":
    case "3":
    case "4":
    case "6":
      return "reference";
    default:
      throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
  }
}

/** Before ustar a folder was a file whose name ends so. */
function isFolderName(name: RawName): boolean {
  return typeof name === "string" ? name.endsWith("/") : name.at(-1) === 0x2f;
}

function nameOf(header: Uint8Array): RawName {
  const name = untilNul(header.subarray(0, 100));
  const isUstar =
    Buffer.from(header.subarray(257, 263)).toString("latin1") === "ustar\0";
  const prefix = isUstar
    ? untilNul(header.subarray(345, 500))
    : new Uint8Array();
  return prefix.length === 0
    ? name
    : Buffer.concat([prefix, Buffer.from("/"), name]);
}

/** Octal digits, or for large ones of GNU the number itself. */
function sizeOf(header: Uint8Array): number {
  const field = Buffer.from(header.subarray(124, 136));
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const size = field.readBigUInt64BE(4);
    if (size > BigInt(Number.MAX_SAFE_INTEGER))
      throw new PitRefusal("UNPACKED_TOO_BIG");
    return Number(size);
  }
  return octalIn(field);
}

function octalIn(field: Uint8Array): number {
  const digits = Buffer.from(untilNul(field)).toString("latin1").trim();
  if (digits === "") return 0;
  if (!/^[0-7]+$/.test(digits)) throw new PitRefusal("DOCUMENT_UNREADABLE");
  return Number.parseInt(digits, 8);
}

/** POSIX.1-2017 pax: `length key=value\n`, in UTF-8 or, where it says so, in whatever the file system had. */
function paxOf(body: Uint8Array): Said {
  if (body.length > MAX_PAX_BYTES) throw new PitRefusal("DOCUMENT_UNREADABLE");
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const said: Said = {};
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString("latin1", at, space));
    const end = at + length;
    if (space < 0 || !(length > space - at) || end > bytes.length)
      throw new PitRefusal("DOCUMENT_UNREADABLE");
    const equals = bytes.indexOf(0x3d, space);
    const key = bytes.toString("latin1", space + 1, equals);
    const value = bytes.subarray(equals + 1, end - 1);
    if (key === "path")
      said.path = isUtf8(value) ? value.toString("utf8") : value;
    else if (key === "size") said.bytes = Number(value.toString("latin1"));
    else if (key.startsWith("GNU.sparse"))
      throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
    at = end;
  }
  return said;
}

/** Bytes taken as signed were summed by some old programs. */
function sumFits(header: Uint8Array): boolean {
  let plain = 0;
  let signed = 0;
  for (const [at, byte] of header.entries()) {
    const value = at >= SUM.from && at < SUM.to ? 0x20 : byte;
    plain += value;
    signed += (value << 24) >> 24;
  }
  const field = Buffer.from(header.subarray(SUM.from, SUM.to));
  const digits = Buffer.from(untilNul(field)).toString("latin1").trim();
  if (!/^[0-7]+$/.test(digits)) return false;
  const told = Number.parseInt(digits, 8);
  return told === plain || told === signed;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

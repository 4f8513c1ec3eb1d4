/** What 7-Zip reads: first its list, which says what will come, then all members as one stream. */
import { crc32 } from "node:zlib";
import { PitRefusal, type Request } from "../speak.ts";
import { Allowance } from "../unpack/allowance.ts";
import { oneFile } from "../unpack/gzip.ts";
import type { UnpackedMember } from "../unpack/item.ts";
import { readListing, type Listed } from "./listing.ts";
import {
  ARCHIVE,
  outputOf,
  putArchive,
  requireOpened,
  runTool,
} from "./tool.ts";

const SEVEN_ZIP = "/usr/bin/7zz";
const MAX_LINES_BYTES_PER_ENTRY = 4096;
const ISO_MARK_AT = 0x8001;

export type SevenZipFormat = "7z" | "cab" | "iso" | "xz" | "bzip2";
const ONE_FILE: ReadonlySet<SevenZipFormat> = new Set(["xz", "bzip2"]);

/** By content; 7-Zip is told, so that it does not try its eighty others. */
export function sevenZipFormat(document: Uint8Array): SevenZipFormat | null {
  const at = (from: number, text: string) =>
    Buffer.from(document.subarray(from, from + text.length)).toString(
      "latin1",
    ) === text;
  if (at(0, "7z\xbc\xaf\x27\x1c")) return "7z";
  if (at(0, "MSCF\0\0\0\0")) return "cab";
  if (at(0, "\xfd7zXZ\0")) return "xz";
  if (at(0, "BZh")) return "bzip2";
  if (at(ISO_MARK_AT, "CD001")) return "iso";
  return null;
}

export function readWithSevenZip(
  format: SevenZipFormat,
  { document, limits, password }: Request,
): UnpackedMember[] {
  putArchive(document);
  const allowance = new Allowance(limits, document.length);
  const heard = Buffer.concat([passwordLine(password)]);
  const common = [`-t${format}`, "-sccUTF-8", "-mmt=1", "-bd"];
  if (ONE_FILE.has(format)) {
    const extract = ["x", "-so", ...common, ARCHIVE];
    const bytes = outputOf([SEVEN_ZIP, ...extract], { heard, allowance });
    return oneFile({ name: "", bytes }, limits, allowance);
  }
  const list = runTool([SEVEN_ZIP, "l", "-slt", "-ba", ...common, ARCHIVE], {
    heard,
    maxOutBytes: limits.maxEntries * MAX_LINES_BYTES_PER_ENTRY,
  });
  if (list.cut) throw new PitRefusal("ARCHIVE_TOO_MANY_ENTRIES");
  requireOpened(list);
  const listed = readListing(Buffer.from(list.out).toString("utf8"));
  allowance.takeEntries(listed.length);
  if (listed.some(({ encrypted }) => encrypted) && password.length === 0)
    throw new PitRefusal("DOCUMENT_ENCRYPTED");
  const total = listed.reduce((sum, { bytes }) => sum + bytes, 0);
  const whole = new Allowance(limits, document.length);
  whole.takeBytes(total);
  const stream = outputOf([SEVEN_ZIP, "x", "-so", ...common, ARCHIVE], {
    heard,
    allowance,
  });
  return membersIn(stream, listed);
}

/** Members stand in the stream as they stand in the list: what does not fit its place or its sum was not what was listed. */
function membersIn(
  stream: Uint8Array,
  listed: readonly Listed[],
): UnpackedMember[] {
  const members: UnpackedMember[] = [];
  let at = 0;
  for (const { kind, name, bytes, crc } of listed) {
    const own = stream.subarray(at, at + bytes);
    at += bytes;
    if (own.length !== bytes || (crc !== null && crc32(own) !== crc))
      throw new PitRefusal("ARCHIVE_AMBIGUOUS");
    if (kind === "reference") members.push({ kind, name });
    if (kind === "file") members.push({ kind, name, bytes: own });
  }
  if (at !== stream.length) throw new PitRefusal("ARCHIVE_AMBIGUOUS");
  if (members.length === 0) throw new PitRefusal("DOCUMENT_EMPTY");
  return members;
}

/** 7-Zip asks where it was given none. A line end would answer its next question. */
function passwordLine(password: Uint8Array): Uint8Array {
  if (password.length === 0) return password;
  const line = Buffer.from(password);
  if (line.includes(0x0a) || line.includes(0x0d) || line.includes(0))
    throw new PitRefusal("DOCUMENT_ENCRYPTED");
  return Buffer.concat([line, Buffer.from("\n")]);
}

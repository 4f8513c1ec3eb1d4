import { decodeBinHex, isBinHexLine } from "./binhex.ts";
import { decodeUuLine, isUuEnd, readUuBegin } from "./uuencode.ts";
import { decodeYencLine, readYencBegin } from "./yenc.ts";

/** A file that stands in text, as mailers sent them before MIME and some still do. */
export interface EncodedFile {
  /** Latin1 code units, as written. */
  readonly untrustedName: string;
  readonly bytes: Uint8Array;
}

/** More than these in one text is no letter. */
export const MAX_ENCODED_FILES = 50;

/** Linear in the text. What does not decode to at least one byte is no file. */
export function findEncodedFiles(text: Buffer): EncodedFile[] {
  if (!text.includes("begin") && !text.includes("BinHex")) return [];
  const lines = text.toString("latin1").split(/\r?\n/);
  const files: EncodedFile[] = [];
  let at = 0;
  while (at < lines.length && files.length < MAX_ENCODED_FILES) {
    const found = readAt(lines, at);
    if (found !== null && found.file.bytes.length > 0) files.push(found.file);
    at = found?.next ?? at + 1;
  }
  return files;
}

interface Found {
  readonly file: EncodedFile;
  readonly next: number;
}

function readAt(lines: readonly string[], at: number): Found | null {
  const line = lines[at] ?? "";
  // A look at two letters before any pattern: almost no line begins so.
  if (line.startsWith("begin"))
    return uuencoded(lines, at) ?? base64(lines, at);
  if (line.startsWith("=y")) return yencoded(lines, at);
  return line.includes("BinHex") ? binHex(lines, at) : null;
}

function uuencoded(lines: readonly string[], at: number): Found | null {
  const untrustedName = readUuBegin(lines[at] ?? "");
  if (untrustedName === null) return null;
  const pieces: Uint8Array[] = [];
  let next = at + 1;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? "";
    const bytes = isUuEnd(line) ? null : decodeUuLine(line);
    if (bytes === null && line.trim() !== "") break;
    if (bytes !== null) pieces.push(bytes);
  }
  return { file: { untrustedName, bytes: Buffer.concat(pieces) }, next };
}

/** `uuencode -m` (POSIX.1). */
function base64(lines: readonly string[], at: number): Found | null {
  const name = /^begin-base64 [0-7]{3,4} (.{1,255})$/.exec(
    lines[at] ?? "",
  )?.[1];
  if (name === undefined) return null;
  let next = at + 1;
  while (/^[A-Za-z0-9+/]+={0,2}$/.test(lines[next] ?? "")) next++;
  const bytes = Buffer.from(lines.slice(at + 1, next).join(""), "base64");
  return { file: { untrustedName: name.trim(), bytes }, next };
}

function yencoded(lines: readonly string[], at: number): Found | null {
  const untrustedName = readYencBegin(lines[at] ?? "");
  if (untrustedName === null) return null;
  const pieces: Uint8Array[] = [];
  let next = at + 1;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? "";
    if (line.startsWith("=yend")) break;
    if (!line.startsWith("=ypart")) pieces.push(decodeYencLine(line));
  }
  return { file: { untrustedName, bytes: Buffer.concat(pieces) }, next };
}

function binHex(lines: readonly string[], at: number): Found | null {
  let start = at + 1;
  while (start < lines.length && (lines[start] ?? "").trim() === "") start++;
  if (!(lines[start] ?? "").startsWith(":")) return null;
  let next = start;
  let last = false;
  while (next < lines.length && !last) {
    const line = (lines[next] ?? "").trimEnd();
    last = line.length > (next === start ? 1 : 0) && line.endsWith(":");
    if (!isBinHexLine(line)) break;
    next++;
  }
  const written = lines.slice(start, next).join("").trim();
  const file = decodeBinHex(written.replace(/^:|:$/g, ""));
  return file === null ? null : { file, next };
}

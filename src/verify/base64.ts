import type { Cursor } from "./lines.ts";
import { refuse } from "./refuse.ts";

const LINE_CHARACTERS = 76;
const LINE_STRIDE = LINE_CHARACTERS + 2;
const CR = 0x0d;
const LF = 0x0a;
const EQUALS = 0x3d;
const HYPHEN = 0x2d;

/** Value of each byte of the alphabet of RFC 4648 §4; −1 elsewhere, so that one sign test covers four bytes. */
const VALUE = new Int32Array(256).fill(-1);
for (const [value, character] of [
  ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
].entries()) {
  VALUE[character.charCodeAt(0)] = value;
}

/**
 * A base64 body: lines of exactly 76 characters, the last one shorter, each with its CRLF; no junk, padding only at the
 * end, unused bits zero (RFC 4648 §3.5). Ends before the first hyphen, which no base64 holds and every delimiter begins
 * with, or at the end of the mail. Node's own decoder passes over junk and takes the URL alphabet: not used.
 */
export function takeBase64Body(cursor: Cursor): Buffer {
  const { bytes, at: start } = cursor;
  const hyphen = bytes.indexOf(HYPHEN, start);
  const end = hyphen < 0 ? bytes.length : hyphen;
  cursor.at = end;
  if (start === end) return Buffer.alloc(0);

  const fullLines = Math.floor((end - start - 1) / LINE_STRIDE);
  const lastLine = start + fullLines * LINE_STRIDE;
  for (let line = start; line < lastLine; line += LINE_STRIDE)
    requireLineEnd(bytes, line + LINE_CHARACTERS);
  const lastCharacters = end - lastLine - 2;
  if (lastCharacters < 4 || lastCharacters % 4 !== 0)
    refuse("base64-form", lastLine);
  requireLineEnd(bytes, end - 2);

  const padding = paddingBefore(bytes, end - 2);
  const output = Buffer.allocUnsafeSlow(
    fullLines * 57 + (lastCharacters / 4) * 3 - padding,
  );
  let written = 0;
  for (let line = start; line < lastLine; line += LINE_STRIDE)
    written = decodeGroups(
      bytes,
      { start: line, end: line + LINE_CHARACTERS },
      output,
      written,
    );
  const tail = padding === 0 ? end - 2 : end - 6;
  written = decodeGroups(
    bytes,
    { start: lastLine, end: tail },
    output,
    written,
  );
  if (padding > 0) decodePadded(bytes.subarray(tail, tail + 4), tail, output);
  return output;
}

/** Canonical base64 without lines, as in an encoded word. `at` is only for the fault. */
export function decodeBase64Text(text: string, at: number): Buffer {
  const bytes = Buffer.from(text, "latin1");
  if (bytes.length === 0 || bytes.length % 4 !== 0) refuse("base64-form", at);
  const padding = paddingBefore(bytes, bytes.length);
  const output = Buffer.allocUnsafeSlow((bytes.length / 4) * 3 - padding);
  const tail = padding === 0 ? bytes.length : bytes.length - 4;
  decodeGroups(bytes, { start: 0, end: tail, faultAt: at }, output, 0);
  if (padding > 0) decodePadded(bytes.subarray(tail), at, output);
  return output;
}

function requireLineEnd(bytes: Buffer, at: number): void {
  if (bytes[at] !== CR || bytes[at + 1] !== LF) refuse("base64-form", at);
}

function paddingBefore(bytes: Buffer, end: number): 0 | 1 | 2 {
  if (bytes[end - 1] !== EQUALS) return 0;
  return bytes[end - 2] === EQUALS ? 2 : 1;
}

function decodeGroups(
  bytes: Buffer,
  range: {
    readonly start: number;
    readonly end: number;
    /** Where a fault is said to stand, when not where it is in `bytes`. */
    readonly faultAt?: number;
  },
  output: Buffer,
  written: number,
): number {
  let to = written;
  for (let at = range.start; at < range.end; at += 4) {
    const bits =
      (VALUE[bytes[at]!]! << 18) |
      (VALUE[bytes[at + 1]!]! << 12) |
      (VALUE[bytes[at + 2]!]! << 6) |
      VALUE[bytes[at + 3]!]!;
    if (bits < 0) refuse("base64-character", range.faultAt ?? at);
    output[to] = bits >> 16;
    output[to + 1] = bits >> 8;
    output[to + 2] = bits;
    to += 3;
  }
  return to;
}

/** The last four characters when one or two of them are `=`. */
function decodePadded(group: Buffer, at: number, output: Buffer): void {
  const one = group[2] === EQUALS ? 0 : VALUE[group[2]!]!;
  const bits =
    (VALUE[group[0]!]! << 18) | (VALUE[group[1]!]! << 12) | (one << 6);
  if (bits < 0) refuse("base64-character", at);
  const bytesHeld = group[2] === EQUALS ? 1 : 2;
  if ((bits & (bytesHeld === 1 ? 0xffff : 0xff)) !== 0)
    refuse("base64-padding", at);
  output[output.length - bytesHeld] = bits >> 16;
  if (bytesHeld === 2) output[output.length - 1] = bits >> 8;
}

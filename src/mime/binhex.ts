import type { EncodedFile } from "./encoded-files.ts";

/** RFC 1741 §4. */
const ALPHABET =
  "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

const MAX_LINE_CHARACTERS = 128;

/** Letters of the alphabet, and a colon at either end. */
export function isBinHexLine(line: string): boolean {
  if (line === "" || line.length > MAX_LINE_CHARACTERS) return false;
  const last = line.length - 1;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    const colon = code === 58 && (i === 0 || i === last);
    if (!colon && (code > 127 || (VALUES[code] as number) < 0)) return false;
  }
  return true;
}

const REPEAT = 0x90;
/** A run of 255 takes three bytes, so this much cannot be made by runs alone without being noticed. */
const MAX_GROWTH = 8;

/**
 * The data fork of a BinHex 4.0 file, given what stands between its colons; checksums are not looked at, since what is made
 * of it is scanned and made anew. Null when it is no BinHex.
 *
 * name length 1 · name · version 1 · type 4 · creator 4 · flags 2 · data length 4 · resource length 4 · checksum 2 · data
 */
export function decodeBinHex(written: string): EncodedFile | null {
  const bytes = withoutRuns(sixBits(written));
  const nameLength = bytes[0] ?? 0;
  const after = 1 + nameLength + 1 + 4 + 4 + 2;
  if (nameLength === 0 || nameLength > 63 || bytes.length < after + 10)
    return null;
  const length = bytes.readUInt32BE(after);
  const start = after + 10;
  return {
    untrustedName: bytes.toString("latin1", 1, 1 + nameLength),
    bytes: bytes.subarray(start, start + length),
  };
}

function sixBits(written: string): Buffer {
  const out = Buffer.alloc(Math.ceil((written.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let count = 0;
  for (let i = 0; i < written.length; i++) {
    const code = written.charCodeAt(i);
    const value = code < 128 ? (VALUES[code] as number) : -1;
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xfff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out[length++] = (bits >> count) & 255;
  }
  return out.subarray(0, length);
}

function withoutRuns(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length * MAX_GROWTH);
  let length = 0;
  for (let i = 0; i < bytes.length && length < out.length; i++) {
    const byte = bytes[i] as number;
    if (byte !== REPEAT) {
      out[length++] = byte;
      continue;
    }
    const count = bytes[++i] ?? 0;
    if (count === 0) out[length++] = REPEAT;
    else {
      const end = Math.min(length + count - 1, out.length);
      out.fill(out[length - 1] ?? 0, length, end);
      length = end;
    }
  }
  return out.subarray(0, length);
}

import { Buffer, isUtf8 } from "node:buffer";

/** Passwords and coupon codes are not longer; nor are lines of base64 that somebody wraps so, hence the questions below. */
const MAX_CODE_CHARACTERS = 20;
/** Of noise in base64 one letter in 32 is `+` or `/`; passwords may have a few. Text and zeros have fewer, and are known otherwise. */
const LETTERS_A_SIGN = 192;
const WINDOW_LETTERS = 96;
const TEXT_SHARE = 0.85;
/** `A` is six zero bits: padding of files. By chance once in 62 times. */
const ZERO_SHARE = 0.08;

/**
 * Whether lines that look like base64 are rather a list of codes, one a line: `aB3dE5gH`. Both decode to noise, so nothing
 * but what noise lacks tells them apart: the two signs in their due number, `=` at the end, readable text, zero bytes.
 * A piece of a packed file too short to show a sign is too short to be a file. Known first bytes are for `encoded-magic.ts`.
 */
export function isCodeList(lines: readonly string[]): boolean {
  const codes = lines
    .map((line) => line.replace(/^[\s>|・*]+/, "").trimEnd())
    .filter((code) => code !== "");
  if (codes.some((code) => code.length > MAX_CODE_CHARACTERS)) return false;
  const letters = codes.join("");
  if (letters.includes("=")) return false;
  const signs = countOf(letters, /[+/_]/g) + strayHyphens(codes);
  if (signs * LETTERS_A_SIGN >= letters.length && signs > 0) return false;
  if (countOf(letters, /A/g) > letters.length * ZERO_SHARE) return false;
  return !holdsText(letters.replace(/[_-]/g, ""));
}

/** In codes hyphens stand between groups, as many in each; in base64url anywhere. */
function strayHyphens(codes: readonly string[]): number {
  const counts = codes.map((code) => countOf(code, /-/g));
  const [first = 0] = counts;
  return counts.every((count) => count === first)
    ? 0
    : counts.reduce((sum, count) => sum + count, 0);
}

/** A script in base64 has no signs, but it decodes to letters, at one of four places to begin. */
function holdsText(letters: string): boolean {
  for (let at = 0; at < letters.length; at += WINDOW_LETTERS) {
    const from = Math.max(0, Math.min(at, letters.length - WINDOW_LETTERS));
    for (let shift = 0; shift < 4; shift++) {
      const window = letters.slice(from + shift, from + WINDOW_LETTERS);
      const bytes = Buffer.from(window, "base64");
      if (isTextual(bytes)) return true;
    }
  }
  return false;
}

function isTextual(bytes: Buffer): boolean {
  let readable = 0;
  for (const byte of bytes)
    if ((byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13)) readable++;
  if (readable >= bytes.length * TEXT_SHARE) return true;
  // Without the characters that a window cuts.
  const whole = bytes.subarray(3, -3);
  const from = whole.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return isUtf8(withoutCutEnd(whole.subarray(Math.max(0, from))));
}

function withoutCutEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, Math.max(0, end - 1));
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

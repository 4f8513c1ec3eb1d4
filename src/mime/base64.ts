import type { TransferDecoder } from "./transfer.ts";

const BLANK = 64;
const PAD = 65;
const JUNK = 66;
const LF = 10;
const CR = 13;

const ALPHABET =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** RFC 2045 §6.8: bytes outside the alphabet are skipped, and told. */
const VALUES = new Uint8Array(256).fill(JUNK);
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i;
for (const blank of [LF, CR, 9, 32]) VALUES[blank] = BLANK;
VALUES[61] = PAD;

/** Below this the byte loop costs less than the slab's bookkeeping. */
const SLAB_BYTES = 512;

/**
 * Large clean stretches go through the runtime's decoder, which says nothing about what it skips; so its output must
 * add up with the input, and where it does not, the byte loop reads that stretch again and says what was wrong.
 */
export class Base64Decoder implements TransferDecoder {
  #bits = 0;
  #count = 0;
  #padDue = 0;
  #ended = false;
  #junk = false;

  get anomaly(): "junk-in-base64" | null {
    return this.#junk ? "junk-in-base64" : null;
  }

  write(bytes: Buffer): Uint8Array {
    const out = Buffer.allocUnsafe(((bytes.length + 3) >> 2) * 3 + 3);
    let length = 0;
    let at = 0;
    const clean = cleanStretch(bytes);
    if (clean >= SLAB_BYTES && !this.#ended) {
      while (this.#count !== 0 && at < clean)
        length = this.#bytewise(bytes.subarray(at, ++at), out, length);
      const cut = decodeSlab(bytes, at, clean, out, length);
      if (cut !== null) {
        length += cut.wrote;
        at = cut.end;
      }
    }
    length = this.#bytewise(bytes.subarray(at), out, length);
    return out.subarray(0, length);
  }

  finish(): Uint8Array {
    const rest = this.#rest();
    if (this.#count !== 0 || this.#padDue > 0) this.#junk = true;
    this.#count = 0;
    return rest;
  }

  /** Whole bytes of a quad without its padding. */
  #rest(): Uint8Array {
    if (this.#count === 2) return Uint8Array.of(this.#bits >> 4);
    if (this.#count === 3)
      return Uint8Array.of(this.#bits >> 10, this.#bits >> 2);
    return new Uint8Array(0);
  }

  #bytewise(bytes: Buffer, out: Buffer, offset: number): number {
    let length = offset;
    let bits = this.#bits;
    let count = this.#count;
    for (let i = 0; i < bytes.length; i++) {
      const value = VALUES[bytes[i] as number] as number;
      if (value < 64) {
        if (this.#ended) this.#resume();
        bits = (bits << 6) | value;
        if (++count < 4) continue;
        out[length++] = bits >> 16;
        out[length++] = bits >> 8;
        out[length++] = bits;
        bits = count = 0;
      } else if (value === PAD) {
        if (count >= 2) out[length++] = count === 2 ? bits >> 4 : bits >> 10;
        if (count === 3) out[length++] = bits >> 2;
        this.#pad(count);
        bits = count = 0;
      } else if (value === JUNK) this.#junk = true;
    }
    this.#bits = bits;
    this.#count = count;
    return length;
  }

  #pad(count: number): void {
    if (this.#ended && count === 0 && this.#padDue > 0) {
      this.#padDue--;
      return;
    }
    if (count < 2) this.#junk = true;
    this.#padDue = count === 2 ? 1 : 0;
    this.#ended = true;
  }

  /** Data after padding: some readers stop before it, so it is decoded and told. */
  #resume(): void {
    this.#junk = true;
    this.#ended = false;
    this.#padDue = 0;
  }
}

/** How far the bytes hold neither `=` nor the URL-safe letters that the runtime's decoder takes for its own. */
function cleanStretch(bytes: Buffer): number {
  if (bytes.length < SLAB_BYTES) return 0;
  if (bytes.indexOf(45) >= 0 || bytes.indexOf(95) >= 0) return 0;
  const pad = bytes.indexOf(61);
  return pad < 0 ? bytes.length : pad;
}

/** Decodes whole quads of `bytes[start, end)`; null when input and output do not add up. */
function decodeSlab(
  bytes: Buffer,
  start: number,
  end: number,
  out: Buffer,
  offset: number,
): { readonly wrote: number; readonly end: number } | null {
  const letters = end - start - countBlanks(bytes, start, end);
  let spare = letters & 3;
  let cut = end;
  while (spare > 0 && cut > start)
    if (VALUES[bytes[--cut] as number] !== BLANK) spare--;
  const expected = (letters >> 2) * 3;
  const wrote = out.write(
    bytes.toString("latin1", start, cut),
    offset,
    "base64",
  );
  return wrote === expected ? { wrote, end: cut } : null;
}

/** Mailers break lines at one width, so breaks are counted by strides; a wrong count shows when lengths are compared. */
function countBlanks(bytes: Buffer, start: number, end: number): number {
  const first = bytes.indexOf(LF, start);
  const second = first < 0 ? -1 : bytes.indexOf(LF, first + 1);
  if (second < 0 || second >= end) return countBytewise(bytes, start, end);
  const width = second - first;
  const crlf = bytes[second - 1] === CR;
  let count = countBytewise(bytes, start, first + 1);
  let at = second;
  let last = first;
  while (at < end && bytes[at] === LF && (!crlf || bytes[at - 1] === CR)) {
    count += crlf ? 2 : 1;
    last = at;
    at += width;
  }
  return count + countBytewise(bytes, last + 1, end);
}

function countBytewise(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++)
    if (VALUES[bytes[i] as number] === BLANK) count++;
  return count;
}

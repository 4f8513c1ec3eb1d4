import type { TransferDecoder } from "./transfer.ts";

const LF = 10;
const CR = 13;
const EQUALS = 61;

/** More blanks than any line may have (RFC 5322 §2.1.1) are kept: nothing is held without a limit. */
const MAX_HELD_BLANKS = 998;

const HEX = new Int8Array(256).fill(-1);
for (let i = 0; i < 16; i++) {
  HEX[i.toString(16).charCodeAt(0)] = i;
  HEX[i.toString(16).toUpperCase().charCodeAt(0)] = i;
}

/**
 * RFC 2045 §6.7. Blanks at the end of a line were added on the way and are removed (rule 3). Whatever follows a `=`
 * that is neither two hex digits nor a line break stays as it stands, and is told; so is a byte above 0x7E.
 */
export class QuotedPrintableDecoder implements TransferDecoder {
  #held: Buffer | null = null;
  #malformed = false;

  get anomaly(): "bad-quoted-printable" | null {
    return this.#malformed ? "bad-quoted-printable" : null;
  }

  write(bytes: Buffer): Uint8Array {
    const all =
      this.#held === null ? bytes : Buffer.concat([this.#held, bytes]);
    this.#held = null;
    return this.#decode(all, false);
  }

  finish(): Uint8Array {
    const held = this.#held;
    this.#held = null;
    return held === null ? new Uint8Array(0) : this.#decode(held, true);
  }

  #decode(bytes: Buffer, last: boolean): Uint8Array {
    const out = Buffer.allocUnsafe(bytes.length);
    let length = 0;
    let i = 0;
    while (i < bytes.length) {
      const byte = bytes[i] as number;
      if (byte === EQUALS) {
        const next = this.#escape(bytes, i, last);
        if (next < 0) return this.#hold(bytes, i, out.subarray(0, length));
        if (next === i) out[length++] = EQUALS;
        else if (next === i + 3 && HEX[bytes[i + 1] as number] !== -1)
          out[length++] = hexPair(bytes, i + 1);
        i = Math.max(next, i + 1);
      } else if (byte === 32 || byte === 9) {
        let end = blanksEnd(bytes, i);
        const ends = lineEnds(bytes, end, last);
        if (end - i > MAX_HELD_BLANKS) end = i + MAX_HELD_BLANKS;
        else if (ends === null)
          return this.#hold(bytes, i, out.subarray(0, length));
        else if (ends) i = end;
        while (i < end) out[length++] = bytes[i++] as number;
      } else {
        if (byte > 126) this.#malformed = true;
        out[length++] = byte;
        i++;
      }
    }
    return out.subarray(0, length);
  }

  #hold(bytes: Buffer, from: number, decoded: Uint8Array): Uint8Array {
    this.#held = Buffer.from(bytes.subarray(from));
    return decoded;
  }

  /** Where reading goes on after the `=` at `at`; `at` itself when it is no escape; -1 when more bytes are needed. */
  #escape(bytes: Buffer, at: number, last: boolean): number {
    const first = bytes[at + 1];
    if (first !== undefined && (HEX[first] as number) >= 0) {
      const second = bytes[at + 2];
      if (second === undefined && !last) return -1;
      if (second !== undefined && (HEX[second] as number) >= 0) return at + 3;
      this.#malformed = true;
      return at;
    }
    const end = blanksEnd(bytes, at + 1);
    if (end - at > MAX_HELD_BLANKS) {
      this.#malformed = true;
      return at;
    }
    const ends = lineEnds(bytes, end, last);
    if (ends === null) return -1;
    if (ends) return afterBreak(bytes, end);
    this.#malformed = true;
    return at;
  }
}

function hexPair(bytes: Buffer, at: number): number {
  return (
    ((HEX[bytes[at] as number] as number) << 4) |
    (HEX[bytes[at + 1] as number] as number)
  );
}

/** Where the blanks from `from` on end; one more than may be held is as far as it looks. */
function blanksEnd(bytes: Buffer, from: number): number {
  const limit = from + MAX_HELD_BLANKS + 1;
  let i = from;
  while (i < limit && (bytes[i] === 32 || bytes[i] === 9)) i++;
  return i;
}

/** Whether a line break or the end stands at `at`; null when that is not known yet. */
function lineEnds(bytes: Buffer, at: number, last: boolean): boolean | null {
  const byte = bytes[at];
  if (byte === undefined) return last ? true : null;
  if (byte === LF) return true;
  if (byte !== CR) return false;
  const next = bytes[at + 1];
  if (next === undefined) return last ? false : null;
  return next === LF;
}

function afterBreak(bytes: Buffer, at: number): number {
  if (bytes[at] === undefined) return at;
  return bytes[at] === LF ? at + 1 : at + 2;
}

/** -lh4- to -lh7-: Huffman codes over a sliding window, three tables a block (Okumura's ar002). */
import { PitRefusal } from "../speak.ts";

export const WINDOW_BITS: Readonly<Record<string, number>> = {
  "-lh4-": 12,
  "-lh5-": 13,
  "-lh6-": 15,
  "-lh7-": 16,
};
const CODES = 510;
const CODE_BITS = 9;
const LENGTHS = 19;
const LENGTH_BITS = 5;
const SHORTEST_MATCH = 3;
const BLANK = 0x20;
const MAX_CODE_BITS = 16;

/** Exactly `bytes` of them. Faults: DOCUMENT_UNREADABLE. */
export function expandLzh(
  packed: Uint8Array,
  bytes: number,
  windowBits: number,
): Uint8Array {
  // A match takes at least two bits and gives at most 256 bytes: what says more lies.
  if (bytes > packed.length * 4 * 256 + 256) unreadable();
  const source = new Bits(packed);
  const offsetCodes = windowBits + 1;
  const offsetBits = windowBits > 13 ? 5 : 4;
  const plain = new Uint8Array(bytes);
  let made = 0;
  while (made < bytes) {
    let left = source.take(16);
    if (left === 0) unreadable();
    const lengths = readLengths(source, {
      count: LENGTHS,
      bits: LENGTH_BITS,
      gapAt: 3,
    });
    const codes = readCodes(source, lengths);
    const offsets = readLengths(source, {
      count: offsetCodes,
      bits: offsetBits,
      gapAt: -1,
    });
    for (; left > 0 && made < bytes; left--) {
      const code = codes.next(source);
      if (code < 256) {
        plain[made++] = code;
        continue;
      }
      const bit = offsets.next(source);
      const offset = bit < 2 ? bit : (1 << (bit - 1)) + source.take(bit - 1);
      let from = made - offset - 1;
      const end = Math.min(bytes, made + code - 256 + SHORTEST_MATCH);
      // What lies before the first byte is blank.
      for (; made < end; from++) plain[made++] = plain[from] ?? BLANK;
    }
  }
  return plain;
}

class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #bits = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next 16 without taking them; zeros behind the end. */
  peek(): number {
    while (this.#bits < MAX_CODE_BITS) {
      this.#held = ((this.#held << 8) | (this.#bytes[this.#at] ?? 0)) >>> 0;
      this.#at += 1;
      this.#bits += 8;
    }
    return (this.#held >>> (this.#bits - MAX_CODE_BITS)) & 0xffff;
  }

  skip(bits: number): void {
    this.#bits -= bits;
    this.#held &= (1 << this.#bits) - 1;
    // Some packers leave out bits that nobody needs; more than that is the end.
    if (this.#at > this.#bytes.length + 8) unreadable();
  }

  take(bits: number): number {
    if (bits === 0) return 0;
    const value = this.peek() >>> (MAX_CODE_BITS - bits);
    this.skip(bits);
    return value;
  }
}

/** One look a code: for each 16 bits that may come, the symbol and how many of them are its own. */
class Codes {
  readonly #symbols: Uint16Array;
  readonly #lengths: Uint8Array;
  readonly #only: number;

  constructor(lengths: Uint8Array, only = -1) {
    this.#only = only;
    const size = only < 0 ? 1 << MAX_CODE_BITS : 0;
    this.#symbols = new Uint16Array(size);
    this.#lengths = new Uint8Array(size);
    if (only >= 0) return;
    let at = 0;
    for (let length = 1; length <= MAX_CODE_BITS; length++)
      for (const [symbol, own] of lengths.entries()) {
        if (own !== length) continue;
        const end = at + (1 << (MAX_CODE_BITS - length));
        if (end > size) unreadable();
        this.#symbols.fill(symbol, at, end);
        this.#lengths.fill(length, at, end);
        at = end;
      }
  }

  next(source: Bits): number {
    if (this.#only >= 0) return this.#only;
    const ahead = source.peek();
    const length = this.#lengths[ahead] ?? 0;
    if (length === 0) unreadable();
    source.skip(length);
    return this.#symbols[ahead] ?? 0;
  }
}

function readLengths(
  source: Bits,
  table: {
    readonly count: number;
    readonly bits: number;
    readonly gapAt: number;
  },
): Codes {
  const told = source.take(table.bits);
  const lengths = new Uint8Array(table.count);
  if (told === 0) return new Codes(lengths, source.take(table.bits));
  if (told > table.count) unreadable();
  for (let at = 0; at < told;) {
    let length = source.take(3);
    if (length === 7) while (source.take(1) === 1) length += 1;
    if (length > MAX_CODE_BITS) unreadable();
    lengths[at++] = length;
    if (at === table.gapAt) at += source.take(2);
  }
  return new Codes(lengths);
}

function readCodes(source: Bits, lengths: Codes): Codes {
  const told = source.take(CODE_BITS);
  const own = new Uint8Array(CODES);
  if (told === 0) return new Codes(own, source.take(CODE_BITS));
  if (told > CODES) unreadable();
  for (let at = 0; at < told;) {
    const length = lengths.next(source);
    if (length === 0) at += 1;
    else if (length === 1) at += source.take(4) + 3;
    else if (length === 2) at += source.take(CODE_BITS) + 20;
    else own[at++] = length - 2;
  }
  return new Codes(own);
}

function unreadable(): never {
  throw new PitRefusal("DOCUMENT_UNREADABLE");
}

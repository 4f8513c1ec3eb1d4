/**
 * How Japanese some bytes look in Shift_JIS and in EUC-JP, without decoding them. Only the lead bytes are weighed: kana
 * and everyday kanji (JIS level 1) speak for a reading, rare kanji little, 外字 and bytes that fit nowhere against it.
 */
export interface Reading {
  /** Sum of weights; the higher, the more Japanese. */
  readonly score: number;
  /** Characters of two or more bytes. */
  readonly wide: number;
  /** Characters that stand directly after another wide one; Western text with stray accents has hardly any. */
  readonly inRuns: number;
  /** Bytes that fit nowhere. */
  readonly errors: number;
}

const KANA = 1.5;
const COMMON = 1;
const RARE = 0.3;
/** Two of these must weigh a little less than one everyday kanji, else EUC-JP kanji pass as half-width kana. */
const HALF_KANA = 0.45;
const PRIVATE = -0.5;
const ERROR = -3;

interface Tally {
  score: number;
  wide: number;
  inRuns: number;
  errors: number;
  /** Where the last wide character ended. */
  end: number;
}

function take(tally: Tally, at: number, length: number, weight: number): void {
  tally.score += weight;
  tally.wide++;
  if (tally.end === at) tally.inRuns++;
  tally.end = at + length;
}

export function readAsShiftJis(bytes: Uint8Array): Reading {
  const tally: Tally = { score: 0, wide: 0, inRuns: 0, errors: 0, end: -1 };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) continue;
    if (byte >= 0xa1 && byte <= 0xdf) {
      tally.score += HALF_KANA;
      continue;
    }
    const low = bytes[at + 1] ?? 0;
    const paired =
      byte > 0x80 &&
      byte !== 0xa0 &&
      byte <= 0xfc &&
      low >= 0x40 &&
      low <= 0xfc &&
      low !== 0x7f;
    const weight = paired ? shiftJisWeight(byte, low) : null;
    if (weight === null) {
      tally.errors++;
      tally.score += ERROR;
      continue;
    }
    take(tally, at, 2, weight);
    at++;
  }
  return tally;
}

function shiftJisWeight(lead: number, low: number): number | null {
  if (lead === 0x82)
    return low >= 0x9f && low <= 0xf1 ? KANA : low < 0x9b ? COMMON : null;
  if (lead === 0x83) return low <= 0x96 ? KANA : RARE;
  if (lead === 0x81 || lead === 0x87) return COMMON;
  if (lead >= 0x88 && lead <= 0x97) return COMMON;
  if (lead >= 0xf0 && lead <= 0xf9) return PRIVATE;
  if (lead >= 0xfa) return lead === 0xfc && low > 0x4b ? null : RARE;
  if (lead >= 0xeb && lead <= 0xec) return null;
  if (lead >= 0x85 && lead <= 0x86) return null;
  return RARE;
}

export function readAsEucJp(bytes: Uint8Array): Reading {
  const tally: Tally = { score: 0, wide: 0, inRuns: 0, errors: 0, end: -1 };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) continue;
    const second = bytes[at + 1] ?? 0;
    const third = bytes[at + 2] ?? 0;
    if (byte === 0x8e && second >= 0xa1 && second <= 0xdf) {
      tally.score += HALF_KANA;
      at++;
    } else if (byte === 0x8f && isEucByte(second) && isEucByte(third)) {
      take(tally, at, 3, RARE);
      at += 2;
    } else if (isEucByte(byte) && isEucByte(second)) {
      take(tally, at, 2, eucWeight(byte));
      at++;
    } else {
      tally.errors++;
      tally.score += ERROR;
    }
  }
  return tally;
}

function isEucByte(byte: number): boolean {
  return byte >= 0xa1 && byte <= 0xfe;
}

function eucWeight(lead: number): number {
  if (lead === 0xa4 || lead === 0xa5) return KANA;
  if (lead === 0xa1 || lead === 0xa3 || lead === 0xad) return COMMON;
  if (lead >= 0xb0 && lead <= 0xcf) return COMMON;
  return lead >= 0xf5 || (lead >= 0xa9 && lead <= 0xaf) ? PRIVATE : RARE;
}

/** Bytes that were UTF-8 before something cut or hurt them still show mostly whole sequences. */
export function readAsUtf8(bytes: Uint8Array): Reading {
  const tally: Tally = { score: 0, wide: 0, inRuns: 0, errors: 0, end: -1 };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    let whole = byte >= 0xc2 && byte <= 0xf4;
    for (let next = 1; next < length; next++)
      whole &&= ((bytes[at + next] ?? 0) & 0xc0) === 0x80;
    if (whole) {
      take(tally, at, length, length === 2 ? COMMON : KANA);
      at += length - 1;
    } else {
      tally.errors++;
      tally.score += ERROR;
    }
  }
  return tally;
}

/**
 * Byte order of UTF-16 by where the zero bytes (ASCII) and the kana page (0x30) stand; null when it does not look like
 * UTF-16. Without a claim a quarter of all characters must show it, so that a stray NUL in other text does not.
 */
export function guessUtf16(
  bytes: Uint8Array,
  declared: "utf-16le" | "utf-16be" | null,
): "utf-16le" | "utf-16be" | null {
  const end = Math.min(bytes.length & ~1, 4096);
  if (end === 0) return null;
  const pages = [0, 0];
  const zeros = [0, 0];
  for (let at = 0; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 0 && byte !== 0x30) continue;
    pages[at & 1] = (pages[at & 1] ?? 0) + 1;
    if (byte === 0) zeros[at & 1] = (zeros[at & 1] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = pages;
  if (declared !== null)
    return even === odd ? declared : even > odd ? "utf-16be" : "utf-16le";
  const quarter = end / 8;
  if (bytes.length % 2 === 1 || Math.max(even, odd) < quarter) return null;
  const big = even > odd;
  // U+xx00 is rare: hardly a zero stands in a low byte.
  const wrong = (big ? zeros[1] : zeros[0]) ?? 0;
  if (wrong * 8 > Math.max(even, odd)) return null;
  return big ? "utf-16be" : "utf-16le";
}

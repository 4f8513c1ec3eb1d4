/** Grey bytes into fewer bits: the first dot in the highest bits, each row filled up to a byte (ISO 32000-1 §8.9.3). */

import { WHITE_WORD, WORDS_AT_A_TIME, wordsOf } from "./words.ts";

export type Depth = 1 | 2 | 4;

/** Above this a tone is paper: nothing darker may vanish, however few greys there are. */
const PAPER = 238;

const LEVEL: Readonly<Record<Depth, Uint8Array>> = {
  1: Uint8Array.from({ length: 256 }, (_, tone) => (tone < 128 ? 0 : 1)),
  2: Uint8Array.from({ length: 256 }, (_, tone) =>
    tone > PAPER ? 3 : Math.min(2, Math.round(tone / 85)),
  ),
  4: Uint8Array.from({ length: 256 }, (_, tone) => Math.round(tone / 17)),
};

let kept = new Uint8Array(0);

/** One for all pages, each of which is compressed before the next is packed: new room has to be cleared by the kernel. */
function roomFor(bytes: number): Uint8Array {
  if (kept.length < bytes) kept = new Uint8Array(bytes);
  return kept.subarray(0, bytes);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Good until the next page is packed. */
export function packGrey(
  pixels: Uint8Array,
  size: Size,
  depth: Depth,
): Uint8Array {
  return depth === 2 && size.width % 4 === 0 && pixels.byteOffset % 4 === 0
    ? packFourGreys(wordsOf(pixels))
    : pack(pixels, size, { depth, level: LEVEL[depth] });
}

/** Two dots beside each other, as they lie in a word, into half of a byte. */
const TWO_GREYS = Uint8Array.from(
  { length: 65_536 },
  (_, two) => (LEVEL[2][two & 255]! << 2) | LEVEL[2][two >> 8]!,
);

/** Letters, by far the most frequent kind of page, where each row ends with a word: four dots are a byte. */
function packFourGreys(words: Int32Array): Uint8Array {
  const packed = roomFor(words.length).fill(255);
  for (let from = 0; from < words.length; from += WORDS_AT_A_TIME)
    packWords(words, packed, from);
  return packed;
}

/** V8 makes quick what is called often. */
function packWords(words: Int32Array, packed: Uint8Array, from: number): void {
  const end = Math.min(from + WORDS_AT_A_TIME, words.length);
  for (let at = from; at < end; at++) {
    const four = words[at]!;
    if (four !== WHITE_WORD)
      packed[at] = (TWO_GREYS[four & 0xffff]! << 4) | TWO_GREYS[four >>> 16]!;
  }
}

/** Likewise places in a palette: `placeOf` says which one a dot's slot has, each below 2 to the power of `depth`. */
export function packPlaces(
  slots: Uint16Array,
  size: Size,
  how: { readonly depth: Depth | 8; readonly placeOf: Uint8Array },
): Uint8Array {
  const { depth, placeOf } = how;
  if (depth !== 8) return pack(slots, size, { depth, level: placeOf });
  const packed = roomFor(slots.length);
  for (let dot = 0; dot < slots.length; dot++)
    packed[dot] = placeOf[slots[dot]!]!;
  return packed;
}

interface Dots {
  readonly dots: Uint8Array | Uint16Array;
  readonly level: Uint8Array;
  readonly packed: Uint8Array;
  /** What the page begins with, as a rule its paper: the packed bytes are filled with it. */
  readonly blank: number;
}

function pack(
  dots: Uint8Array | Uint16Array,
  { width, height }: Size,
  { depth, level }: { readonly depth: Depth; readonly level: Uint8Array },
): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const blank = dots[0]!;
  const blankByte = level[blank]! * (255 / (2 ** depth - 1));
  const packed = roomFor(rowBytes * height).fill(blankByte);
  const all = { dots, level, packed, blank };
  const fours = depth === 1 ? 0 : width & ~3;
  for (let row = 0; row < height; row++) {
    const from = row * width;
    const into = row * rowBytes;
    if (depth === 4) packFoursInTwo(all, { from, end: from + fours, into });
    if (depth === 2) packFoursInOne(all, { from, end: from + fours, into });
    packRest(all, depth, {
      from: from + fours,
      end: from + width,
      into: into + (fours * depth) / 8,
    });
  }
  return packed;
}

/** Part of a row: dots from which to which, and the first byte for them. */
interface Stretch {
  readonly from: number;
  readonly end: number;
  readonly into: number;
}

function packFoursInTwo(
  { dots, level, packed, blank }: Dots,
  { from, end, into }: Stretch,
): void {
  for (let dot = from, at = into; dot < end; dot += 4, at += 2) {
    const one = dots[dot]!;
    const two = dots[dot + 1]!;
    const three = dots[dot + 2]!;
    const four = dots[dot + 3]!;
    if (one === blank && two === blank && three === blank && four === blank)
      continue;
    packed[at] = (level[one]! << 4) | level[two]!;
    packed[at + 1] = (level[three]! << 4) | level[four]!;
  }
}

function packFoursInOne(
  { dots, level, packed, blank }: Dots,
  { from, end, into }: Stretch,
): void {
  for (let dot = from, at = into; dot < end; dot += 4, at++) {
    const one = dots[dot]!;
    const two = dots[dot + 1]!;
    const three = dots[dot + 2]!;
    const four = dots[dot + 3]!;
    if (one === blank && two === blank && three === blank && four === blank)
      continue;
    packed[at] =
      (level[one]! << 6) |
      (level[two]! << 4) |
      (level[three]! << 2) |
      level[four]!;
  }
}

function packRest(
  { dots, level, packed }: Dots,
  depth: Depth,
  { from, end, into }: Stretch,
): void {
  let at = into;
  let left = 8;
  let byte = 0;
  for (let dot = from; dot < end; dot++) {
    left -= depth;
    byte |= level[dots[dot]!]! << left;
    if (left > 0) continue;
    packed[at++] = byte;
    left = 8;
    byte = 0;
  }
  if (left < 8) packed[at] = byte;
}

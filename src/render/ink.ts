/** What kind of ink is on a grey page: decides the encoding, never the content. */
import { WHITE_WORD, WORDS_AT_A_TIME, wordsOf } from "./words.ts";

export type Ink =
  /** Black and white only: one bit a dot loses nothing. */
  | "line"
  /** Black letters with soft edges: four greys hold what an eye sees of them. */
  | "text"
  /** Flat greys besides, such as shaded table heads: sixteen. */
  | "grey"
  /** Tones that flow into each other: any number of steps would show. */
  | "tone";

const WHITE = 255;
const DARK = 16;
const LIGHT = 239;
/** The soft edge of a letter is shorter than this. */
const LETTER_EDGE_PIXELS = 8;
/** From dot to dot a picture changes by less than this; an edge by more, or not at all. */
const GENTLE_STEP = 12;
/** So many dots in a row, each another than the one before, are a picture with grain: no letter is so long. */
const RESTLESS_PIXELS = 20;
/** Share of flowing dots above which a page is a picture. */
const TONE_SHARE = 0.004;
/** Beyond so many dots of one grey that stand together both ways it is a shade. Of letters a tone repeats in a row or in a column, not in both. */
const FLAT_PIXELS = 400;

export function inkOf(dots: Dots): Ink {
  if (flows(dots, 1)) return "tone";
  const oneOf = dots.height < MANY_ROWS ? 1 : WORD_STEP;
  const some = countTones(dots, oneOf);
  if (!isLine(some)) return hasShades(some, oneOf) ? "grey" : "text";
  // That there is nothing but black and white has to be seen of every dot.
  const all = oneOf === 1 ? some : countTones(dots, 1);
  if (isLine(all)) return "line";
  return hasShades(all, 1) ? "grey" : "text";
}

function isLine({ all }: Tones): boolean {
  return all.every(
    (count, tone) => count === 0 || tone === 0 || tone === WHITE,
  );
}

function hasShades({ flat }: Tones, oneOf: number): boolean {
  const inMiddle = flat.subarray(DARK + 1, LIGHT);
  return inMiddle.some((count) => count * oneOf > FLAT_PIXELS);
}

/** Of each tone how many dots there are; whites do not count that stand four together. */
interface Tones {
  readonly all: Uint32Array;
  /** Those that have four neighbours of their tone in a row, and the same below. */
  readonly flat: Uint32Array;
}

/**
 * Of one word of so many in each row, or of all where it is 1. Each row begins one word further than the one before, so that
 * nothing hides between them that is as wide, or as high, as so many words or rows.
 */
function countTones({ width, height, pixels }: Dots, oneOf: number): Tones {
  const tones = { all: new Uint32Array(256), flat: new Uint32Array(256) };
  const words = wordsOf(pixels);
  const looked = { pixels, words, width };
  const hasWords = words.length > 0;
  if (oneOf > 1 && hasWords)
    for (let row = 0; row < height; row++)
      countInWords(looked, tones, {
        from: Math.ceil((row * width) / 4) + (row % oneOf),
        end: Math.floor(((row + 1) * width) / 4),
        step: oneOf,
      });
  else
    for (let from = 0; from < words.length; from += WORDS_AT_A_TIME)
      countInWords(looked, tones, {
        from,
        end: Math.min(from + WORDS_AT_A_TIME, words.length),
        step: 1,
      });
  for (let at = words.length * 4; at < pixels.length; at++)
    tones.all[pixels[at]!]!++;
  return tones;
}

function countInWords(
  {
    pixels,
    words,
    width,
  }: {
    readonly pixels: Uint8Array;
    readonly words: Int32Array;
    readonly width: number;
  },
  { all, flat }: Tones,
  {
    from,
    end,
    step,
  }: { readonly from: number; readonly end: number; readonly step: number },
): void {
  const lastRow = pixels.length - width - 3;
  for (let at = from; at < end; at += step) {
    const four = words[at]!;
    if (four === WHITE_WORD) continue;
    const one = four & 255;
    all[one]!++;
    all[(four >>> 8) & 255]!++;
    all[(four >>> 16) & 255]!++;
    all[four >>> 24]!++;
    if (four !== Math.imul(one, 0x01010101)) continue;
    const below = at * 4 + width;
    if (at * 4 < lastRow && pixels[below] === one && pixels[below + 3] === one)
      flat[one]! += 4;
  }
}

export interface Dots {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** One row of eight tells as much, and of tones one word of four; of a small picture all are looked at. */
const ROW_STEP = 8;
const WORD_STEP = 4;
const MANY_ROWS = 400;

/** Whether tones flow into each other, as in photographs and gradients: small steps or many in a row, in enough places. */
export function flows(
  { width, height, pixels }: Dots,
  channels: 1 | 3,
): boolean {
  const rowStep = height < MANY_ROWS ? 1 : ROW_STEP;
  const enough = ((width * height) / rowStep) * TONE_SHARE;
  const words = wordsOf(pixels);
  let flowing = 0;
  for (let row = 0; row < height; row += rowStep) {
    const begin = row * width * channels;
    flowing += flowingDots({ pixels, words, channels }, [
      begin + channels,
      begin + width * channels,
    ]);
    if (flowing > enough) return true;
  }
  return false;
}

interface Looked {
  readonly pixels: Uint8Array;
  readonly words: Int32Array;
  readonly channels: 1 | 3;
}

function flowingDots(
  { pixels, words, channels }: Looked,
  [begin, end]: readonly [number, number],
): number {
  const green = channels === 1 ? 0 : 1;
  const blue = channels === 1 ? 0 : 2;
  const secondWord = channels === 1 ? 0 : 4;
  const thirdWord = channels === 1 ? 0 : 8;
  const lastFour = words.length === 0 ? 0 : end - 4 * channels + 1;
  let flowing = 0;
  let run = 0;
  let gentle = 0;
  let restless = 0;
  for (let place = begin; place < end; place += channels) {
    // Four white dots end what came before them as each one does.
    while (
      (place & 3) === 0 &&
      place < lastFour &&
      words[place >> 2] === WHITE_WORD &&
      words[(place + secondWord) >> 2] === WHITE_WORD &&
      words[(place + thirdWord) >> 2] === WHITE_WORD
    ) {
      run = 0;
      gentle = 0;
      restless = 0;
      place += 4 * channels;
    }
    if (place >= end) break;
    const r = pixels[place]!;
    const g = pixels[place + green]!;
    const b = pixels[place + blue]!;
    if (
      (r >= LIGHT && g >= LIGHT && b >= LIGHT) ||
      (r <= DARK && g <= DARK && b <= DARK)
    ) {
      run = 0;
      gentle = 0;
      restless = 0;
      continue;
    }
    run++;
    const before = place - channels;
    const step = Math.max(
      Math.abs(r - pixels[before]!),
      Math.abs(g - pixels[before + green]!),
      Math.abs(b - pixels[before + blue]!),
    );
    gentle = step > 0 && step <= GENTLE_STEP ? gentle + 1 : 0;
    restless = step > 0 ? restless + 1 : 0;
    const isEdge = run < LETTER_EDGE_PIXELS || gentle < 2;
    if (!isEdge || restless >= RESTLESS_PIXELS) flowing++;
  }
  return flowing;
}

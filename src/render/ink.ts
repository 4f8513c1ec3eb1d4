/** What kind of ink is on a grey page: decides the encoding, never the content. */

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
export const WHITE_WORD = 0xffffffff;
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
/** A flat grey stands out of the edges' tones around it by so much, and is more than a speck. */
const FLAT_FACTOR = 6;
const FLAT_PIXELS = 400;
const FLAT_WINDOW = 12;

export function inkOf(dots: Dots): Ink {
  if (flows(dots, 1)) return "tone";
  const { pixels } = dots;
  const counts = new Uint32Array(256);
  const words = wordsOf(pixels);
  for (let word = 0; word < words.length; word++) {
    if (words[word] === WHITE_WORD) continue;
    const at = word * 4;
    counts[pixels[at]!]!++;
    counts[pixels[at + 1]!]!++;
    counts[pixels[at + 2]!]!++;
    counts[pixels[at + 3]!]!++;
  }
  for (let at = words.length * 4; at < pixels.length; at++)
    counts[pixels[at]!]!++;
  const whole = (count: number, tone: number) =>
    count === 0 || tone === 0 || tone === WHITE;
  if (counts.every(whole)) return "line";
  return hasFlatGrey(counts) ? "grey" : "text";
}

/** Four bytes at a time, to pass over paper; none where they don't begin at a word. */
export function wordsOf({ buffer, byteOffset, length }: Uint8Array) {
  return byteOffset % 4 === 0
    ? new Uint32Array(buffer, byteOffset, length >> 2)
    : new Uint32Array(0);
}

export interface Dots {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** One row of four tells as much; of a small picture all are looked at. */
const ROW_STEP = 4;
const MANY_ROWS = 400;

/** Whether tones flow into each other, as in photographs and gradients: small steps or many in a row, in enough places. */
export function flows(
  { width, height, pixels }: Dots,
  channels: 1 | 3,
): boolean {
  const rowStep = height < MANY_ROWS ? 1 : ROW_STEP;
  const enough = ((width * height) / rowStep) * TONE_SHARE;
  let flowing = 0;
  for (let row = 0; row < height; row += rowStep) {
    const begin = row * width * channels;
    flowing += flowingDots(pixels, channels, [
      begin + channels,
      begin + width * channels,
    ]);
    if (flowing > enough) return true;
  }
  return false;
}

function flowingDots(
  pixels: Uint8Array,
  channels: 1 | 3,
  [begin, end]: readonly [number, number],
): number {
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  let flowing = 0;
  let run = 0;
  let gentle = 0;
  let restless = 0;
  for (let place = begin; place < end; place += channels) {
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

function hasFlatGrey(counts: Uint32Array): boolean {
  for (let tone = DARK + 1; tone < LIGHT; tone++) {
    const count = counts[tone]!;
    if (count < FLAT_PIXELS) continue;
    const from = Math.max(1, tone - FLAT_WINDOW);
    const around = counts.subarray(
      from,
      Math.min(WHITE, tone + FLAT_WINDOW + 1),
    );
    const others = around.reduce((sum, one) => sum + one, -count);
    if (count * (around.length - 1) > others * FLAT_FACTOR) return true;
  }
  return false;
}

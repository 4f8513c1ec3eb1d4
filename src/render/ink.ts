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
const DARK = 16;
const LIGHT = 239;
/** The soft edge of a letter is shorter than this. */
const LETTER_EDGE_PIXELS = 8;
/** Share of flowing dots above which a page is a picture. */
const TONE_SHARE = 0.004;
/** A flat grey stands out of the edges' tones around it by so much, and is more than a speck. */
const FLAT_FACTOR = 6;
const FLAT_PIXELS = 400;
const FLAT_WINDOW = 12;

export function inkOf(pixels: Uint8Array): Ink {
  const counts = new Uint32Array(256);
  let flowing = 0;
  let run = 0;
  let before = WHITE;
  for (let place = 0; place < pixels.length; place++) {
    const tone = pixels[place]!;
    if (tone === WHITE) {
      run = 0;
    } else {
      counts[tone] = counts[tone]! + 1;
      if (tone <= DARK || tone >= LIGHT) run = 0;
      else if (++run >= LETTER_EDGE_PIXELS && tone !== before) flowing++;
    }
    before = tone;
  }
  if (flowing > pixels.length * TONE_SHARE) return "tone";
  if (counts.every((count, tone) => tone === 0 || count === 0)) return "line";
  return hasFlatGrey(counts) ? "grey" : "text";
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

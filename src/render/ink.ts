/** What kind of ink is on a grey page: decides the encoding, never the content. */

export type Ink =
  /** Black and white only: one bit a dot loses nothing. */
  | "line"
  /** Letters, rules and flat greys: sixteen greys hold what an eye sees of them. */
  | "text"
  /** Tones that flow into each other: sixteen greys would show as steps. */
  | "tone";

const DARK = 16;
const LIGHT = 239;
/** The soft edge of a letter is shorter than this. */
const LETTER_EDGE_PIXELS = 8;
/** Share of flowing dots above which a page is a picture. */
const TONE_SHARE = 0.004;

export function inkOf(pixels: Uint8Array): Ink {
  const seen = new Uint8Array(256);
  let flowing = 0;
  let run = 0;
  let before = 255;
  for (let place = 0; place < pixels.length; place++) {
    const tone = pixels[place]!;
    seen[tone] = 1;
    if (tone <= DARK || tone >= LIGHT) run = 0;
    else if (++run >= LETTER_EDGE_PIXELS && tone !== before) flowing++;
    before = tone;
  }
  if (flowing > pixels.length * TONE_SHARE) return "tone";
  const tones = seen.reduce((sum, one) => sum + one, 0);
  const extremes = (seen[0] ?? 0) + (seen[255] ?? 0);
  return tones === extremes ? "line" : "text";
}

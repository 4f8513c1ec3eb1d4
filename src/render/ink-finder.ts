import type { PageCharacter, PixelPage } from "../core/ports.ts";

const FULL_SIDE = 65_535;
/** Paper and its noise differ by less, the faintest letter that can be read by more. */
const INK_CONTRAST = 24;

/** Whether a place on a page shows anything: tones that differ, whichever they are. */
export class InkFinder {
  readonly #page: PixelPage;

  constructor(page: PixelPage) {
    this.#page = page;
  }

  hasInk(one: PageCharacter): boolean {
    const { width, height, channels, pixels } = this.#page;
    const dot = (share: number, side: number) => (share / FULL_SIDE) * side;
    const left = Math.floor(dot(one.left, width));
    const top = Math.floor(dot(one.top, height));
    const right = Math.min(width, Math.ceil(dot(one.right, width)));
    const bottom = Math.min(height, Math.ceil(dot(one.bottom, height)));
    if (left >= right || top >= bottom) return false;
    const first = (top * width + left) * channels;
    for (let row = top; row < bottom; row++) {
      const end = (row * width + right) * channels;
      for (let at = (row * width + left) * channels; at < end; at++) {
        const other = pixels[first + (at % channels)]!;
        if (Math.abs(pixels[at]! - other) > INK_CONTRAST) return true;
      }
    }
    return false;
  }
}

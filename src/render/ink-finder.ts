import type { PageCharacter, PixelPage } from "../core/pixels.ts";

const FULL_SIDE = 65_535;
/** Paper and its noise differ by less, the faintest letter that can be read by more. */
const INK_CONTRAST = 24;

/** In dots. */
interface Place {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Whether a place on a page shows anything: tones that differ, whichever they are. */
export class InkFinder {
  readonly #page: PixelPage;

  constructor(page: PixelPage) {
    this.#page = page;
  }

  hasInk(one: PageCharacter): boolean {
    const { width, height, channels } = this.#page;
    const dot = (share: number, side: number) => (share / FULL_SIDE) * side;
    const left = Math.floor(dot(one.left, width));
    const top = Math.floor(dot(one.top, height));
    const right = Math.min(width, Math.ceil(dot(one.right, width)));
    const bottom = Math.min(height, Math.ceil(dot(one.bottom, height)));
    if (left >= right || top >= bottom) return false;
    const first = (top * width + left) * channels;
    // Letters have ink in the middle more often than at the top of their line.
    const middle = (top + bottom) >> 1;
    return (
      this.#differs(first, { left, right, top: middle, bottom }) ||
      this.#differs(first, { left, right, top, bottom: middle })
    );
  }

  #differs(first: number, { left, top, right, bottom }: Place): boolean {
    const { width, channels, pixels } = this.#page;
    for (let channel = 0; channel < channels; channel++) {
      const least = pixels[first + channel]! - INK_CONTRAST;
      const most = pixels[first + channel]! + INK_CONTRAST;
      for (let row = top; row < bottom; row++) {
        const end = (row * width + right) * channels;
        let at = (row * width + left) * channels + channel;
        for (; at < end; at += channels)
          if (pixels[at]! < least || pixels[at]! > most) return true;
      }
    }
    return false;
  }
}

import type { SheetHead } from "../../../src/wire/pit-sheet.ts";

const WHITE = 255;

/** A page as a picture of grey dots, in the plainest format there is (PGM, `P5`). */
export function greyPage(
  { width, height, channels }: SheetHead,
  pixels: Uint8Array,
): Uint8Array {
  const head = Buffer.from(`P5\n${width} ${height}\n${WHITE}\n`, "latin1");
  if (channels === 1) return Buffer.concat([head, pixels]);
  const file = new Uint8Array(head.length + width * height);
  file.set(head);
  for (let at = 0, to = head.length; to < file.length; at += channels, to++) {
    // Rec. 601, in 256ths.
    const grey =
      (77 * pixels[at]! + 150 * pixels[at + 1]! + 29 * pixels[at + 2]!) >> 8;
    const cover = channels === 4 ? pixels[at + 3]! : WHITE;
    file[to] = Math.round((grey * cover) / WHITE + (WHITE - cover));
  }
  return file;
}

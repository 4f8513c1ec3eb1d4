/**
 * The text of a page as it crosses the wall: so many characters of 12 bytes, big-endian, in the document's order. A box is
 * told in 65,535ths of the page's sides, from the upper left corner of the page as it is drawn: none can lie outside.
 *
 *   0  4  code point; the highest bit is set where no font had a glyph for it
 *   4  2  left      6  2  top      8  2  right      10  2  bottom
 */
import type { PageCharacter } from "../core/pixels.ts";

export const CHARACTER_BYTES = 12;
export const FULL_SIDE = 65_535;
const MISSING = 0x80000000;
const MAX_CODE_POINT = 0x10ffff;

export function encodeCharacters(
  characters: readonly PageCharacter[],
): Uint8Array {
  const bytes = new Uint8Array(characters.length * CHARACTER_BYTES);
  const view = new DataView(bytes.buffer);
  characters.forEach((one, place) => {
    const at = place * CHARACTER_BYTES;
    view.setUint32(at, (one.codePoint | (one.isMissing ? MISSING : 0)) >>> 0);
    view.setUint16(at + 4, one.left);
    view.setUint16(at + 6, one.top);
    view.setUint16(at + 8, one.right);
    view.setUint16(at + 10, one.bottom);
  });
  return bytes;
}

/** Null where anything is no character: half a pair, a number beyond Unicode, a box turned inside out. */
export function decodeCharacters(
  untrusted: Uint8Array,
): readonly PageCharacter[] | null {
  if (untrusted.length % CHARACTER_BYTES !== 0) return null;
  const view = new DataView(
    untrusted.buffer,
    untrusted.byteOffset,
    untrusted.length,
  );
  const characters: PageCharacter[] = [];
  for (let at = 0; at < untrusted.length; at += CHARACTER_BYTES) {
    const word = view.getUint32(at);
    const one = {
      codePoint: word & ~MISSING,
      isMissing: word >= MISSING,
      left: view.getUint16(at + 4),
      top: view.getUint16(at + 6),
      right: view.getUint16(at + 8),
      bottom: view.getUint16(at + 10),
    };
    const { codePoint, left, top, right, bottom } = one;
    const isHalf = codePoint >= 0xd800 && codePoint <= 0xdfff;
    if (codePoint > MAX_CODE_POINT || isHalf) return null;
    if (left > right || top > bottom) return null;
    characters.push(one);
  }
  return characters;
}

/** Four dots' bytes at a time: most of a page is paper, and is passed over like that. */

/** Four bytes of white, as a signed number: V8 is slower with those past 2³¹. */
export const WHITE_WORD = -1;

/** A whole page in one loop would be made quick anew each time; V8 keeps what is called often. Twelve divide it. */
export const WORDS_AT_A_TIME = 3072;

/** None where the bytes don't begin at a word. The first byte is the lowest, as on every processor that Node runs on here. */
export function wordsOf({
  buffer,
  byteOffset,
  length,
}: Uint8Array): Int32Array {
  return byteOffset % 4 === 0
    ? new Int32Array(buffer, byteOffset, length >> 2)
    : new Int32Array(0);
}

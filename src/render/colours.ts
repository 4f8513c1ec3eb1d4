/** Which colours a page has, how many dots of each, and which one each dot has. */
import { WHITE_WORD, WORDS_AT_A_TIME, wordsOf } from "./words.ts";

/** More are a picture in any case. */
const MAX_COLOURS = 32_768;
const TABLE_PLACES = 65_536;
const GREYS = 256;
const GREY = 0x010101;
const WHITE = 255;

export interface CountedColours {
  /** For each dot the place of its colour below. Good until the next page is counted: they take four megabytes. */
  readonly slots: Uint16Array;
  /** Red in the highest of three bytes; the greys first, then in the order in which the page first has them. */
  readonly colours: Int32Array;
  readonly counts: Uint32Array;
}

/** Null beyond 32,768 colours that are no greys. */
export function countColours(pixels: Uint8Array): CountedColours | null {
  const known = new KnownColours();
  const slots = roomFor(pixels.length / 3).fill(WHITE);
  const words = wordsOf(pixels);
  const whole = words.length - (words.length % 3);
  for (let from = 0; from < whole && !known.isFull; from += WORDS_AT_A_TIME)
    countFours(words.subarray(from, Math.min(from + WORDS_AT_A_TIME, whole)), {
      slots: slots.subarray((from / 3) * 4),
      known,
    });
  countRest(pixels, { slots, known, from: (whole / 3) * 4 });
  if (known.isFull) return null;
  return { slots, colours: known.redFirst(), counts: known.counts };
}

interface Counting {
  /** White wherever nothing else was counted. */
  readonly slots: Uint16Array;
  readonly known: KnownColours;
}

/** Four dots in three words. White ones are passed over; of the last four that had one colour it is known already. */
function countFours(words: Int32Array, { slots, known }: Counting): void {
  const { counts } = known;
  let evenFirst = WHITE_WORD;
  let evenSecond = WHITE_WORD;
  let evenThird = WHITE_WORD;
  let even = WHITE;
  let white = 0;
  for (let dot = 0, word = 0; word < words.length; dot += 4, word += 3) {
    const first = words[word]!;
    const second = words[word + 1]!;
    const third = words[word + 2]!;
    if ((first & second & third) === WHITE_WORD) {
      white += 4;
      continue;
    }
    if (first === evenFirst && second === evenSecond && third === evenThird) {
      slots[dot] = even;
      slots[dot + 1] = even;
      slots[dot + 2] = even;
      slots[dot + 3] = even;
      counts[even]! += 4;
      continue;
    }
    const one = known.slotOf(first & 0xffffff);
    const two = known.slotOf((first >>> 24) | ((second & 0xffff) << 8));
    const three = known.slotOf((second >>> 16) | ((third & 255) << 16));
    const four = known.slotOf(third >>> 8);
    slots[dot] = one;
    slots[dot + 1] = two;
    slots[dot + 2] = three;
    slots[dot + 3] = four;
    counts[one]!++;
    counts[two]!++;
    counts[three]!++;
    counts[four]!++;
    if (one !== two || two !== three || three !== four) continue;
    even = one;
    evenFirst = first;
    evenSecond = second;
    evenThird = third;
  }
  counts[WHITE]! += white;
}

function countRest(
  pixels: Uint8Array,
  { slots, known, from }: Counting & { readonly from: number },
): void {
  for (let dot = from; dot < slots.length && !known.isFull; dot++) {
    const at = dot * 3;
    const own = known.slotOf(
      pixels[at]! | (pixels[at + 1]! << 8) | (pixels[at + 2]! << 16),
    );
    slots[dot] = own;
    known.counts[own]!++;
  }
}

let kept = new Uint16Array(0);

function roomFor(dots: number): Uint16Array {
  if (kept.length < dots) kept = new Uint16Array(dots);
  return kept.subarray(0, dots);
}

/**
 * A table of our own: a Map asked for each of two million dots takes five times as long. Colours come as they lie in memory,
 * red lowest. A grey, which edges of letters have, is its own slot, and needs no search.
 */
class KnownColours {
  readonly counts = new Uint32Array(GREYS + MAX_COLOURS + 1);
  /** Slots of colours; 0, which is a grey, says none. */
  readonly #table = new Uint16Array(TABLE_PLACES);
  readonly #colours = new Int32Array(GREYS + MAX_COLOURS + 1);
  #count = GREYS;

  get isFull(): boolean {
    return this.#count > GREYS + MAX_COLOURS;
  }

  /** Once it is full, nothing that it says counts. */
  slotOf(colour: number): number {
    const tone = colour & 255;
    if (colour === tone * GREY) return tone;
    let place = Math.imul(colour, 0x9e3779b1) >>> 16;
    for (;;) {
      const slot = this.#table[place]!;
      if (slot === 0) return (this.#table[place] = this.#add(colour));
      if (this.#colours[slot] === colour) return slot;
      place = (place + 1) & (TABLE_PLACES - 1);
    }
  }

  #add(colour: number): number {
    if (this.isFull) return 1;
    this.#colours[this.#count] = colour;
    return this.#count++;
  }

  /** A grey that no dot has stands for a colour that one has: nobody shall choose it. */
  redFirst(): Int32Array {
    const colours = this.#colours.subarray(0, this.#count);
    for (let tone = 0; tone < GREYS; tone++) colours[tone] = tone * GREY;
    const some = colours[this.counts.findIndex((count) => count > 0)]!;
    for (let tone = 0; tone < GREYS; tone++)
      if (this.counts[tone] === 0) colours[tone] = some;
    return colours.map(
      (colour) =>
        ((colour & 255) << 16) | (colour & 0xff00) | ((colour >> 16) & 255),
    );
  }
}

/**
 * A coloured page of flat colours and letters as indices into a palette: no more bits than it has colours. Flat colours
 * stay exactly what they are; of the soft edges between them four steps a channel are kept, as `pack.ts` does for grey.
 */
import { WHITE_WORD, wordsOf } from "./ink.ts";
import type { Depth } from "./pack.ts";

export interface Indexed {
  /** For each dot the slot of its own colour, and for each slot the place in the palette. */
  readonly slots: Uint16Array;
  readonly placeOf: Uint8Array;
  /** Red, green, blue; sorted, so that the same page has the same palette. */
  readonly palette: Uint8Array;
  readonly depth: Depth | 8;
}

const MAX_COLOURS = 256;
/** Before edges are taken together; a page of more is a picture in any case. */
const MAX_TONES = 32_768;
const SLOTS = 65_536;
const EMPTY = -1;
const PAPER_COLOUR = 0xffffff;
/** As in `pack.ts`: above this a tone is paper. */
const PAPER = 238;
/** Sixteen steps a channel are looked at together; a colour that has half of its neighbourhood is flat, unless it is a speck. */
const FLAT_PIXELS = 64;
const FLAT_SHARE = 0.5;
const BIN_MASK = 0xf0f0f0;

/** Null when there are more colours than a palette holds. */
export function indexColours(pixels: Uint8Array): Indexed | null {
  const counted = countColours(pixels);
  if (counted === null) return null;
  const { slots, used } = counted;
  const kept = fewer(keep(counted), counted);
  const colours = [...new Set(kept)].sort((one, other) => one - other);
  if (colours.length > MAX_COLOURS) return null;
  const places = new Map(colours.map((colour, place) => [colour, place]));
  const placeOf = new Uint8Array(SLOTS);
  used.forEach((slot, at) => {
    placeOf[slot] = places.get(kept[at]!)!;
  });
  const palette = Uint8Array.from(
    colours.flatMap((colour) => [
      colour >> 16,
      (colour >> 8) & 255,
      colour & 255,
    ]),
  );
  return { slots, placeOf, palette, depth: depthFor(colours.length) };
}

interface Counted {
  /** For each dot, where its colour stands in the other two. */
  readonly slots: Uint16Array;
  readonly keys: Int32Array;
  readonly counts: Uint32Array;
  /** In the order in which the page first has them. */
  readonly used: readonly number[];
}

/** A table of our own: a Map asked for each of two million dots takes five times as long. */
function countColours(pixels: Uint8Array): Counted | null {
  const keys = new Int32Array(SLOTS).fill(EMPTY);
  const counts = new Uint32Array(SLOTS);
  const slots = new Uint16Array(pixels.length / 3);
  const used: number[] = [];
  let before = EMPTY;
  let slot = 0;
  const words = wordsOf(pixels);
  for (let dot = 0, at = 0; dot < slots.length; dot++, at += 3) {
    // Once paper has its slot, four dots of it are three words.
    while (
      before === PAPER_COLOUR &&
      at % 12 === 0 &&
      words[at >> 2] === WHITE_WORD &&
      words[(at >> 2) + 1] === WHITE_WORD &&
      words[(at >> 2) + 2] === WHITE_WORD
    ) {
      counts[slot]! += 4;
      slots[dot] = slot;
      slots[dot + 1] = slot;
      slots[dot + 2] = slot;
      slots[dot + 3] = slot;
      dot += 4;
      at += 12;
    }
    if (dot === slots.length) break;
    const colour =
      (pixels[at]! << 16) | (pixels[at + 1]! << 8) | pixels[at + 2]!;
    if (colour !== before) {
      before = colour;
      slot = Math.imul(colour, 0x9e3779b1) >>> 16;
      while (keys[slot] !== colour && keys[slot] !== EMPTY)
        slot = (slot + 1) & (SLOTS - 1);
      if (keys[slot] === EMPTY) {
        if (used.push(slot) > MAX_TONES) return null;
        keys[slot] = colour;
      }
    }
    counts[slot] = counts[slot]! + 1;
    slots[dot] = slot;
  }
  return { slots, keys, counts, used };
}

/** For each slot in use the colour that stands for its own: the flat one beside it, else a step of an edge. */
function keep({ keys, counts, used }: Counted): number[] {
  const total = new Map<number, number>();
  const most = new Map<number, number>();
  for (const slot of used) {
    const bin = keys[slot]! & BIN_MASK;
    total.set(bin, (total.get(bin) ?? 0) + counts[slot]!);
    const other = most.get(bin);
    if (other === undefined || counts[slot]! > counts[other]!)
      most.set(bin, slot);
  }
  return used.map((slot) => {
    const bin = keys[slot]! & BIN_MASK;
    const first = most.get(bin)!;
    const own = counts[first]!;
    const flat = own >= FLAT_PIXELS && own > total.get(bin)! * FLAT_SHARE;
    return flat ? keys[first]! : stepOf(keys[slot]!);
  });
}

/** Half a byte a dot is packed, and twice as quickly as a byte; past it a few rare steps of edges are not worth it. */
const FEW_COLOURS = 16;
const ONE_STEP = 85;

/** With little more than 16 colours, the rarest steps of edges go to a neighbour no more than one step away. */
function fewer(kept: number[], { keys, counts, used }: Counted): number[] {
  const dots = new Map<number, number>();
  const flat = new Set<number>();
  kept.forEach((colour, at) => {
    const slot = used[at]!;
    dots.set(colour, (dots.get(colour) ?? 0) + counts[slot]!);
    if (keys[slot] === colour && counts[slot]! >= FLAT_PIXELS) flat.add(colour);
  });
  if (dots.size <= FEW_COLOURS || dots.size > 2 * FEW_COLOURS) return kept;
  const rarest = [...dots.keys()]
    .filter((colour) => !flat.has(colour))
    .sort((one, other) => dots.get(one)! - dots.get(other)! || one - other);
  const moved = new Map<number, number>();
  for (const colour of rarest) {
    if (dots.size === FEW_COLOURS) break;
    const [near] = [...dots.keys()]
      .filter((other) => other !== colour && !moved.has(other))
      .sort(
        (one, other) => far(one, colour) - far(other, colour) || one - other,
      );
    if (near === undefined || far(near, colour) > ONE_STEP) continue;
    moved.set(colour, near);
    dots.delete(colour);
  }
  if (dots.size > FEW_COLOURS) return kept;
  const last = (colour: number): number => {
    const next = moved.get(colour);
    return next === undefined ? colour : last(next);
  };
  return kept.map(last);
}

/** The largest difference of a channel. */
function far(one: number, other: number): number {
  return Math.max(
    Math.abs((one >> 16) - (other >> 16)),
    Math.abs(((one >> 8) & 255) - ((other >> 8) & 255)),
    Math.abs((one & 255) - (other & 255)),
  );
}

const STEP = Uint8Array.from({ length: 256 }, (_, tone) =>
  tone > PAPER ? 255 : Math.min(2, Math.round(tone / 85)) * 85,
);

function stepOf(colour: number): number {
  const [r, g, b] = [colour >> 16, (colour >> 8) & 255, colour & 255];
  return (STEP[r]! << 16) | (STEP[g]! << 8) | STEP[b]!;
}

function depthFor(colours: number): Indexed["depth"] {
  if (colours <= 2) return 1;
  if (colours <= 4) return 2;
  return colours <= 16 ? 4 : 8;
}

/**
 * A coloured page of flat colours and letters as indices into a palette: no more bits than it has colours. Flat colours
 * stay exactly what they are; of the soft edges between them four steps a channel are kept, as `pack.ts` does for grey.
 */
import type { Depth } from "./pack.ts";

export interface Indexed {
  /** One byte a dot: its place in the palette. */
  readonly indices: Uint8Array;
  /** Red, green, blue; sorted, so that the same page has the same palette. */
  readonly palette: Uint8Array;
  readonly depth: Depth | 8;
}

const MAX_COLOURS = 256;
/** Before edges are taken together; a page of more is a picture in any case. */
const MAX_TONES = 32_768;
const SLOTS = 65_536;
const EMPTY = -1;
/** As in `pack.ts`: above this a tone is paper. */
const PAPER = 238;
/** Sixteen steps a channel are looked at together; a colour that has half of its neighbourhood is flat, unless it is a speck. */
const FLAT_PIXELS = 64;
const FLAT_SHARE = 0.5;

/** Null when there are more colours than a palette holds. */
export function indexColours(pixels: Uint8Array): Indexed | null {
  const counted = countColours(pixels);
  if (counted === null) return null;
  const { slots, keys, counts } = counted;
  const kept = keep(keys, counts);
  const colours = [...new Set(kept.filter((one) => one !== EMPTY))].sort(
    (one, other) => one - other,
  );
  if (colours.length > MAX_COLOURS) return null;
  const places = new Map(colours.map((colour, place) => [colour, place]));
  const placeOf = Uint8Array.from(kept, (colour) => places.get(colour) ?? 0);
  const indices = new Uint8Array(slots.length);
  for (let dot = 0; dot < slots.length; dot++)
    indices[dot] = placeOf[slots[dot]!]!;
  const palette = Uint8Array.from(
    colours.flatMap((colour) => [
      colour >> 16,
      (colour >> 8) & 255,
      colour & 255,
    ]),
  );
  return { indices, palette, depth: depthFor(colours.length) };
}

interface Counted {
  /** For each dot, where its colour stands in the other two. */
  readonly slots: Uint16Array;
  readonly keys: Int32Array;
  readonly counts: Uint32Array;
}

/** A table of our own: a Map asked for each of two million dots takes five times as long. */
function countColours(pixels: Uint8Array): Counted | null {
  const keys = new Int32Array(SLOTS).fill(EMPTY);
  const counts = new Uint32Array(SLOTS);
  const slots = new Uint16Array(pixels.length / 3);
  let tones = 0;
  let before = EMPTY;
  let slot = 0;
  for (let dot = 0, at = 0; dot < slots.length; dot++, at += 3) {
    const colour =
      (pixels[at]! << 16) | (pixels[at + 1]! << 8) | pixels[at + 2]!;
    if (colour !== before) {
      before = colour;
      slot = Math.imul(colour, 0x9e3779b1) >>> 16;
      while (keys[slot] !== colour && keys[slot] !== EMPTY)
        slot = (slot + 1) & (SLOTS - 1);
      if (keys[slot] === EMPTY) {
        if (++tones > MAX_TONES) return null;
        keys[slot] = colour;
      }
    }
    counts[slot] = counts[slot]! + 1;
    slots[dot] = slot;
  }
  return { slots, keys, counts };
}

/** For each colour the one that stands for it: the flat one beside it, else a step of an edge. */
function keep(keys: Int32Array, counts: Uint32Array): number[] {
  const total = new Map<number, number>();
  const most = new Map<number, number>();
  keys.forEach((colour, slot) => {
    if (colour === EMPTY) return;
    const bin = colour & 0xf0f0f0;
    total.set(bin, (total.get(bin) ?? 0) + counts[slot]!);
    const other = most.get(bin);
    if (other === undefined || counts[slot]! > counts[other]!)
      most.set(bin, slot);
  });
  return Array.from(keys, (colour) => {
    if (colour === EMPTY) return EMPTY;
    const bin = colour & 0xf0f0f0;
    const first = most.get(bin)!;
    const own = counts[first]!;
    const flat = own >= FLAT_PIXELS && own > total.get(bin)! * FLAT_SHARE;
    return flat ? keys[first]! : stepOf(colour);
  });
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

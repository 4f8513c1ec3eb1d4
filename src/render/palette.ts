/**
 * A coloured page of flat colours and letters as indices into a palette: no more bits than it has colours. Flat colours
 * stay exactly what they are; of the soft edges between them four steps a channel are kept, as `pack.ts` does for grey.
 */
import { countColours, type CountedColours } from "./colours.ts";
import type { Depth } from "./pack.ts";

export interface Indexed {
  /** For each dot the slot of its own colour, and for each slot the place in the palette. The slots are good until the next page. */
  readonly slots: Uint16Array;
  readonly placeOf: Uint8Array;
  /** Red, green, blue; sorted, so that the same page has the same palette. */
  readonly palette: Uint8Array;
  readonly depth: Depth | 8;
}

const MAX_COLOURS = 256;
/** As in `pack.ts`: above this a tone is paper. */
const PAPER = 238;
/** Sixteen steps a channel are looked at together; a colour that has half of its neighbourhood is flat, unless it is a speck. */
const FLAT_PIXELS = 64;
const FLAT_SHARE = 0.5;
const BINS = 16 ** 3;
const NONE = -1;

/** Null when there are more colours than a palette holds. */
export function indexColours(pixels: Uint8Array): Indexed | null {
  const counted = countColours(pixels);
  if (counted === null) return null;
  const kept = fewer(keep(counted), counted);
  const colours = [...new Set(kept)].sort((one, other) => one - other);
  if (colours.length > MAX_COLOURS) return null;
  const places = new Map(colours.map((colour, place) => [colour, place]));
  const placeOf = new Uint8Array(kept.length);
  for (let slot = 0; slot < kept.length; slot++)
    placeOf[slot] = places.get(kept[slot]!)!;
  const palette = Uint8Array.from(
    colours.flatMap((colour) => [
      colour >> 16,
      (colour >> 8) & 255,
      colour & 255,
    ]),
  );
  const { slots } = counted;
  return { slots, placeOf, palette, depth: depthFor(colours.length) };
}

/** For each slot the colour that stands for its own: the flat one beside it, else a step of an edge. Loops: there are thousands. */
function keep({ colours, counts }: CountedColours): Int32Array {
  const total = new Uint32Array(BINS);
  const most = new Int32Array(BINS).fill(NONE);
  for (let slot = 0; slot < colours.length; slot++) {
    const bin = binOf(colours[slot]!);
    total[bin]! += counts[slot]!;
    const other = most[bin]!;
    if (other === NONE || counts[slot]! > counts[other]!) most[bin] = slot;
  }
  const kept = new Int32Array(colours.length);
  for (let slot = 0; slot < colours.length; slot++) {
    const bin = binOf(colours[slot]!);
    const first = most[bin]!;
    const own = counts[first]!;
    const isFlat = own >= FLAT_PIXELS && own > total[bin]! * FLAT_SHARE;
    kept[slot] = isFlat ? colours[first]! : stepOf(colours[slot]!);
  }
  return kept;
}

function binOf(colour: number): number {
  return (
    ((colour >> 12) & 0xf00) | ((colour >> 8) & 0xf0) | ((colour >> 4) & 0xf)
  );
}

/** Half a byte a dot is packed, and twice as quickly as a byte; past it a few rare steps of edges are not worth it. */
const FEW_COLOURS = 16;
const ONE_STEP = 85;

/** With little more than 16 colours, the rarest steps of edges go to a neighbour no more than one step away. */
function fewer(
  kept: Int32Array,
  { colours, counts }: CountedColours,
): Int32Array {
  const dots = new Map<number, number>();
  const flat = new Set<number>();
  kept.forEach((colour, slot) => {
    dots.set(colour, (dots.get(colour) ?? 0) + counts[slot]!);
    if (colours[slot] === colour && counts[slot]! >= FLAT_PIXELS)
      flat.add(colour);
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

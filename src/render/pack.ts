/** Grey bytes into fewer bits: the first dot in the highest bits, each row filled up to a byte (ISO 32000-1 §8.9.3). */

export type Depth = 1 | 2 | 4;

/** Above this a tone is paper: nothing darker may vanish, however few greys there are. */
const PAPER = 238;

const LEVEL: Readonly<Record<Depth, Uint8Array>> = {
  1: Uint8Array.from({ length: 256 }, (_, tone) => (tone < 128 ? 0 : 1)),
  2: Uint8Array.from({ length: 256 }, (_, tone) =>
    tone > PAPER ? 3 : Math.min(2, Math.round(tone / 85)),
  ),
  4: Uint8Array.from({ length: 256 }, (_, tone) => Math.round(tone / 17)),
};

interface Size {
  readonly width: number;
  readonly height: number;
}

export function packGrey(
  pixels: Uint8Array,
  size: Size,
  depth: Depth,
): Uint8Array {
  return pack(pixels, size, { depth, level: LEVEL[depth] });
}

/** Places in a palette: `placeOf` says which one a dot's slot has, each below 2 to the power of `depth`. */
export function packPlaces(
  slots: Uint16Array,
  size: Size,
  how: { readonly depth: Depth | 8; readonly placeOf: Uint8Array },
): Uint8Array {
  const { depth, placeOf } = how;
  if (depth !== 8) return pack(slots, size, { depth, level: placeOf });
  const packed = new Uint8Array(slots.length);
  for (let dot = 0; dot < slots.length; dot++)
    packed[dot] = placeOf[slots[dot]!]!;
  return packed;
}

function pack(
  dots: Uint8Array | Uint16Array,
  { width, height }: Size,
  { depth, level }: { readonly depth: Depth; readonly level: Uint8Array },
): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  // What the page begins with is its paper, as a rule: four dots of it need no packing.
  const blank = dots[0]!;
  const packed = new Uint8Array(rowBytes * height).fill(
    level[blank]! * (255 / (2 ** depth - 1)),
  );
  let dot = 0;
  for (let row = 0; row < height; row++) {
    let into = row * rowBytes;
    const wholeEnd = depth === 1 ? dot : dot + (width & ~3);
    for (; dot < wholeEnd; dot += 4, into += depth >> 1) {
      const one = dots[dot]!;
      const two = dots[dot + 1]!;
      const three = dots[dot + 2]!;
      const four = dots[dot + 3]!;
      if (one === blank && two === blank && three === blank && four === blank)
        continue;
      if (depth === 4) {
        packed[into] = (level[one]! << 4) | level[two]!;
        packed[into + 1] = (level[three]! << 4) | level[four]!;
      } else
        packed[into] =
          (level[one]! << 6) |
          (level[two]! << 4) |
          (level[three]! << 2) |
          level[four]!;
    }
    let left = 8;
    let byte = 0;
    for (const rowEnd = (row + 1) * width; dot < rowEnd; dot++) {
      left -= depth;
      byte |= level[dots[dot]!]! << left;
      if (left > 0) continue;
      packed[into++] = byte;
      left = 8;
      byte = 0;
    }
    if (left < 8) packed[into] = byte;
  }
  return packed;
}

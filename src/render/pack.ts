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
  const packed = new Uint8Array(rowBytes * height);
  let dot = 0;
  for (let row = 0; row < height; row++) {
    let into = row * rowBytes;
    const wholeEnd = depth === 1 ? dot : dot + (width & ~3);
    if (depth === 4)
      for (; dot < wholeEnd; dot += 2)
        packed[into++] = (level[dots[dot]!]! << 4) | level[dots[dot + 1]!]!;
    for (; dot < wholeEnd; dot += 4)
      packed[into++] =
        (level[dots[dot]!]! << 6) |
        (level[dots[dot + 1]!]! << 4) |
        (level[dots[dot + 2]!]! << 2) |
        level[dots[dot + 3]!]!;
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

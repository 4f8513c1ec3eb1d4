/** Grey bytes into fewer bits: the first dot in the highest bits, each row filled up to a byte (ISO 32000-1 §8.9.3). */

export type Depth = 1 | 4;

const LEVEL = {
  1: Uint8Array.from({ length: 256 }, (_, tone) => (tone < 128 ? 0 : 1)),
  4: Uint8Array.from({ length: 256 }, (_, tone) => Math.round(tone / 17)),
} as const;

export function packGrey(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  depth: Depth,
): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const packed = new Uint8Array(rowBytes * height);
  for (let row = 0; row < height; row++) {
    const from = row * width;
    const dots = pixels.subarray(from, from + width);
    const into = packed.subarray(row * rowBytes, (row + 1) * rowBytes);
    if (depth === 4) packNibbles(dots, into);
    else packBits(dots, into);
  }
  return packed;
}

function packNibbles(dots: Uint8Array, into: Uint8Array): void {
  const level = LEVEL[4];
  const pairs = dots.length >> 1;
  for (let pair = 0, dot = 0; pair < pairs; pair++, dot += 2)
    into[pair] = (level[dots[dot]!]! << 4) | level[dots[dot + 1]!]!;
  if (dots.length & 1) into[pairs] = level[dots[dots.length - 1]!]! << 4;
}

function packBits(dots: Uint8Array, into: Uint8Array): void {
  const level = LEVEL[1];
  for (let dot = 0; dot < dots.length; dot++)
    into[dot >> 3] = into[dot >> 3]! | (level[dots[dot]!]! << (7 - (dot & 7)));
}

/** BMP, which libvips as shipped does not read: BITMAPINFOHEADER and later, all depths, bit fields, RLE4 and RLE8. */
import type { PageHead } from "../../../src/wire/pit-frame.ts";
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { unpackRle } from "./bmp-rle.ts";

const FILE_HEAD_BYTES = 14;
const INFO_HEAD_BYTES = 40;
const [PLAIN, RLE8, RLE4, FIELDS, FIELDS_ALPHA] = [0, 1, 2, 3, 6];
const DEPTHS: ReadonlySet<number> = new Set([1, 4, 8, 16, 24, 32]);

interface Head {
  readonly width: number;
  readonly height: number;
  readonly isUpright: boolean;
  readonly depth: number;
  readonly compression: number;
  readonly headBytes: number;
  readonly pixelsAt: number;
  readonly colours: number;
}

export function isBmp(document: Uint8Array): boolean {
  return document[0] === 0x42 && document[1] === 0x4d;
}

export function decodeBmp(
  document: Uint8Array,
  limits: PitLimits,
): { readonly head: PageHead; readonly pixels: Uint8Array } {
  const view = new DataView(
    document.buffer,
    document.byteOffset,
    document.length,
  );
  try {
    const head = readHead(view, limits);
    const pixels = decode(document, view, head);
    const { width, height } = head;
    return {
      head: {
        ...{ kind: "page", index: 0, width, height, channels: 3 },
        ...{ centipointsWide: 0, centipointsHigh: 0 },
      },
      pixels,
    };
  } catch (error) {
    // Past the end of the file.
    if (error instanceof RangeError)
      throw new PitRefusal("DOCUMENT_UNREADABLE");
    throw error;
  }
}

function readHead(view: DataView, limits: PitLimits): Head {
  const headBytes = view.getUint32(14, true);
  if (headBytes < INFO_HEAD_BYTES) throw new PitRefusal("DOCUMENT_UNREADABLE");
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const depth = view.getUint16(28, true);
  if (width < 1 || height < 1 || !DEPTHS.has(depth))
    throw new PitRefusal("DOCUMENT_UNREADABLE");
  if (
    Math.max(width, height) > limits.maxSidePixels ||
    width * height > limits.maxPixels
  )
    throw new PitRefusal("DOCUMENT_TOO_MANY_PIXELS");
  return {
    ...{ width, height, depth, headBytes },
    isUpright: signedHeight > 0,
    compression: view.getUint32(30, true),
    pixelsAt: view.getUint32(10, true),
    colours: view.getUint32(46, true),
  };
}

function decode(document: Uint8Array, view: DataView, head: Head): Uint8Array {
  const { width, height, depth, compression, isUpright } = head;
  const isRle = compression === RLE8 || compression === RLE4;
  const rowBytes = Math.ceil((width * depth) / 32) * 4;
  const packed = document.subarray(head.pixelsAt);
  if (!isRle && packed.length < rowBytes * height)
    throw new PitRefusal("DOCUMENT_UNREADABLE");
  const colourOf = colours(view, head);
  const dots = isRle
    ? unpackRle(packed, { width, height, isNibbles: compression === RLE4 })
    : null;
  const pixels = new Uint8Array(width * height * 3);
  const rows = new DataView(packed.buffer, packed.byteOffset, packed.length);
  for (let row = 0; row < height; row++) {
    const from = (isUpright ? height - 1 - row : row) * rowBytes;
    const own = (isUpright ? height - 1 - row : row) * width;
    for (let column = 0; column < width; column++) {
      const value =
        dots === null
          ? dotAt(rows, { from, column, depth })
          : dots[own + column]!;
      const colour = colourOf(value);
      const to = (row * width + column) * 3;
      pixels[to] = colour >> 16;
      pixels[to + 1] = (colour >> 8) & 255;
      pixels[to + 2] = colour & 255;
    }
  }
  return pixels;
}

function dotAt(
  rows: DataView,
  place: {
    readonly from: number;
    readonly column: number;
    readonly depth: number;
  },
): number {
  const { from, column, depth } = place;
  switch (depth) {
    case 32:
      return rows.getUint32(from + column * 4, true);
    case 24: {
      const at = from + column * 3;
      return rows.getUint16(at, true) | (rows.getUint8(at + 2) << 16);
    }
    case 16:
      return rows.getUint16(from + column * 2, true);
    default: {
      const bit = column * depth;
      const byte = rows.getUint8(from + (bit >> 3));
      return (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }
  }
}

/** From a dot's value to 0xRRGGBB. */
function colours(view: DataView, head: Head): (value: number) => number {
  const { depth, compression, headBytes } = head;
  const known: ReadonlySet<number> = new Set(
    depth <= 8
      ? [PLAIN, depth === 8 ? RLE8 : depth === 4 ? RLE4 : PLAIN]
      : depth === 24
        ? [PLAIN]
        : [PLAIN, FIELDS, FIELDS_ALPHA],
  );
  if (!known.has(compression)) throw new PitRefusal("DOCUMENT_UNREADABLE");
  if (depth <= 8) {
    const count = Math.min(head.colours || 1 << depth, 1 << depth);
    const table = Array.from(
      { length: count },
      (_, place) =>
        view.getUint32(FILE_HEAD_BYTES + headBytes + place * 4, true) &
        0xffffff,
    );
    return (value) => table[value] ?? 0;
  }
  if (compression === PLAIN && depth > 16) return (value) => value & 0xffffff;
  // The masks follow the short head, and are part of the longer ones at the same place.
  const masks =
    compression === PLAIN
      ? [0x7c00, 0x03e0, 0x001f]
      : [0, 4, 8].map((at) =>
          view.getUint32(FILE_HEAD_BYTES + INFO_HEAD_BYTES + at, true),
        );
  const [red, green, blue] = masks.map(channel);
  return (value) => (red!(value) << 16) | (green!(value) << 8) | blue!(value);
}

function channel(mask: number): (value: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (value) => Math.round((((value & mask) >>> shift) * 255) / most);
}

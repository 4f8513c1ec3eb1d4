import { verifyJpeg } from "./jpeg.ts";
import {
  dictionary,
  requireInteger,
  requireKeys,
  requireName,
} from "./pdf-shape.ts";
import type { PdfEntries, PdfObject, PdfValue } from "./pdf-syntax.ts";
import type { Inflate } from "./png.ts";
import { inflateExactly, requireSize } from "./png.ts";
import { refuse } from "./refuse.ts";

const KEYS = [
  "Type",
  "Subtype",
  "Width",
  "Height",
  "ColorSpace",
  "BitsPerComponent",
  "Filter",
  "Length",
];
/** Samples a pixel. */
const COMPONENTS = { DeviceGray: 1, DeviceRGB: 3 } as const;
const MAX_COLOURS = 256;

interface Image {
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly components: 1 | 3;
  /** Of the palette; null without one. */
  readonly colours: number | null;
}

/** An image XObject (ISO 32000-1 §8.9.5) without mask, decode array or metadata, its pixels of just the announced size. */
export function verifyPdfImage(object: PdfObject, inflate: Inflate): void {
  const { at } = object;
  const entries = dictionary(object.value, at);
  const stream = object.stream ?? refuse("pdf-stream", at);
  requireKeys(entries, KEYS, at);
  requireName(entries, "Type", ["XObject"], at);
  requireName(entries, "Subtype", ["Image"], at);
  const image = readImage(entries, at);
  const filters = ["DCTDecode", "FlateDecode"] as const;
  if (requireName(entries, "Filter", filters, at) === "DCTDecode")
    requireJpeg(image, stream);
  else requireDeflated(image, stream, inflate);
}

function readImage(entries: PdfEntries, at: number): Image {
  const width = requireInteger(entries, "Width", { at });
  const height = requireInteger(entries, "Height", { at });
  requireSize({ width, height }, () => refuse("pdf-image", at));
  const depth = requireInteger(entries, "BitsPerComponent", { at });
  const size = { at, width, height, depth };
  const space = entries.get("ColorSpace");
  if (space?.kind === "array")
    return { ...size, components: 1, colours: readPalette(space.items, at) };
  const spaces = ["DeviceGray", "DeviceRGB"] as const;
  const components = COMPONENTS[requireName(entries, "ColorSpace", spaces, at)];
  return { ...size, components, colours: null };
}

/** `[ /Indexed /DeviceRGB last <colours> ]` (ISO 32000-1 §8.6.6.3), as many colours as it says. */
function readPalette(items: readonly PdfValue[], at: number): number {
  const [family, base, last, table] = items;
  const good =
    items.length === 4 &&
    family?.kind === "name" &&
    family.name === "Indexed" &&
    base?.kind === "name" &&
    base.name === "DeviceRGB" &&
    last?.kind === "number" &&
    Number.isInteger(last.value) &&
    last.value >= 0 &&
    last.value < MAX_COLOURS &&
    table?.kind === "hex" &&
    table.bytes.length === 3 * (last.value + 1);
  return good ? last.value + 1 : refuse("pdf-image", at);
}

function requireJpeg(image: Image, stream: Buffer): void {
  const jpeg = verifyJpeg(stream);
  const agrees =
    image.depth === 8 &&
    image.colours === null &&
    jpeg.width === image.width &&
    jpeg.height === image.height &&
    jpeg.components === image.components;
  if (!agrees) refuse("pdf-image", image.at);
}

function requireDeflated(image: Image, stream: Buffer, inflate: Inflate): void {
  const { at, width, height, depth, components, colours } = image;
  // Eight bits of grey and three components cross as JPEG only.
  const depths = colours === null ? [1, 2, 4] : [1, 2, 4, 8];
  if (components !== 1 || !depths.includes(depth)) refuse("pdf-image", at);
  const rowBytes = Math.ceil((width * depth) / 8);
  const dots = inflateExactly(stream, rowBytes * height, inflate);
  if (dots === null) refuse("pdf-stream", at);
  if (colours !== null && !within(dots, image, colours))
    refuse("pdf-image", at);
}

/** Whether every dot has a colour in the palette; what fills the last byte of a row counts as well. */
function within(dots: Uint8Array, image: Image, colours: number): boolean {
  if (colours === 1 << image.depth) return true;
  if (image.depth === 8) return dots.every((place) => place < colours);
  const mask = (1 << image.depth) - 1;
  return dots.every((byte) => {
    for (let left = 0; left < 8; left += image.depth)
      if (((byte >> left) & mask) >= colours) return false;
    return true;
  });
}

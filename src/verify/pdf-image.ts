import { verifyJpeg } from "./jpeg.ts";
import {
  dictionary,
  requireInteger,
  requireKeys,
  requireName,
} from "./pdf-shape.ts";
import type { PdfEntries, PdfObject } from "./pdf-syntax.ts";
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

interface Image {
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly components: 1 | 3;
}

/** An image XObject (ISO 32000-1 §8.9.5) without mask, palette, decode array or metadata, its pixels of just the announced size. */
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
  const colours = ["DeviceGray", "DeviceRGB"] as const;
  const components =
    COMPONENTS[requireName(entries, "ColorSpace", colours, at)];
  return { at, width, height, depth, components };
}

function requireJpeg(image: Image, stream: Buffer): void {
  const jpeg = verifyJpeg(stream);
  const agrees =
    image.depth === 8 &&
    jpeg.width === image.width &&
    jpeg.height === image.height &&
    jpeg.components === image.components;
  if (!agrees) refuse("pdf-image", image.at);
}

function requireDeflated(
  { at, width, height, depth, components }: Image,
  stream: Buffer,
  inflate: Inflate,
): void {
  // Eight bits a sample cross as JPEG only.
  const packed = components === 1 && [1, 2, 4].includes(depth);
  if (!packed) refuse("pdf-image", at);
  const bytes = Math.ceil((width * depth) / 8) * height;
  if (inflateExactly(stream, bytes, inflate) === null) refuse("pdf-stream", at);
}

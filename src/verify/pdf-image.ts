import { verifyJpeg } from "./jpeg.ts";
import {
  dictionary,
  requireInteger,
  requireKeys,
  requireName,
} from "./pdf-shape.ts";
import type { PdfEntries, PdfObject, PdfValue } from "./pdf-syntax.ts";
import type { Inflate } from "./png.ts";
import { inflateExactly, requireFilteredRows, requireSize } from "./png.ts";
import { refuse } from "./refuse.ts";

const REQUIRED = [
  "Type",
  "Subtype",
  "Width",
  "Height",
  "ColorSpace",
  "BitsPerComponent",
  "Filter",
  "Length",
];

interface Image {
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** Samples a pixel. */
  readonly components: 1 | 3;
  readonly indexed: boolean;
}

/** An image XObject (ISO 32000-1 §8.9.5) without mask, decode array or metadata, its pixels of exactly the announced size. */
export function verifyPdfImage(object: PdfObject, inflate: Inflate): void {
  const { at } = object;
  const entries = dictionary(object.value, at);
  const stream = object.stream ?? refuse("pdf-stream", at);
  requireKeys(entries, REQUIRED, ["DecodeParms"], at);
  requireName(entries, "Type", ["XObject"], at);
  requireName(entries, "Subtype", ["Image"], at);
  const image = readImage(entries, at);
  const filter = requireName(
    entries,
    "Filter",
    ["DCTDecode", "FlateDecode"],
    at,
  );
  if (filter === "DCTDecode") requireJpeg(entries, image, stream);
  else requireDeflated(entries, { image, stream, inflate });
}

function readImage(entries: PdfEntries, at: number): Image {
  const width = requireInteger(entries, "Width", { at });
  const height = requireInteger(entries, "Height", { at });
  requireSize({ width, height }, () => refuse("pdf-image", at));
  const depth = requireInteger(entries, "BitsPerComponent", { at });
  const colours = readColours(entries.get("ColorSpace"), { at, depth });
  if (
    ![1, 2, 4, 8].includes(depth) ||
    (colours.components === 3 && depth !== 8)
  )
    refuse("pdf-image", at);
  return { at, width, height, depth, ...colours };
}

/** DeviceGray, DeviceRGB, or `[/Indexed /DeviceRGB hival <table>]` with a table of just that length (§8.6.6.3). */
function readColours(
  value: PdfValue | undefined,
  { at, depth }: { readonly at: number; readonly depth: number },
): Pick<Image, "components" | "indexed"> {
  if (value?.kind === "name" && value.name === "DeviceGray")
    return { components: 1, indexed: false };
  if (value?.kind === "name" && value.name === "DeviceRGB")
    return { components: 3, indexed: false };
  if (value?.kind !== "array" || value.items.length !== 4)
    refuse("pdf-image", at);
  const [family, base, last, table] = value.items;
  const samples: Readonly<Record<string, number>> = {
    DeviceGray: 1,
    DeviceRGB: 3,
  };
  const colours = last?.kind === "number" ? last.value + 1 : NaN;
  const good =
    family?.kind === "name" &&
    family.name === "Indexed" &&
    base?.kind === "name" &&
    Number.isInteger(colours) &&
    colours >= 1 &&
    colours <= 1 << Math.min(depth, 8) &&
    table?.kind === "hex" &&
    table.bytes.length === colours * (samples[base.name] ?? NaN);
  if (!good) refuse("pdf-image", at);
  return { components: 1, indexed: true };
}

function requireJpeg(entries: PdfEntries, image: Image, stream: Buffer): void {
  const jpeg = verifyJpeg(stream);
  const agrees =
    !entries.has("DecodeParms") &&
    !image.indexed &&
    image.depth === 8 &&
    jpeg.width === image.width &&
    jpeg.height === image.height &&
    jpeg.components === image.components;
  if (!agrees) refuse("pdf-image", image.at);
}

function requireDeflated(
  entries: PdfEntries,
  {
    image,
    stream,
    inflate,
  }: {
    readonly image: Image;
    readonly stream: Buffer;
    readonly inflate: Inflate;
  },
): void {
  const otherwise = () => refuse("pdf-stream", image.at);
  const rowBytes = Math.ceil(
    (image.width * image.components * image.depth) / 8,
  );
  const rows = image.height;
  if (!entries.has("DecodeParms")) {
    if (inflateExactly(stream, rowBytes * rows, inflate) === null) otherwise();
    return;
  }
  requirePredictor(dictionary(entries.get("DecodeParms"), image.at), image);
  requireFilteredRows(stream, { rowBytes, rows, inflate }, otherwise);
}

/** PNG prediction only (§7.4.4.4), with the figures of the image itself. */
function requirePredictor(parms: PdfEntries, image: Image): void {
  const { at } = image;
  const keys = ["Predictor", "Colors", "BitsPerComponent", "Columns"];
  requireKeys(parms, keys, [], at);
  const predictor = requireInteger(parms, "Predictor", { at });
  if (predictor < 10 || predictor > 15) refuse("pdf-image", at);
  requireInteger(parms, "Colors", { at, equals: image.components });
  requireInteger(parms, "BitsPerComponent", { at, equals: image.depth });
  requireInteger(parms, "Columns", { at, equals: image.width });
}

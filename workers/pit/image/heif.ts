import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { PageHead } from "../../../src/wire/pit-frame.ts";
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";

/** The little of libheif (WebAssembly) that is used here; it comes without types of its own. */
interface HeifImage {
  get_width(): number;
  get_height(): number;
  /** Turns as the file says, fills `data` with RGBA and hands it back; null when it can't be decoded. */
  display(into: HeifPixels, done: (filled: HeifPixels | null) => void): void;
}
interface HeifPixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}
interface LibHeif {
  readonly HeifDecoder: new () => { decode(file: Uint8Array): HeifImage[] };
}

/** Brands of pictures coded with HEVC, as telephones write them (ISO/IEC 23008-12 §10). libvips as shipped has no decoder for them. */
const BRANDS: ReadonlySet<string> = new Set([
  "heic",
  "heix",
  "heim",
  "heis",
  "mif1",
]);

export function isHeif(document: Uint8Array): boolean {
  const start = Buffer.from(
    document.buffer,
    document.byteOffset,
    Math.min(64, document.byteLength),
  ).toString("latin1");
  const isKnown =
    start.slice(4, 8) === "ftyp" && BRANDS.has(start.slice(8, 12));
  // The neutral brand with AVIF among the others is libvips's to read.
  return isKnown && !start.slice(16).includes("avif");
}

/** The first picture of the file, RGBA. */
export async function decodeHeif(
  document: Uint8Array,
  limits: PitLimits,
): Promise<{ readonly head: PageHead; readonly pixels: Uint8Array }> {
  const image = open(document);
  const [width, height] = [image.get_width(), image.get_height()];
  if (
    Math.max(width, height) > limits.maxSidePixels ||
    width * height > limits.maxPixels
  )
    throw new PitRefusal("DOCUMENT_TOO_MANY_PIXELS");
  const empty = {
    data: new Uint8ClampedArray(width * height * 4),
    width,
    height,
  };
  const filled = await new Promise<HeifPixels | null>((resolve) =>
    image.display(empty, resolve),
  );
  if (filled === null) throw new PitRefusal("DOCUMENT_UNREADABLE");
  const head: PageHead = {
    kind: "page",
    index: 0,
    width,
    height,
    channels: 4,
    centipointsWide: 0,
    centipointsHigh: 0,
  };
  return {
    head,
    pixels: new Uint8Array(
      filled.data.buffer,
      filled.data.byteOffset,
      filled.data.byteLength,
    ),
  };
}

function open(document: Uint8Array): HeifImage {
  const require = createRequire(import.meta.url);
  const load = require("libheif-js/libheif-wasm/libheif.js") as (start: {
    readonly wasmBinary: Uint8Array;
  }) => LibHeif;
  const wasmBinary = readFileSync(
    require.resolve("libheif-js/libheif-wasm/libheif.wasm"),
  );
  const [first] = new (load({ wasmBinary }).HeifDecoder)().decode(document);
  if (first === undefined) throw new PitRefusal("DOCUMENT_UNREADABLE");
  return first;
}

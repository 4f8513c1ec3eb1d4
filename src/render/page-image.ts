/** Checked pixels into the one image of a PDF page, off the main thread where it takes long. */
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import sharp from "sharp";
import type { PixelPage } from "../core/ports.ts";
import { flows, inkOf, type Ink } from "./ink.ts";
import { packGrey, packPlaces, type Depth } from "./pack.ts";
import { indexColours, type Indexed } from "./palette.ts";

interface Encoded {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** One codec a page: lossless where letters and flat colours are, JPEG where tones flow. */
export type PageImage = Encoded &
  (
    | {
        readonly filter: "FlateDecode";
        readonly colours: "DeviceGray";
        readonly depth: Depth;
      }
    | {
        readonly filter: "FlateDecode";
        readonly colours: "Indexed";
        readonly depth: Indexed["depth"];
        /** Red, green, blue, one after another. */
        readonly palette: Uint8Array;
      }
    | {
        readonly filter: "DCTDecode";
        readonly colours: "DeviceGray" | "DeviceRGB";
        readonly depth: 8;
      }
  );

/** How a page may be made smaller: a coarser one is always smaller than the one before. */
export interface Coarseness {
  readonly scale: number;
  readonly quality: number;
}

export const COARSENESS: readonly [Coarseness, ...Coarseness[]] = [
  { scale: 1, quality: 80 },
  { scale: 1, quality: 60 },
  { scale: 0.75, quality: 60 },
  { scale: 0.5, quality: 50 },
];

const DEPTHS: Readonly<Record<Exclude<Ink, "tone">, Depth>> = {
  line: 1,
  text: 2,
  grey: 4,
};
/** 6 would save 3 % of the bytes and take twice as long. */
const DEFLATE_LEVEL = 5;
const deflated = promisify<Uint8Array, { level: number }, Buffer>(deflate);

export async function encodePageImage(
  page: PixelPage,
  { scale, quality }: Coarseness = COARSENESS[0],
): Promise<PageImage> {
  const sheet = scale === 1 ? page : await shrink(page, scale);
  const lossless = sheet.channels === 1 ? await grey(sheet) : await flat(sheet);
  return lossless ?? encodeJpeg(sheet, quality);
}

async function grey(page: PixelPage): Promise<PageImage | null> {
  const { width, height, pixels } = page;
  const ink = inkOf(pixels);
  if (ink === "tone") return null;
  const depth = DEPTHS[ink];
  const bytes = await deflated(packGrey(pixels, page, depth), {
    level: DEFLATE_LEVEL,
  });
  const rest = { filter: "FlateDecode", colours: "DeviceGray" } as const;
  return { width, height, bytes, depth, ...rest };
}

async function flat(page: PixelPage): Promise<PageImage | null> {
  const { width, height, pixels, channels } = page;
  if (channels !== 3 || flows(pixels, channels)) return null;
  const indexed = indexColours(pixels);
  if (indexed === null) return null;
  const { indices, palette, depth } = indexed;
  const packed = depth === 8 ? indices : packPlaces(indices, page, depth);
  const bytes = await deflated(packed, { level: DEFLATE_LEVEL });
  const rest = { filter: "FlateDecode", colours: "Indexed" } as const;
  return { width, height, bytes, depth, palette, ...rest };
}

/** Own Huffman tables would save 3 % of the bytes and take four times as long. */
async function encodeJpeg(
  page: PixelPage,
  quality: number,
): Promise<PageImage> {
  const { width, height, channels } = page;
  const colours = channels === 1 ? "DeviceGray" : "DeviceRGB";
  const bytes = await openPixels(page)
    .flatten({ background: "#ffffff" })
    // Without it sharp makes three components of one channel, and the image would not be what its colour space says.
    .toColourspace(colours === "DeviceGray" ? "b-w" : "srgb")
    .jpeg({ quality, optimiseCoding: false })
    .toBuffer();
  return { width, height, bytes, filter: "DCTDecode", colours, depth: 8 };
}

async function shrink(page: PixelPage, scale: number): Promise<PixelPage> {
  const width = Math.max(1, Math.round(page.width * scale));
  const height = Math.max(1, Math.round(page.height * scale));
  const pixels = await openPixels(page)
    .resize(width, height, { fit: "fill" })
    .toColourspace(page.channels === 1 ? "b-w" : "srgb")
    .raw()
    .toBuffer();
  return { ...page, width, height, pixels };
}

/** Raw pixels only: this sharp never sees an encoded file. */
export function openPixels({ pixels, width, height, channels }: PixelPage) {
  return sharp(pixels, {
    raw: { width, height, channels },
    limitInputPixels: width * height,
  });
}

/** Checked pixels into the one image of a PDF page, off the main thread. */
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import sharp from "sharp";
import type { PixelPage } from "../core/ports.ts";
import { inkOf, type Ink } from "./ink.ts";
import { packGrey, type Depth } from "./pack.ts";

export interface PageImage {
  readonly bytes: Uint8Array;
  readonly filter: "FlateDecode" | "DCTDecode";
  readonly colours: "DeviceGray" | "DeviceRGB";
  readonly depth: Depth | 8;
}

const DEPTHS: Readonly<Record<Exclude<Ink, "tone">, Depth>> = {
  line: 1,
  text: 2,
  grey: 4,
};
/** Own Huffman tables would save 3 % of the bytes and take four times as long. */
const JPEG = { quality: 80, optimiseCoding: false } as const;
const DEFLATE_LEVEL = 6;
const deflated = promisify<Uint8Array, { level: number }, Buffer>(deflate);

export async function encodePageImage(page: PixelPage): Promise<PageImage> {
  if (page.channels !== 1) return encodeJpeg(page, "DeviceRGB");
  const ink = inkOf(page.pixels);
  if (ink === "tone") return encodeJpeg(page, "DeviceGray");
  const depth = DEPTHS[ink];
  const packed = packGrey(page.pixels, page, depth);
  const bytes = await deflated(packed, { level: DEFLATE_LEVEL });
  return { bytes, filter: "FlateDecode", colours: "DeviceGray", depth };
}

async function encodeJpeg(
  page: PixelPage,
  colours: PageImage["colours"],
): Promise<PageImage> {
  const bytes = await openPixels(page)
    .flatten({ background: "#ffffff" })
    // Without it sharp makes three components of one channel, and the image would not be what its colour space says.
    .toColourspace(colours === "DeviceGray" ? "b-w" : "srgb")
    .jpeg(JPEG)
    .toBuffer();
  return { bytes, filter: "DCTDecode", colours, depth: 8 };
}

/** Raw pixels only: this sharp never sees an encoded file. */
export function openPixels({ pixels, width, height, channels }: PixelPage) {
  return sharp(pixels, {
    raw: { width, height, channels },
    limitInputPixels: width * height,
  });
}

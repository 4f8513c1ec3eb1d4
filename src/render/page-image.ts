/** Checked pixels into the one image of a PDF page. */
import sharp from "sharp";
import type { PixelPage } from "../core/pixels.ts";
import { encodeLossless, type JpegImage, type PageImage } from "./lossless.ts";

/** How a page may be made smaller, the finest first. */
export interface Coarseness {
  readonly scale: number;
  readonly quality: number;
}

export const FINEST: Coarseness = { scale: 1, quality: 80 };
export const COARSER: readonly Coarseness[] = [
  { scale: 1, quality: 60 },
  { scale: 0.75, quality: 60 },
  { scale: 0.5, quality: 50 },
];

export async function encodeCoarser(
  page: PixelPage,
  { scale, quality }: Coarseness,
): Promise<PageImage> {
  const sheet = scale === 1 ? page : await shrink(page, scale);
  return encodeLossless(sheet) ?? encodeJpeg(sheet, quality);
}

/** Own Huffman tables would save 3 % of the bytes and take four times as long. */
export async function encodeJpeg(
  page: PixelPage,
  quality: number,
): Promise<JpegImage> {
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

import type { PixelPage } from "../core/pixels.ts";
import { openPixels } from "./page-image.ts";

/** Quick to make and seen once. */
const PNG_LEVEL = 4;

/** A page for the eyes of an administrator, as a PNG on white. */
export async function encodeShown(
  page: PixelPage,
  scale: number,
): Promise<Uint8Array> {
  const pixels = openPixels(page).flatten({ background: "#ffffff" });
  const width = Math.max(1, Math.round(page.width * scale));
  const height = Math.max(1, Math.round(page.height * scale));
  const sized =
    scale === 1 ? pixels : pixels.resize(width, height, { fit: "fill" });
  const plain = page.channels === 1 ? sized.toColourspace("b-w") : sized;
  return plain.png({ compressionLevel: PNG_LEVEL }).toBuffer();
}

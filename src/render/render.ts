/** Trusted re-encoding: from checked pixels to new files. Nothing of an input file is ever seen here. */
import { Fault } from "../core/fault.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import type { PixelPage, Render } from "../core/ports.ts";
import { ImagePdf } from "./image-pdf.ts";
import { encodePageImage, openPixels } from "./page-image.ts";

const PICTURE_JPEG_QUALITY = 85;
const PNG_LEVEL = 6;

export function createRender(limits: Limits = DEFAULT_LIMITS): Render {
  const { maxCleanPartBytes } = limits;
  return {
    pdf: (pages) => renderPdf(pages, maxCleanPartBytes),
    picture: async (page, type) => {
      const bytes = await renderPicture(page, type);
      requireRoom(bytes.length, maxCleanPartBytes);
      return bytes;
    },
  };
}

/** While a page is encoded the next one arrives, and no more than that: memory does not grow with the document. */
async function renderPdf(
  pages: AsyncIterable<PixelPage>,
  maxBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly pages: number }> {
  const pdf = new ImagePdf();
  let bytes = 0;
  let count = 0;
  for await (const [page, image] of ahead(pages, encodePageImage)) {
    bytes += image.bytes.length;
    requireRoom(bytes, maxBytes);
    pdf.addPage(page, image);
    count++;
  }
  if (count === 0) throw new Fault("DOCUMENT_EMPTY");
  const file = await pdf.finish();
  requireRoom(file.length, maxBytes);
  return { bytes: file, pages: count };
}

/** Pulls one page ahead of the work on the one before; on any failure the source is told to stop. */
async function* ahead<Made>(
  pages: AsyncIterable<PixelPage>,
  make: (page: PixelPage) => Promise<Made>,
): AsyncGenerator<readonly [PixelPage, Made]> {
  const source = pages[Symbol.asyncIterator]();
  try {
    let next = await source.next();
    while (next.done !== true) {
      const page = next.value;
      const [made, arrived] = await Promise.allSettled([
        make(page),
        source.next(),
      ]);
      if (made.status === "rejected") throw made.reason;
      if (arrived.status === "rejected") throw arrived.reason;
      yield [page, made.value];
      next = arrived.value;
    }
  } finally {
    await source.return?.();
  }
}

async function renderPicture(
  page: PixelPage,
  type: "image/png" | "image/jpeg",
): Promise<Uint8Array> {
  if (type === "image/png")
    return openPixels(page).png({ compressionLevel: PNG_LEVEL }).toBuffer();
  return openPixels(page)
    .flatten({ background: "#ffffff" })
    .jpeg({ quality: PICTURE_JPEG_QUALITY })
    .toBuffer();
}

function requireRoom(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) throw new Fault("REBUILT_TOO_BIG", { bytes, maxBytes });
}

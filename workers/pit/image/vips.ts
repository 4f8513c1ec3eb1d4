import { PitRefusal } from "../speak.ts";

// Large pictures would go through a temporary file, and there is no disk. Read when libvips starts, so before sharp.
process.env["VIPS_DISC_THRESHOLD"] = "4g";
const { default: sharp } = await import("sharp");

sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadPng",
    "VipsForeignLoadJpeg",
    "VipsForeignLoadWebp",
    "VipsForeignLoadNsgif",
    "VipsForeignLoadTiff",
    "VipsForeignLoadHeif",
    "VipsForeignLoadSvg",
  ],
});

/** One page of the file; refuses what is cut off or damaged, and more than `maxPixels` before any is decoded. */
export function openPage(
  document: Uint8Array,
  page: number,
  { maxPixels, density }: { maxPixels: number; density: number | null },
) {
  return sharp(document, {
    ...(density === null ? { page, pages: 1 } : { density }),
    failOn: "error",
    limitInputPixels: maxPixels,
    sequentialRead: true,
  });
}

/** The head of a page alone. Any size may be told; only decoding it is limited. */
export async function readHead(
  document: Uint8Array,
  page: number,
  density: number | null = null,
) {
  try {
    return await sharp(document, {
      ...(density === null ? { page, pages: 1 } : { density }),
      limitInputPixels: false,
    }).metadata();
  } catch {
    throw new PitRefusal("DOCUMENT_UNREADABLE");
  }
}

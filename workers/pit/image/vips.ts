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
  ],
});

/** One page of the file; refuses what is cut off or damaged, and more than `maxPixels` before any is decoded. */
export function openPage(
  document: Uint8Array,
  page: number,
  maxPixels: number,
) {
  return sharp(document, {
    page,
    pages: 1,
    failOn: "error",
    limitInputPixels: maxPixels,
    sequentialRead: true,
  });
}

/** The head of a page alone. Any size may be told; only decoding it is limited. */
export async function readHead(document: Uint8Array, page: number) {
  try {
    return await sharp(document, {
      page,
      pages: 1,
      limitInputPixels: false,
    }).metadata();
  } catch {
    throw new PitRefusal("DOCUMENT_UNREADABLE");
  }
}

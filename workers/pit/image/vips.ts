import type { PitLimits } from "../../../src/wire/pit.ts";

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
  limits: PitLimits,
) {
  return sharp(document, {
    page,
    pages: 1,
    failOn: "error",
    limitInputPixels: limits.maxPixels,
    sequentialRead: true,
  });
}

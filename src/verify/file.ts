import { verifyJpeg } from "./jpeg.ts";
import type { FileType } from "./name.ts";
import { verifyPdf } from "./pdf.ts";
import type { Inflate } from "./png.ts";
import { verifyPng } from "./png.ts";
import { refuse } from "./refuse.ts";
import { verifyTextFile } from "./text.ts";
import { readZip } from "./zip.ts";

/** What this folder needs of `node:zlib`, handed in. */
export interface Sums {
  readonly inflate: Inflate;
  readonly crc32: (bytes: Uint8Array) => number;
}

const MAX_ZIPS_IN_ZIPS = 10;

/**
 * Reads a file by the grammar of its type, and those in a ZIP by theirs. What a spreadsheet would take for a formula in a CSV
 * cell may pass: whether such cells are changed is policy, and was decided before.
 */
export function verifyFile(
  type: FileType,
  bytes: Uint8Array,
  sums: Sums,
  depth = 0,
): void {
  switch (type) {
    case "text/plain":
    case "text/csv":
      verifyTextFile(bytes);
      return;
    case "image/png":
      verifyPng(bytes, sums.inflate);
      return;
    case "image/jpeg":
      verifyJpeg(bytes);
      return;
    case "application/pdf":
      verifyPdf(bytes, sums.inflate);
      return;
    case "application/zip":
      if (depth >= MAX_ZIPS_IN_ZIPS) refuse("zip-depth", 0);
      for (const file of readZip(bytes, sums.crc32))
        verifyFile(file.type, file.bytes, sums, depth + 1);
      return;
  }
}

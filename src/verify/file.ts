import { verifyJpeg } from "./jpeg.ts";
import type { FileType } from "./name.ts";
import { verifyPdf } from "./pdf.ts";
import type { Inflate } from "./png.ts";
import { verifyPng } from "./png.ts";
import { verifyTextFile } from "./text.ts";

/**
 * Reads a file by the grammar of its type. What a spreadsheet would take for a formula in a CSV cell may pass: whether such
 * cells are changed is policy, and was decided before.
 */
export function verifyFile(
  type: FileType,
  bytes: Uint8Array,
  inflate: Inflate,
): void {
  switch (type) {
    case "text/plain":
    case "text/csv":
      verifyTextFile(bytes);
      return;
    case "image/png":
      verifyPng(bytes, inflate);
      return;
    case "image/jpeg":
      verifyJpeg(bytes);
      return;
    case "application/pdf":
      verifyPdf(bytes, inflate);
      return;
  }
}

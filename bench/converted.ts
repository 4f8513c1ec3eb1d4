/** What converters need, and whether what they made is whole. */
import { access, readFile } from "node:fs/promises";
import { PDFDocument } from "pdf-lib";

/** In bytes. A converter that loses pages would win. */
export async function sizeOfWhole(
  path: string,
  pages: number | undefined,
): Promise<number> {
  const bytes = await readFile(path);
  const made = await PDFDocument.load(bytes, { updateMetadata: false });
  if (made.getPageCount() !== pages) {
    throw new Error(`${path} has ${made.getPageCount()} pages`);
  }
  return bytes.length;
}

export async function firstMissing(
  paths: readonly string[],
): Promise<string | null> {
  for (const path of paths) {
    if (
      !(await access(path).then(
        () => true,
        () => false,
      ))
    )
      return path;
  }
  return null;
}

import { fileURLToPath } from "node:url";
import { runToEnd } from "../processes.ts";
import { DPI } from "./rasterizer.ts";
import type { Rasterizer } from "./rasterizer.ts";

const SCRIPT = fileURLToPath(new URL("pymupdf.py", import.meta.url));

/** Debian's own Python, for which python3-fitz is installed, whatever other Python stands first on PATH. */
export const pymupdf: Rasterizer = {
  name: "pymupdf",
  needs: ["/usr/bin/python3", "/usr/lib/python3/dist-packages/fitz"],
  convert: (input, output, _folder, range) =>
    runToEnd("/usr/bin/python3", [
      SCRIPT,
      input,
      output,
      `${DPI}`,
      ...(range === undefined ? [] : [`${range.first}`, `${range.last}`]),
    ]),
};

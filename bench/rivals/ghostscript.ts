import { runToEnd } from "../processes.ts";
import { DPI } from "./rasterizer.ts";
import type { Rasterizer } from "./rasterizer.ts";

/** Smoothed as a reader expects it; without the two alpha settings it is quicker and ugly. */
export const ghostscript: Rasterizer = {
  name: "ghostscript",
  needs: ["/usr/bin/gs"],
  convert: (input, output, _folder, range) =>
    runToEnd("/usr/bin/gs", [
      "-q",
      "-dSAFER",
      "-dNOPAUSE",
      "-dBATCH",
      "-sDEVICE=pdfimage24",
      `-r${DPI}`,
      "-dTextAlphaBits=4",
      "-dGraphicsAlphaBits=4",
      ...(range === undefined
        ? []
        : [`-dFirstPage=${range.first}`, `-dLastPage=${range.last}`]),
      `-sOutputFile=${output}`,
      input,
    ]),
};

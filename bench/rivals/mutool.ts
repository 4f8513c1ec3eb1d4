import { runToEnd } from "../processes.ts";
import { DPI } from "./rasterizer.ts";
import type { Rasterizer } from "./rasterizer.ts";

/** PCLm is a PDF of pictures, in strips and without loss. */
export const mutool: Rasterizer = {
  name: "mutool",
  needs: ["/usr/bin/mutool"],
  convert: (input, output, _folder, range) =>
    runToEnd("/usr/bin/mutool", [
      "draw",
      "-q",
      ...["-r", `${DPI}`],
      ...["-F", "pclm"],
      ...["-o", output],
      input,
      ...(range === undefined ? [] : [`${range.first}-${range.last}`]),
    ]),
};

import { readdir } from "node:fs/promises";
import { runToEnd } from "../processes.ts";
import { DPI } from "./rasterizer.ts";
import type { Rasterizer } from "./rasterizer.ts";

/** pdftoppm writes one picture a page, img2pdf puts them into a PDF without touching them. */
function poppler(format: "png" | "jpeg"): Rasterizer {
  return {
    name: `poppler-${format}`,
    needs: ["/usr/bin/pdftoppm", "/usr/bin/img2pdf"],
    async convert(input, output, folder, range) {
      await runToEnd("/usr/bin/pdftoppm", [
        "-r",
        `${DPI}`,
        `-${format}`,
        ...(range === undefined
          ? []
          : ["-f", `${range.first}`, "-l", `${range.last}`]),
        input,
        `${folder}/page`,
      ]);
      // Page numbers are padded with zeros, so the order of names is that of pages.
      const pages = (await readdir(folder)).toSorted();
      await runToEnd("/usr/bin/img2pdf", [
        ...pages.map((page) => `${folder}/${page}`),
        "-o",
        output,
      ]);
    },
  };
}

export const popplerPng = poppler("png");
export const popplerJpeg = poppler("jpeg");

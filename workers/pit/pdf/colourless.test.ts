import { describe, expect, it } from "@jest/globals";
import { isColourless } from "./colourless.ts";
import { openDocument } from "./document.ts";
import { loadPdfium } from "./pdfium.ts";

const pdfium = await loadPdfium();

/** A document of one page: what it paints, its resources, and objects from number 5 on. */
function page(
  content: string,
  resources = "",
  objects: readonly string[] = [],
): boolean {
  const all = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<${resources}>>/Contents 4 0 R>>`,
    stream("", content),
    ...objects,
  ];
  const body = all.map((text, at) => `${at + 1} 0 obj\n${text}\nendobj\n`);
  const file = `%PDF-1.4\n${body.join("")}trailer<</Root 1 0 R>>\n%%EOF`;
  const bytes = new TextEncoder().encode(file);
  const document = openDocument(pdfium, bytes, new Uint8Array(0));
  const pointer = pdfium.FPDF_LoadPage(document.pointer, 0);
  return isColourless(pdfium, document, pointer);
}

function stream(entries: string, text: string): string {
  return `<<${entries}/Length ${text.length}>>stream\n${text}\nendstream`;
}

const FONT =
  "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>" as const;
const TILES = stream(
  "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<<>>",
  "1 0 0 rg 0 0 5 5 re f",
);
const GRADIENT =
  "<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 200 200]/Function<</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 0 1]/N 1>>>>";
const PATTERN = "/Pattern<</P1 5 0 R>>";
const RED_GLYPHS = [
  "<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[0.001 0 0 0.001 0 0]/CharProcs<</a 6 0 R>>/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[1000]/Resources<<>>>>",
  stream("", "1000 0 d0 1 0 0 rg 0 0 800 800 re f"),
];

describe("a page", () => {
  it.each([
    ["black letters", "BT /F1 50 Tf 20 100 Td (a) Tj ET", FONT],
    ["grey lines and shades", "0.5 G 0.9 g 9 9 99 99 re B", ""],
    ["nothing", "", ""],
  ])("of %s has no colour", (_, content, resources) => {
    expect(page(content, resources)).toBe(true);
  });

  it.each([
    ["a red letter", "BT 1 0 0 rg /F1 50 Tf 20 100 Td (a) Tj ET", FONT, []],
    ["a line that is hardly red", "0.5 0.49 0.49 RG 9 9 m 99 99 l S", "", []],
    ["a tiling", "/Pattern cs /P1 scn 9 9 99 99 re f", PATTERN, [TILES]],
    ["a tiled line", "/Pattern CS /P1 SCN 9 9 99 99 re S", PATTERN, [TILES]],
    [
      "a gradient in a shape",
      "/Pattern cs /P1 scn 9 9 99 99 re f",
      PATTERN,
      [`<</Type/Pattern/PatternType 2/Shading${GRADIENT}>>`],
    ],
    ["a gradient", "/S1 sh", `/Shading<</S1 ${GRADIENT}>>`, []],
    [
      "glyphs with a colour of their own",
      "BT /F1 50 Tf 20 100 Td (a) Tj ET",
      "/Font<</F1 5 0 R>>",
      RED_GLYPHS,
    ],
    [
      "a picture",
      "q 99 0 0 99 9 9 cm BI /W 1 /H 1 /CS /RGB /BPC 8 /F /AHx ID ff0000> EI Q",
      "",
      [],
    ],
    [
      "a form",
      "/X1 Do",
      "/XObject<</X1 5 0 R>>",
      [
        stream(
          "/Type/XObject/Subtype/Form/BBox[0 0 99 99]",
          "1 0 0 rg 9 9 9 9 re f",
        ),
      ],
    ],
    [
      "transparency",
      "/G1 gs 0 g 9 9 99 99 re f",
      "/ExtGState<</G1<</BM/Difference/ca 0.5>>>>",
      [],
    ],
  ] as const)("of %s may have colour", (_, content, resources, objects) => {
    expect(page(content, resources, objects)).toBe(false);
  });
});

import { deflateSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { GLYPHLESS_FONT } from "../render/glyphless-font.ts";
import { inflate } from "../stage/verify-again.ts";
import { verifyPdf } from "./pdf.ts";
import { ruleOf } from "./refusal.testing.ts";

/** A page with a picture in indexed colours and two words, by hand; every object may be bent. */
const LINE = "/F0 10 Tf 95.5 Tz 1 0 0 1 2 3.25 Tm <000100020001> Tj";
const PAINT = "q 19.2 0 0 14.4 0 0 cm /Im0 Do Q";
const MAP = [
  "/CIDInit /ProcSet findresource begin",
  "12 dict begin",
  "begincmap",
  "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
  "/CMapName /Adobe-Identity-UCS def",
  "/CMapType 2 def",
  "1 begincodespacerange",
  "<0000> <ffff>",
  "endcodespacerange",
  "2 beginbfchar",
  "<0001> <95a2>",
  "<0002> <d842dfb7>",
  "endbfchar",
  "endcmap",
  "CMapName currentdict /CMap defineresource pop",
  "end",
  "end",
].join("\n");
const FLATE = "/Filter /FlateDecode";
const GOOD = {
  page: "/Resources <<\n/XObject <<\n/Im0 2 0 R\n>>\n/Font <<\n/F0 6 0 R\n>>\n>>",
  contents: `${PAINT}\nBT 3 Tr\n${LINE}\nET`,
  contentsEntries: FLATE,
  colours: "[ /Indexed /DeviceRGB 2 <ffffff0055aaff0000> ]",
  depth: "2",
  picture: Buffer.alloc(10 * 30, 0b00011000),
  font: "/Type /Font\n/Subtype /Type0\n/BaseFont /Sekisho-Glyphless\n/Encoding /Identity-H\n/DescendantFonts [ 8 0 R ]\n/ToUnicode 7 0 R",
  map: MAP,
  mapEntries: FLATE,
  descendant:
    "/Type /Font\n/Subtype /CIDFontType2\n/BaseFont /Sekisho-Glyphless\n" +
    "/CIDSystemInfo <<\n/Registry <41646f6265>\n/Ordering <4964656e74697479>\n/Supplement 0\n>>\n" +
    "/DW 1000\n/CIDToGIDMap 9 0 R\n/FontDescriptor 10 0 R",
  glyphs: Buffer.alloc(6),
  descriptor:
    "/Type /FontDescriptor\n/FontName /Sekisho-Glyphless\n/Flags 5\n/FontBBox [ 0 0 1000 1000 ]\n" +
    "/ItalicAngle 0\n/Ascent 1000\n/Descent 0\n/CapHeight 1000\n/StemV 80\n/FontFile2 11 0 R",
  program: Buffer.from(GLYPHLESS_FONT),
  programEntries: `/Length1 ${GLYPHLESS_FONT.length}`,
};

function handmade(bend: Partial<typeof GOOD> = {}): Buffer {
  const own = { ...GOOD, ...bend };
  const stream = (entries: string, bytes: Buffer) =>
    `<<\n/Length ${bytes.length}\n${entries}\n>>\nstream\n${bytes.toString("latin1")}\nendstream`;
  const deflated = (text: string | Buffer) => deflateSync(text);
  const objects = [
    "<<\n/Type /Pages\n/Kids [ 4 0 R ]\n/Count 1\n>>",
    stream(
      `/Type /XObject\n/Subtype /Image\n/Width 40\n/Height 30\n/ColorSpace ${own.colours}\n/BitsPerComponent ${own.depth}\n${FLATE}`,
      deflated(own.picture),
    ),
    stream(own.contentsEntries, deflated(own.contents)),
    `<<\n/Type /Page\n/Parent 1 0 R\n/MediaBox [ 0 0 19.2 14.4 ]\n/Contents 3 0 R\n${own.page}\n>>`,
    "<<\n/Type /Catalog\n/Pages 1 0 R\n>>",
    `<<\n${own.font}\n>>`,
    stream(own.mapEntries, deflated(own.map)),
    `<<\n${own.descendant}\n>>`,
    stream(FLATE, deflated(own.glyphs)),
    `<<\n${own.descriptor}\n>>`,
    stream(own.programEntries, own.program),
  ];
  let file = "%PDF-1.7\n%\x81\x81\x81\x81\n\n";
  let xref = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const [index, object] of objects.entries()) {
    xref += `${String(file.length).padStart(10, "0")} 00000 n \n`;
    file += `${index + 1} 0 obj\n${object}\nendobj\n\n`;
  }
  const end = `\ntrailer\n<<\n/Size ${objects.length + 1}\n/Root 5 0 R\n>>\n\nstartxref\n${file.length}\n%%EOF`;
  return Buffer.from(file + xref + end, "latin1");
}

const rule = (bend: Partial<typeof GOOD>) =>
  ruleOf(() => verifyPdf(handmade(bend), inflate));
const swap = (key: keyof typeof GOOD, from: string, to: string) => {
  const text = String(GOOD[key]);
  expect(text).toContain(from);
  return { [key]: text.replace(from, () => to) } as Partial<typeof GOOD>;
};

describe("a page with text that is not drawn", () => {
  it("and a picture of three colours is read as 1 page", () => {
    expect(verifyPdf(handmade(), inflate)).toEqual({ pages: 1 });
  });

  it.each([
    ["drawn text", "3 Tr", "0 Tr"],
    ["text that clips", "3 Tr", "7 Tr"],
    ["no mode at all", "BT 3 Tr", "BT"],
    ["another mode later", "ET", "0 Tr\nET"],
    ["text behind the end", "ET", "ET\nBT 0 Tr\nET"],
    ["another picture", "ET", "ET\n/Im1 Do"],
    ["a line drawn", "ET", "ET\n0 0 m 9 9 l S"],
    ["another font", "/F0 10", "/F1 10"],
    ["literal text", "<000100020001>", "(abc)"],
    ["half a code", "<000100020001>", "<0001000200>"],
    ["an empty text", "<000100020001>", "<>"],
    ["code 0", "<000100020001>", "<0000>"],
    ["a code without a character", "<000100020001>", "<0003>"],
    ["a size of 0", "/F0 10", "/F0 0"],
    ["a size of 20,000", "/F0 10", "/F0 20000"],
    ["a negative place", "1 2 3.25 Tm", "1 -2 3.25 Tm"],
    ["a place beyond the page", "1 2 3.25 Tm", "1 19.3 3.25 Tm"],
    ["another matrix", "1 0 0 1 2", "2 0 0 1 2"],
    ["a picture elsewhere", "19.2 0 0 14.4", "19.1 0 0 14.4"],
    ["two operators on a line", "Tj", "Tj T*"],
  ])("is refused with %s", (_, from, to) => {
    expect(rule(swap("contents", from, to))).toBe("pdf-content");
  });

  it("is refused with no text between BT and ET", () => {
    const contents = `${PAINT}\nBT 3 Tr\nET`;
    expect(rule({ contents })).toBe("pdf-content");
  });

  it.each([
    ["font", "/Identity-H", "/Identity-V", "pdf-dictionary"],
    ["font", "/Sekisho-Glyphless", "/Helvetica", "pdf-dictionary"],
    ["font", "[ 8 0 R ]", "[ 8 0 R 8 0 R ]", "pdf-font"],
    ["font", "[ 8 0 R ]", "[ 4 0 R ]", "pdf-object"],
    ["font", "/Type0", "/Type3", "pdf-dictionary"],
    ["font", "/ToUnicode 7 0 R", "/ToUnicode 3 0 R", "pdf-object"],
    ["font", "/Encoding", "/Widths 2\n/Encoding", "pdf-dictionary"],
    ["descendant", "/DW 1000", "/DW 500", "pdf-dictionary"],
    ["descendant", "<41646f6265>", "<41646f6266>", "pdf-font"],
    [
      "descendant",
      "/CIDToGIDMap 9 0 R",
      "/CIDToGIDMap /Identity",
      "pdf-object",
    ],
    ["descriptor", "/StemV 80", "/StemV 81", "pdf-dictionary"],
    ["descriptor", "[ 0 0 1000 1000 ]", "[ 0 0 1000 999 ]", "pdf-font"],
    ["descriptor", "/FontFile2", "/FontFile3", "pdf-dictionary"],
    ["map", "<95a2>", "<202e>", "code-point"],
    ["map", "<95a2>", "<0000>", "code-point"],
    ["map", "<95a2>", "<d842>", "code-point"],
    ["map", "<95a2>", "<95a295a2>", "pdf-font"],
    ["map", "<0002> <d842", "<0003> <d842", "pdf-font"],
    ["map", "2 beginbfchar", "3 beginbfchar", "pdf-font"],
    ["map", "12 dict begin", "12 dict begin (x) run", "pdf-font"],
    ["map", "end\nend", "end\nend\n", "pdf-font"],
    [
      "mapEntries",
      "/Filter",
      "/UseCMap /Identity-H\n/Filter",
      "pdf-dictionary",
    ],
    ["programEntries", "/Length1", "/Length2", "pdf-dictionary"],
    ["contentsEntries", FLATE, "/Filter /DCTDecode", "pdf-dictionary"],
    ["page", "/F0 6 0 R", "/F0 6 0 R\n/F1 6 0 R", "pdf-dictionary"],
    ["page", "/Font", "/ProcSet 6 0 R\n/Font", "pdf-dictionary"],
    ["page", "/F0 6 0 R", "/F0 1 0 R", "pdf-object"],
  ] as const)("is refused with a %s of %s → %s", (key, from, to, expected) => {
    expect(rule(swap(key, from, to))).toBe(expected);
  });

  it("is refused with a glyph that could be drawn, or another font program", () => {
    expect(rule({ glyphs: Buffer.from([0, 0, 0, 1, 0, 0]) })).toBe("pdf-font");
    expect(rule({ glyphs: Buffer.alloc(8) })).toBe("pdf-font");
    for (let at = 0; at < GLYPHLESS_FONT.length; at += 7) {
      const program = Buffer.from(GLYPHLESS_FONT);
      program[at]! ^= 1;
      expect(rule({ program })).toBe("pdf-font");
    }
  });

  it("is refused when its font is not named by any page", () => {
    const page = "/Resources <<\n/XObject <<\n/Im0 2 0 R\n>>\n>>";
    expect(rule({ page })).toBe("pdf-dictionary");
  });
});

describe("a picture in indexed colours", () => {
  it.each([
    [
      "a colour too few",
      { colours: "[ /Indexed /DeviceRGB 2 <ffffff0055aa> ]" },
    ],
    [
      "a colour too many",
      { colours: "[ /Indexed /DeviceRGB 1 <ffffff0055aaff0000> ]" },
    ],
    [
      "257 colours",
      { colours: `[ /Indexed /DeviceRGB 256 <${"00".repeat(768)}> ]` },
    ],
    [
      "another base",
      { colours: "[ /Indexed /DeviceCMYK 2 <ffffff0055aaff0000> ]" },
    ],
    [
      "a fifth item",
      { colours: "[ /Indexed /DeviceRGB 2 <ffffff0055aaff0000> 1 ]" },
    ],
    [
      "another family",
      { colours: "[ /Separation /DeviceRGB 2 <ffffff0055aaff0000> ]" },
    ],
    [
      "a dot of a colour that is not there",
      { picture: Buffer.alloc(300, 0b11000000) },
    ],
    ["three bits a dot", { depth: "3" }],
  ])("is refused with %s", (_, bend) => {
    expect(rule(bend)).toBe("pdf-image");
  });

  it("may have 8 bits a dot, none beyond the palette", () => {
    const bytes = Buffer.alloc(1200, 2);
    expect(rule({ depth: "8", picture: bytes })).toBe("verified");
    bytes[700] = 3;
    expect(rule({ depth: "8", picture: bytes })).toBe("pdf-image");
  });

  it("is refused with dots too many or too few", () => {
    expect(rule({ picture: Buffer.alloc(299) })).toBe("pdf-stream");
    expect(rule({ picture: Buffer.alloc(301) })).toBe("pdf-stream");
  });
});

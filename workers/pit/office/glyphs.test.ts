import { deflateSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { coveredBy } from "./font-map.ts";
import { lettersOf } from "./letters.ts";

const words = (...values: readonly number[]) =>
  Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
const longs = (...values: readonly number[]) =>
  words(...values.flatMap((value) => [value >>> 16, value & 0xffff]));

/** A font of a map of characters and nothing else. */
function font(...subtables: readonly Buffer[]): Buffer {
  const rows: Buffer[] = [];
  let at = 4 + 8 * subtables.length;
  for (const subtable of subtables) {
    rows.push(words(3, 10), longs(at));
    at += subtable.length;
  }
  const map = Buffer.concat([
    words(0, subtables.length),
    ...rows,
    ...subtables,
  ]);
  const head = Buffer.concat([longs(0x10000), words(1, 0, 0, 0)]);
  const row = [Buffer.from("cmap"), longs(0, 12 + 16, map.length)];
  return Buffer.concat([head, ...row, map]);
}
/** 'a' to 'c' by adding, 'x' and 'y' by a list in which 'x' has no glyph. */
const SEGMENTS = words(
  ...[4, 44, 0, 6, 0, 0, 0],
  ...[0x63, 0x79, 0xffff, 0],
  ...[0x61, 0x78, 0xffff],
  ...[0x10000 - 0x60, 0, 1],
  ...[0, 4, 0],
  ...[0, 7],
);
const GROUPS = Buffer.concat([
  words(12, 0),
  longs(40, 0, 2, 0x61, 0x62, 0, 0x20bb7, 0x20bb8, 9),
]);
const covered = (bytes: Buffer) =>
  [
    ...coveredBy(
      (at, count) => bytes.subarray(at, at + count),
      new Set([0x61, 0x62, 0x63, 0x64, 0x78, 0x79, 0x20bb7]),
    ),
  ].map((character) => String.fromCodePoint(character));

describe("the characters of a font", () => {
  it("are read from maps of 16 bits and from maps of all of Unicode, glyph 0 being none", () => {
    expect(covered(font(SEGMENTS))).toEqual(["a", "b", "c", "y"]);
    expect(covered(font(SEGMENTS, GROUPS))).toEqual(["b", "𠮷"]);
  });

  it("are none where it cannot be read, wherever it is cut", () => {
    const whole = font(SEGMENTS);
    for (let end = 0; end < whole.length; end++)
      expect(covered(whole.subarray(0, end)).length).toBeLessThanOrEqual(4);
    expect(covered(Buffer.from("ttcf\0\0\0\0\0\0\0\x02no"))).toEqual([]);
  });
});

describe("the characters that a PDF of LibreOffice writes", () => {
  it("are those of its maps and those behind shared glyphs; what is no text is left", () => {
    const stream = (dictionary: string, text: string) =>
      Buffer.concat([
        Buffer.from(`1 0 obj\n<<${dictionary}>>\nstream\n`),
        deflateSync(Buffer.from(text)),
        Buffer.from("\nendstream\nendobj\n"),
      ]);
    const pdf = Buffer.concat([
      stream(
        "/Length 2 0 R",
        "2 beginbfchar\n<01> <6F22>\n<02> <D842DFB7>\nendbfchar",
      ),
      stream(
        "/Length 2 0 R",
        "/Span<</ActualText<FEFFE001>>>\nBDC\n<06>Tj\nEMC",
      ),
      stream("/Subtype/Image", "1 beginbfchar\n<01> <0041>\nendbfchar"),
      Buffer.from("1 0 obj\n<<>>\nstream\ngarbage\nendstream\n"),
    ]);
    expect([...lettersOf(pdf)].map((one) => one.toString(16))).toEqual([
      ...["6f22", "20bb7", "e001"],
    ]);
  });
});

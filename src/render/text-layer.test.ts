import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { PageCharacter, PixelPage } from "../core/pixels.ts";
import { inflate } from "../stage/verify-again.ts";
import { verifyPdf } from "../verify/pdf.ts";
import { createRender } from "./render.ts";
import { runsOf } from "./text-runs.ts";
import { describeWith } from "../../test/support/programs.ts";

const SIDE = 65_535;
const [WIDTH, HEIGHT] = [600, 800];
const POINTS = { width: 600, height: 800 };

interface Written {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  /** Of one character, in dots, which are points here. */
  readonly size?: number;
  readonly way?: "right" | "down";
  readonly ink?: boolean;
  readonly isMissing?: boolean;
}

/** Letters as boxes with a dark dot in the middle, or none. */
function pageOf(
  lines: readonly Written[],
  more: Partial<PixelPage> = {},
): PixelPage {
  const pixels = new Uint8Array(WIDTH * HEIGHT).fill(255);
  const characters: PageCharacter[] = [];
  for (const line of lines) {
    const { size = 12, way = "right", ink = true, isMissing = false } = line;
    [...line.text].forEach((letter, place) => {
      const left = line.left + (way === "right" ? place * size : 0);
      const top = line.top + (way === "down" ? place * size : 0);
      const share = (dots: number, side: number) =>
        Math.max(0, Math.min(SIDE, Math.round((dots / side) * SIDE)));
      characters.push({
        codePoint: letter.codePointAt(0)!,
        isMissing,
        left: share(left, WIDTH),
        top: share(top, HEIGHT),
        right: share(left + size, WIDTH),
        bottom: share(top + size, HEIGHT),
      });
      const middle = (top + size / 2) * WIDTH + left + size / 2;
      if (ink && !isMissing && left >= 0 && letter !== " ") pixels[middle] = 0;
    });
    characters.push({
      ...{ codePoint: 10, isMissing: false },
      ...{ left: 0, top: 0, right: 0, bottom: 0 },
    });
  }
  return {
    ...{ index: 0, width: WIDTH, height: HEIGHT, channels: 1, pixels },
    ...{ points: POINTS, text: { characters, isShortened: false } },
    ...more,
  };
}

async function* feed(pages: readonly PixelPage[]): AsyncGenerator<PixelPage> {
  yield* pages;
}

const said = (lines: readonly Written[]) =>
  runsOf(pageOf(lines), POINTS).runs.map(({ text }) => text);

describe("runs of text", () => {
  it("are words with the space behind them, in the document's order", () => {
    expect(
      said([
        { text: "関所 の門", left: 50, top: 100 },
        { text: "二行目", left: 50, top: 120 },
      ]),
    ).toEqual(["関所 ", "の門", "二行目"]);
  });

  it("go downwards where the letters do", () => {
    const [run] = runsOf(
      pageOf([{ text: "縦書きの文", left: 300, top: 50, way: "down" }]),
      POINTS,
    ).runs;
    expect(run).toMatchObject({ text: "縦書きの文", direction: "down" });
    expect(run!.top).toBeCloseTo(50, 1);
    expect(run!.bottom).toBeCloseTo(110, 1);
  });

  it("end where the next letter is far away", () => {
    const page = pageOf([
      { text: "左", left: 50, top: 100 },
      { text: "右", left: 300, top: 100 },
    ]);
    const characters = page.text!.characters.filter(
      ({ codePoint }) => codePoint > 32,
    );
    const { runs } = runsOf(
      { ...page, text: { characters, isShortened: false } },
      POINTS,
    );
    expect(runs.map(({ text }) => text)).toEqual(["左", "右"]);
  });

  it("lose what turns, hides or is half a character", () => {
    const text = "a\u202eb\u200bc\u0007d\ufffde";
    expect(said([{ text, left: 50, top: 100 }]).join("")).toBe("abcde");
  });

  it("lose what shows no ink, is too small to be read or lies beside the page, and count the first", () => {
    const page = pageOf([
      { text: "見える", left: 50, top: 100 },
      { text: "白い文字", left: 50, top: 200, ink: false },
      { text: "小さい", left: 50, top: 300, size: 1 },
      { text: "外", left: -40, top: 300 },
      { text: "字形", left: 50, top: 400, isMissing: true },
    ]);
    const { runs, ...counts } = runsOf(page, POINTS);
    expect(runs.map(({ text }) => text)).toEqual(["見える"]);
    expect(counts).toEqual({ letters: 9, hidden: 4, missing: 2 });
  });
});

describe("a PDF with a text layer", () => {
  const pages = [
    pageOf([
      { text: "関所は𠮷野町の門です。", left: 50, top: 100 },
      { text: "縦書き", left: 500, top: 50, way: "down" },
      { text: "hidden words, twenty letters", left: 50, top: 300, ink: false },
    ]),
    pageOf([{ text: "second page", left: 50, top: 60 }], { index: 1 }),
  ];
  const render = createRender();

  it("passes the verifier, is the same twice, and has one font for all pages", async () => {
    const once = await render.pdf(feed(pages), { textLayer: true });
    const again = await render.pdf(feed(pages), { textLayer: true });
    expect(verifyPdf(once.bytes, inflate)).toEqual({ pages: 2 });
    expect(Buffer.compare(once.bytes, again.bytes)).toBe(0);
    const file = Buffer.from(once.bytes).toString("latin1");
    expect(file.split("/FontFile2")).toHaveLength(2);
  });

  it("names the page whose text nobody sees, also when no layer is wanted", async () => {
    for (const textLayer of [true, false]) {
      const { findings } = await render.pdf(feed(pages), { textLayer });
      expect(findings).toEqual([{ code: "pdf-hidden-text", detail: "p. 1" }]);
    }
  });

  it("has no font when no page says anything", async () => {
    const { bytes } = await render.pdf(feed([pageOf([])]), { textLayer: true });
    expect(Buffer.from(bytes).toString("latin1")).not.toContain("/Font");
    expect(verifyPdf(bytes, inflate)).toEqual({ pages: 1 });
  });

  it("says which pages lack letters, and is GLYPHS_MISSING where that is more than a fifth", async () => {
    const few = pageOf([
      { text: "一二三四五六七八九十", left: 50, top: 100 },
      { text: "字", left: 50, top: 200, isMissing: true },
    ]);
    const { findings } = await render.pdf(feed([few]));
    expect(findings).toEqual([{ code: "glyphs-missing", detail: "p. 1" }]);
    const many = pageOf([
      { text: "一二三四五六七八九十", left: 50, top: 100 },
      { text: "字字字字字", left: 50, top: 200, isMissing: true },
    ]);
    await expect(render.pdf(feed([many]))).rejects.toMatchObject({
      code: "GLYPHS_MISSING",
    });
  });

  it("passes the verifier whatever code points it is given", async () => {
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    // Most of what is odd stands below U+3000, and some in planes 1 and 14.
    const ranges = [0x3000, 0x10000, 0x110000, 0xe1000] as const;
    const odd = Array.from({ length: 40 }, (_, line) => ({
      text: Array.from({ length: 40 }, () => {
        const point = random(ranges[random(4)]!);
        return point >= 0xd800 && point <= 0xdfff
          ? "\u202e"
          : String.fromCodePoint(point);
      }).join(""),
      ...{ left: 20, top: 20 + line * 14 },
    }));
    for (const way of ["right", "down"] as const) {
      const page = pageOf(odd.map((line) => ({ ...line, way })));
      const { bytes } = await render.pdf(feed([page]), { textLayer: true });
      expect(verifyPdf(bytes, inflate)).toEqual({ pages: 1 });
    }
  });

  describeWith(["pdftotext", "pdftoppm"], "beside poppler", () => {
    it("is read by poppler as it was written, and draws the same dots as without text", async () => {
      const folder = mkdtempSync(join(tmpdir(), "sekisho-text-layer-"));
      try {
        const dots: Buffer[] = [];
        for (const textLayer of [true, false]) {
          const { bytes } = await render.pdf(feed(pages), { textLayer });
          const file = join(folder, `${String(textLayer)}.pdf`);
          writeFileSync(file, bytes);
          dots.push(
            execFileSync("pdftoppm", ["-r", "36", file], { maxBuffer: 1e7 }),
          );
          const text = execFileSync("pdftotext", [file, "-"]).toString();
          expect(text.includes("関所は𠮷野町の門です。")).toBe(textLayer);
          expect(text.includes("縦書き")).toBe(textLayer);
          expect(text.includes("second")).toBe(textLayer);
          expect(text).not.toContain("hidden");
        }
        expect(dots[0]!.length).toBeGreaterThan(100_000);
        expect(Buffer.compare(dots[0]!, dots[1]!)).toBe(0);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
});

import { inflateSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import type { PixelPage } from "../core/pixels.ts";
import { verifyJpeg } from "../verify/jpeg.ts";
import { verifyPdf } from "../verify/pdf.ts";
import { verifyPng } from "../verify/png.ts";
import { createRender } from "./render.ts";

const inflate = (deflated: Uint8Array, maxBytes: number) => {
  try {
    return inflateSync(deflated, { maxOutputLength: Math.max(1, maxBytes) });
  } catch {
    return null;
  }
};

function page(
  channels: 1 | 3 | 4,
  tone: (place: number) => number,
  [width, height] = [101, 67],
): PixelPage {
  const pixels = Uint8Array.from(
    { length: width * height * channels },
    (_, place) => tone(place),
  );
  const points = { width: 595.28, height: 841.89 };
  return { index: 0, width: width, height: height, channels, points, pixels };
}

const LINE = page(1, (place) => (place % 7 === 0 ? 0 : 255));
/** Every edge tone about equally often, two in a row. */
const LETTERS = page(1, (place) =>
  place % 6 < 4 ? 255 : Math.imul(place, 2654435761) >>> 24,
);

const SHADED = page(1, (place) =>
  place % 101 > 50 ? 230 : place % 9 === 0 ? 0 : 255,
);
const TONES = page(1, (place) => 60 + (place % 101));
const COLOUR = page(3, (place) => (place * 7) & 255);
/** Two flat colours and their edges. */
const FLAT = page(3, (place) => {
  const dot = Math.floor(place / 3);
  const shade = dot % 11 === 0 ? 90 : 0;
  return dot % 101 < 60
    ? 255
    : [20, 90, 200][place % 3]! + shade * (dot & 1 ? 0 : 0.5);
});
const GLASS = page(4, (place) => (place % 4 === 3 ? 100 : 10));
const ALL = [LINE, LETTERS, SHADED, TONES, COLOUR, FLAT, GLASS];

async function* feed(
  pages: readonly PixelPage[],
  left?: () => void,
): AsyncGenerator<PixelPage> {
  try {
    for (const one of pages) yield one;
  } finally {
    left?.();
  }
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

describe("an image PDF", () => {
  it("of seven kinds of ink passes the verifier with seven pages", async () => {
    const { bytes, pages } = await createRender().pdf(feed(ALL));
    expect(pages).toBe(7);
    expect(verifyPdf(bytes, inflate)).toEqual({ pages: 7 });
  });

  it("is the same, byte for byte, for the same pages", async () => {
    const render = createRender();
    const once = await render.pdf(feed(ALL));
    const again = await render.pdf(feed(ALL));
    expect(Buffer.compare(once.bytes, again.bytes)).toBe(0);
  });

  it.each([
    ["line", LINE, "/BitsPerComponent 1\n/Filter /FlateDecode"],
    ["letters", LETTERS, "/BitsPerComponent 2\n/Filter /FlateDecode"],
    ["shaded", SHADED, "/BitsPerComponent 4\n/Filter /FlateDecode"],
    [
      "tones",
      TONES,
      "/ColorSpace /DeviceGray\n/BitsPerComponent 8\n/Filter /DCTDecode",
    ],
    [
      "colour",
      COLOUR,
      "/ColorSpace /DeviceRGB\n/BitsPerComponent 8\n/Filter /DCTDecode",
    ],
  ])("holds %s in the bits it needs", async (_, one, entries) => {
    expect(text((await createRender().pdf(feed([one]))).bytes)).toContain(
      entries,
    );
  });

  it("keeps flat colours exactly, in a palette of what is there", async () => {
    const { bytes } = await createRender().pdf(feed([FLAT]));
    expect(text(bytes)).toMatch(/\/Indexed \/DeviceRGB [1-9] <[0-9a-f]*145ac8/);
  });

  it("paints its one picture over the whole page and says nothing else", async () => {
    const { bytes } = await createRender().pdf(feed([LINE]));
    const file = text(bytes);
    expect(file).toContain("q 595.28 0 0 841.89 0 0 cm /Im0 Do Q");
    expect(file).toContain("/MediaBox [ 0 0 595.28 841.89 ]");
    expect(file).not.toMatch(/Info|Producer|Date|pdf-lib|\/ID/);
  });

  it("gives a picture without paper 72/150 of its dots in points", async () => {
    const { bytes } = await createRender().pdf(
      feed([{ ...LINE, points: null }]),
    );
    expect(text(bytes)).toContain("/MediaBox [ 0 0 48.48 32.16 ]");
  });

  it("of more bytes than a part may have is REBUILT_TOO_BIG, and its pages are told to stop", async () => {
    const render = createRender({ ...DEFAULT_LIMITS, maxCleanPartBytes: 3000 });
    let left = false;
    const pages = feed(
      Array.from({ length: 50 }, () => COLOUR),
      () => {
        left = true;
      },
    );
    await expect(render.pdf(pages)).rejects.toMatchObject({
      code: "REBUILT_TOO_BIG",
    });
    expect(left).toBe(true);
  });

  it("of no pages is DOCUMENT_EMPTY", async () => {
    await expect(createRender().pdf(feed([]))).rejects.toMatchObject({
      code: "DOCUMENT_EMPTY",
    });
  });

  it("passes the fault of its pages on", async () => {
    const broken = (async function* () {
      yield LINE;
      throw new RangeError("gone");
    })();
    await expect(createRender().pdf(broken)).rejects.toThrow(RangeError);
  });
});

describe("a picture", () => {
  it("as PNG keeps every dot and transparency, and passes the verifier", async () => {
    for (const one of ALL) {
      const png = await createRender().picture(one, "image/png");
      expect(verifyPng(png, inflate)).toEqual({ width: 101, height: 67 });
      const { data } = await sharp(png)
        .raw()
        .toBuffer({ resolveWithObject: true });
      const decoded =
        one.channels === 1
          ? data.filter(
              (_, at) => data.length === one.pixels.length || at % 3 === 0,
            )
          : data;
      expect(Buffer.compare(decoded, one.pixels)).toBe(0);
    }
  });

  it("as JPEG passes the verifier and lies on white", async () => {
    for (const one of ALL) {
      const jpeg = await createRender().picture(one, "image/jpeg");
      expect(verifyJpeg(jpeg)).toMatchObject({ width: 101, height: 67 });
    }
    const glass = await createRender().picture(GLASS, "image/jpeg");
    const { data } = await sharp(glass)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(150);
  });
});

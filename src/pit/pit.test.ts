/** The real pit: bubblewrap, PDFium and libvips. */
import { describe, expect, it } from "@jest/globals";
import {
  activePdf,
  activeSvg,
  animatedGif,
  bigPicturePdf,
  bmp,
  cmykJpeg,
  colourPdf,
  cutOff,
  deepPng,
  emptyPagePdf,
  encryptedPdf,
  formBombPdf,
  formLoopPdf,
  glassPng,
  hugeBmp,
  japanesePdf,
  koreanPdf,
  manyPageTiff,
  pageTreeLoopPdf,
  plainViewPdf,
  photo,
  picture,
  posterPdf,
  scanPdf,
  spacePdf,
  textPdf,
  turnedPdf,
  unicodeFontPdf,
  whiteTextPdf,
  wideBombPng,
  type PictureType,
} from "../../fixtures/documents.ts";
import type { UntrustedContent } from "../core/content.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import type { PixelPage } from "../core/pixels.ts";
import { createPit } from "./pit.ts";

interface Outcome {
  readonly pages: readonly PixelPage[];
  readonly findings: readonly string[];
  readonly fault: unknown;
}

function asContent(bytes: Uint8Array): UntrustedContent {
  return {
    bytes: bytes.length,
    sha256: "",
    open: async function* () {
      for (let at = 0; at < bytes.length; at += 10_000)
        yield bytes.subarray(at, at + 10_000);
    },
  } as unknown as UntrustedContent;
}

async function put(
  kind: "pdf" | "image",
  bytes: Uint8Array | Promise<Uint8Array>,
  more: { readonly limits?: Partial<Limits>; readonly password?: string } = {},
): Promise<Outcome> {
  const pit = createPit({ limits: { ...DEFAULT_LIMITS, ...more.limits } });
  const pages: PixelPage[] = [];
  try {
    const content = asContent(await bytes);
    const document = await pit.open(kind, content, more.password);
    for await (const page of document.pages) pages.push(page);
    return { pages, findings: document.findings, fault: null };
  } catch (error) {
    return { pages, findings: [], fault: (error as { code: unknown }).code };
  }
}

const ink = (page: PixelPage | undefined) =>
  page?.pixels.reduce((sum, tone) => sum + (tone < 128 ? 1 : 0), 0) ?? 0;

const shape = ({ pages, fault }: Outcome) => ({
  fault,
  pages: pages.map(({ width, height, channels }) => [width, height, channels]),
});

describe("the PDF pit", () => {
  it("gives three grey pages of 1239 × 1754 for three of A4 at 150 dpi, each another", async () => {
    const { pages, findings } = await put("pdf", textPdf(3));
    expect(pages.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const page of pages) {
      expect([page.width, page.height, page.channels]).toEqual([1239, 1754, 1]);
      expect(page.points).toEqual({ width: 595, height: 842 });
      expect(ink(page)).toBeGreaterThan(1000);
    }
    expect(pages[0]!.pixels).not.toEqual(pages[1]!.pixels);
    expect(findings).toEqual([]);
  });

  it("gives the same pixels for the same document", async () => {
    const [once, again] = [
      await put("pdf", textPdf(1)),
      await put("pdf", textPdf(1)),
    ];
    const drawn = ({ pages }: typeof once) =>
      pages.map(({ pixels, text }) => ({ pixels, text }));
    expect(drawn(once)).toEqual(drawn(again));
  });

  it("draws Japanese text whose font is not in the file", async () => {
    const { pages } = await put("pdf", japanesePdf("関所"));
    expect(ink(pages[0])).toBeGreaterThan(2000);
    const other = await put("pdf", japanesePdf("市民"));
    expect(other.pages[0]!.pixels).not.toEqual(pages[0]!.pixels);
  });

  it("sends three channels for a page with colour", async () => {
    expect(shape(await put("pdf", colourPdf())).pages).toEqual([
      [1239, 1754, 3],
    ]);
  });

  it("turns a page as its dictionary says", async () => {
    expect(shape(await put("pdf", turnedPdf())).pages).toEqual([
      [1754, 1239, 1],
    ]);
  });

  it("makes a poster of 200 inches coarser instead of refusing it", async () => {
    const { pages } = await put("pdf", posterPdf(14_400), {
      limits: { maxPixels: 1_000_000 },
    });
    expect([pages[0]!.width, pages[0]!.height]).toEqual([1000, 1000]);
    expect(pages[0]!.points).toEqual({ width: 14_400, height: 14_400 });
  });

  it("names what the file could do besides being looked at", async () => {
    const { findings } = await put("pdf", activePdf());
    expect(findings).toEqual([
      "pdf-javascript",
      "pdf-open-action",
      "pdf-embedded-file",
      "pdf-form",
      "pdf-link",
    ]);
  });

  it.each(["array", "inline", "other"] as const)(
    "does not take for an action where a document opens (%s), and names its metadata",
    async (action) => {
      const { findings } = await put("pdf", plainViewPdf(action));
      expect(findings).toEqual(["pdf-metadata"]);
    },
  );

  it.each([
    ["Korean text without a font", koreanPdf("한국"), "PAGE_BLANK"],
    ["white text, whose glyphs are all there", whiteTextPdf(), null],
    ["an empty page", emptyPagePdf(), null],
    ["a page with one space", spacePdf(), null],
    ["a scan of white paper", scanPdf("ffff"), null],
    ["a scan", scanPdf("00ff"), null],
  ])(
    "says PAGE_BLANK only where ink is missing: %s",
    async (_, bytes, fault) => {
      expect((await put("pdf", bytes)).fault).toBe(fault);
    },
  );

  it.each([
    ["no password", "secret", undefined, "DOCUMENT_ENCRYPTED"],
    ["a wrong password", "secret", "guess", "DOCUMENT_ENCRYPTED"],
    ["the password", "secret", "secret", null],
    ["an empty user password", "", undefined, null],
  ])(
    "opens an encrypted document with %s: fault %s",
    async (_, lock, password, fault) => {
      const outcome = await put(
        "pdf",
        encryptedPdf(lock),
        password === undefined ? {} : { password },
      );
      expect(outcome.fault).toBe(fault);
      expect(outcome.pages.length).toBe(fault === null ? 1 : 0);
    },
  );

  it.each([
    ["half a file", cutOff(textPdf(2)), "DOCUMENT_UNREADABLE"],
    ["nothing", new Uint8Array(0), "DOCUMENT_UNREADABLE"],
    [
      "a picture",
      Buffer.from("89504e470d0a1a0a", "hex"),
      "DOCUMENT_UNREADABLE",
    ],
    ["a page tree that loops", pageTreeLoopPdf(), "DOCUMENT_UNREADABLE"],
    ["a form that paints itself", formLoopPdf(), "PIT_MEMORY"],
    ["10^9 forms in forms", formBombPdf(10, 9), "PIT_MEMORY"],
  ])("refuses %s", async (_, bytes, fault) => {
    expect((await put("pdf", bytes)).fault).toBe(fault);
  });

  it("refuses a page rather than leave out a picture that there is no memory for", async () => {
    const bytes = bigPicturePdf(4000);
    const limits = { pitMemoryBytes: 768 * 1024 * 1024 };
    const { fault, pages } = await put("pdf", bytes, { limits });
    expect([fault, pages]).toEqual(["PIT_MEMORY", []]);
    const [page] = (await put("pdf", bytes)).pages;
    expect(ink(page)).toBeGreaterThan(1000 * 1000);
  });

  it("refuses four pages where three may be", async () => {
    const outcome = await put("pdf", textPdf(4), { limits: { maxPages: 3 } });
    expect(shape(outcome)).toEqual({
      fault: "DOCUMENT_TOO_MANY_PAGES",
      pages: [],
    });
  });

  it("stops when the pages are more bytes than the pit may say", async () => {
    const outcome = await put("pdf", textPdf(4), {
      limits: { pitOutputBytes: 5_000_000 },
    });
    expect(outcome.fault).toBe("PIT_OUTPUT");
    expect(outcome.pages.length).toBe(2);
  });

  it("has too little memory with 64 MiB, and says so or falls", async () => {
    const outcome = await put("pdf", textPdf(1), {
      limits: { pitMemoryBytes: 64 * 1024 * 1024 },
    });
    expect(["PIT_MEMORY", "PIT_UNAVAILABLE"]).toContain(outcome.fault);
  });

  it("is over at the deadline", async () => {
    const limits = { pitDeadlineMs: 30, pitPageMs: 0 };
    expect((await put("pdf", textPdf(3), { limits })).fault).toBe(
      "PIT_DEADLINE",
    );
  });
});

describe("the picture pit", () => {
  it.each(["png", "jpeg", "gif", "webp", "tiff"] as readonly PictureType[])(
    "gives 40 × 30 dots of a %s, red on the left and blue on the right",
    async (type) => {
      const { pages } = await put("image", picture(type));
      expect(shape({ pages, findings: [], fault: null }).pages).toEqual([
        [40, 30, 3],
      ]);
      const { pixels, points } = pages[0]!;
      expect(points).toBeNull();
      const [red, , blueOfLeft] = pixels;
      expect(red).toBeGreaterThan(245);
      expect(blueOfLeft).toBeLessThan(10);
      expect(pixels[39 * 3 + 2]).toBeGreaterThan(245);
    },
  );

  it.each(["png", "jpeg", "gif", "webp", "tiff"] as readonly PictureType[])(
    "refuses a %s that was cut off",
    async (type) => {
      const bytes = cutOff(await picture(type, 400, 300), 0.6);
      expect((await put("image", bytes)).fault).toBe("DOCUMENT_UNREADABLE");
    },
  );

  it("turns a photo as the camera was held, and tells of its place", async () => {
    const { pages, findings } = await put("image", photo());
    expect([pages[0]!.width, pages[0]!.height]).toEqual([30, 40]);
    expect(findings).toEqual(
      expect.arrayContaining(["image-exif", "image-gps"]),
    );
  });

  it("keeps transparency where there is some, in 8 bits of sRGB", async () => {
    expect(shape(await put("image", glassPng())).pages).toEqual([[8, 8, 4]]);
    expect(shape(await put("image", deepPng())).pages).toEqual([[40, 30, 3]]);
    expect(shape(await put("image", cmykJpeg())).pages).toEqual([[40, 30, 3]]);
  });

  it("draws an SVG at 150 dots an inch, and names what it could do and where it points", async () => {
    const { pages, findings } = await put("image", activeSvg());
    expect(findings).toEqual(["svg-active", "svg-reference"]);
    expect([pages[0]!.width, pages[0]!.height]).toEqual([625, 250]);
    expect(ink(pages[0])).toBeGreaterThan(1000);
  });

  it("draws an SVG that would be too large in fewer dots", async () => {
    const { pages } = await put("image", activeSvg(), {
      limits: { maxPixels: 100_000 },
    });
    expect([pages[0]!.width, pages[0]!.height]).toEqual([300, 120]);
  });

  it.each([
    ["24 bits", bmp(24)],
    ["8 bits", bmp(8)],
    ["8 bits in runs", bmp("rle8")],
    ["16 bits in fields", bmp(16)],
    ["1 bit", bmp(1)],
  ])(
    "gives 4 × 2 dots of a BMP of %s, its first row above",
    async (_, bytes) => {
      const { pages } = await put("image", bytes);
      const [page] = pages;
      expect([page!.width, page!.height, page!.channels]).toEqual([4, 2, 3]);
      expect([...page!.pixels.subarray(0, 3)]).toEqual([255, 0, 0]);
      expect([...page!.pixels.subarray(12, 15)]).toEqual([0, 0, 255]);
    },
  );

  it.each([
    ["cut off", cutOff(bmp(24)), "DOCUMENT_UNREADABLE"],
    ["in runs without an end", cutOff(bmp("rle8"), 0.9), "DOCUMENT_UNREADABLE"],
    ["of 2,000,000,000 dots a side", hugeBmp(), "DOCUMENT_TOO_MANY_PIXELS"],
  ])("refuses a BMP %s", async (_, bytes, fault) => {
    expect((await put("image", bytes)).fault).toBe(fault);
  });

  it("gives the first picture of an animation and all 5 pages of a TIFF", async () => {
    const gif = await put("image", animatedGif(5));
    expect(gif.pages.length).toBe(1);
    expect(gif.findings).toEqual(["image-animation"]);
    expect((await put("image", manyPageTiff(5))).pages.length).toBe(5);
  });

  it.each([
    [
      "a TIFF of 5 pages where 4 may be",
      () => manyPageTiff(5),
      "DOCUMENT_TOO_MANY_PAGES",
    ],
    [
      "a PNG of 30,000 × 30,000 dots in 110 kB",
      () => wideBombPng(30_000),
      "DOCUMENT_TOO_MANY_PIXELS",
    ],
    ["a PDF", async () => textPdf(1), "DOCUMENT_UNREADABLE"],
    ["nothing", async () => new Uint8Array(0), "DOCUMENT_UNREADABLE"],
  ])("refuses %s", async (_, make, fault) => {
    const outcome = await put("image", make(), { limits: { maxPages: 4 } });
    expect(shape(outcome)).toEqual({ fault, pages: [] });
  });
});

describe("the text of a page", () => {
  const textOf = (page: PixelPage | undefined) =>
    page?.text?.characters
      .map(({ codePoint }) => String.fromCodePoint(codePoint))
      .join("");

  it("comes with the boxes of its characters", async () => {
    const { pages } = await put("pdf", japanesePdf("関所"));
    expect(textOf(pages[0])).toBe("関所");
    const [first, second] = pages[0]!.text!.characters;
    expect(first!.right).toBeGreaterThan(first!.left);
    expect(second!.left).toBeGreaterThanOrEqual(first!.right - 100);
    expect(Math.abs(second!.top - first!.top)).toBeLessThan(2);
  });

  it("lies where the page shows it, also on a page that is turned", async () => {
    const { pages } = await put("pdf", turnedPdf());
    const [page] = pages;
    const dark = (at: number) => page!.pixels[at]! < 128;
    for (const one of page!.text!.characters) {
      if (one.codePoint <= 0x20) continue;
      const x = Math.floor((one.left / 65_535) * page!.width);
      const y = Math.floor((one.top / 65_535) * page!.height);
      const right = Math.ceil((one.right / 65_535) * page!.width);
      const bottom = Math.ceil((one.bottom / 65_535) * page!.height);
      let found = false;
      for (let row = y; row < bottom; row++)
        for (let column = x; column < right; column++)
          found ||= dark(row * page!.width + column);
      expect(found).toBe(true);
    }
  });

  it("is cut at the limit, and says so", async () => {
    const limits = { maxPageCharacters: 1 };
    const { pages } = await put("pdf", japanesePdf("関所"), { limits });
    expect(textOf(pages[0])).toBe("関");
    expect(pages[0]!.text!.isShortened).toBe(true);
  });

  it("names letters that no font has", async () => {
    const { pages } = await put("pdf", unicodeFontPdf("関䨺所𠮷"));
    const missing = pages[0]!.text!.characters.map(
      ({ isMissing }) => isMissing,
    );
    expect(missing).toEqual([false, true, false, true]);
  });
});

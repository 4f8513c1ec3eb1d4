import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { japanesePdf, scannedPdf } from "../../fixtures/documents.ts";
import { describeWithOcr } from "../../test/support/programs.ts";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import type { Pit } from "../core/pit.ts";
import type { PageText, PixelPage } from "../core/pixels.ts";
import { createPit } from "../pit/pit.ts";
import { DEFAULT_PAGES } from "../policy/policy.ts";
import { createRender } from "../render/render.ts";
import { verifyPdf } from "../verify/pdf.ts";
import { drawPdf } from "./draw-pdf.ts";
import { PageReader } from "./page-reader.ts";
import { inflate } from "./verify-again.ts";

/** Reading gives way to everybody else, and others test at the same time. */
const limits: Limits = { ...DEFAULT_LIMITS, ocrPageMs: 60_000 };
const pit = createPit({ limits });
const render = createRender(limits);
const room = mkdtempSync(join(tmpdir(), "sekisho-scan-"));

afterAll(async () => {
  await pit.end();
  rmSync(room, { recursive: true });
});

function content(bytes: Uint8Array): UntrustedContent {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return memoryContent(bytes, sha256) as UntrustedContent;
}

const LETTER = [
  "防災訓練の実施について",
  "全職員を対象とした訓練を実施します。",
  "十二月五日までに名簿を提出してください。",
];
const MINUTES = ["会議の記録", "議案はいずれも原案のとおり可決しました。"];

/** Paper with these lines on it, out of a copier. */
async function sheet(lines: readonly string[]): Promise<PixelPage> {
  const pdf = content(japanesePdf(lines.join("\n"), 16));
  const { pages } = await pit.open("pdf", pdf);
  for await (const page of pages) {
    const { width, height, channels, pixels } = page;
    const grey = pixels.filter((_, at) => at % channels === 0);
    return { ...page, width, height, channels: 1, pixels: grey };
  }
  throw new Error("no page");
}

async function draw(pdf: Uint8Array, ocr: boolean, by: Pit = pit) {
  const pages = { ...DEFAULT_PAGES, ocr };
  const tools = { pit: by, render, limits, pages, shareBytes: 15_000_000 };
  const made = await drawPdf(content(pdf), tools);
  const bytes = made.files[0]!.bytes;
  const file = join(room, "made.pdf");
  writeFileSync(file, bytes);
  const words = execFileSync("pdftotext", [file, "-"]).toString();
  const verified = verifyPdf(bytes, inflate);
  return { bytes, words, verified, findings: made.findings };
}

describeWithOcr("a scan", () => {
  it("can be searched where the policy wants it, is the same each time, and passes the verifier", async () => {
    const scan = scannedPdf([await sheet(LETTER), await sheet(MINUTES)]);
    const read = await draw(scan, true);
    expect(read.words.split(/\s+/).filter(Boolean)).toEqual([
      ...LETTER,
      ...MINUTES,
    ]);
    expect(read.verified).toEqual({ pages: 2 });
    expect(read.findings).toEqual([{ code: "text-by-ocr", detail: "p. 1, 2" }]);
    expect((await draw(scan, true)).bytes).toEqual(read.bytes);
    const plain = await draw(scan, false);
    expect(plain.words.trim()).toBe("");
    expect(plain.findings).toEqual([]);
  });

  it("is delivered without words where reading fails, and a document with words is not read", async () => {
    const scan = scannedPdf([await sheet(LETTER)]);
    let asked = 0;
    const failing: Pit = {
      ...pit,
      read: async () => {
        asked++;
        throw new Fault("PIT_DEADLINE");
      },
    };
    const made = await draw(scan, true, failing);
    expect(made.verified).toEqual({ pages: 1 });
    expect(made.findings).toEqual([
      { code: "ocr-left-out", detail: "p. 1: PIT_DEADLINE" },
    ]);
    expect(asked).toBe(1);
    expect((await draw(japanesePdf("関所"), true, failing)).findings).toEqual(
      [],
    );
    expect(asked).toBe(1);
  });
});

describe("the reader of a document", () => {
  const TEXT: PageText = { characters: [], isShortened: false };
  const page = (index: number): PixelPage => ({
    ...{ index, width: 1, height: 1, channels: 1 },
    ...{ points: null, pixels: new Uint8Array(1) },
  });
  const none = () => Promise.reject(new Error("not asked"));
  const bare: Pit = {
    ...{ open: none, unpack: none, convert: none },
    proveWalls: async () => [],
  };

  it("reads limits.maxOcrPages pages and names the others", async () => {
    const reader = new PageReader(
      { ...bare, read: async () => TEXT },
      { ...limits, maxOcrPages: 2 },
    );
    const read = await Promise.all([0, 1, 2, 3].map(page).map(reader.read));
    expect(read).toEqual([TEXT, TEXT, null, null]);
    expect(reader.findings()).toEqual([
      { code: "ocr-left-out", detail: "p. 3, 4: maxOcrPages" },
    ]);
  });

  it("tells each page how much of limits.ocrDocumentMs is left, and asks for none behind it", async () => {
    const withins: number[] = [];
    const read = async (_page: PixelPage, withinMs: number) => {
      withins.push(withinMs);
      await new Promise((resolve) => setTimeout(resolve, withinMs + 10));
      return TEXT;
    };
    const reader = new PageReader(
      { ...bare, read },
      { ...limits, ocrDocumentMs: 50 },
    );
    expect(await reader.read(page(0))).toBe(TEXT);
    expect(await reader.read(page(1))).toBeNull();
    expect(withins).toEqual([50]);
    expect(reader.findings()).toEqual([
      { code: "ocr-left-out", detail: "p. 2: ocrDocumentMs" },
    ]);
  });

  it("says so where nothing reads", async () => {
    const reader = new PageReader(bare, limits);
    await reader.read(page(0));
    expect(reader.findings()).toEqual([
      { code: "ocr-left-out", detail: "p. 1: OCR_MISSING" },
    ]);
  });
});

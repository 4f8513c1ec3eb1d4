/** Letters read in a pit: by the true program, and by ones that stand in its place and lie. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "@jest/globals";
import { japanesePdf } from "../../fixtures/documents.ts";
import { describeWithOcr } from "../../test/support/programs.ts";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import { toFault } from "../core/fault.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import type { PageText, PixelPage } from "../core/pixels.ts";
import { FULL_SIDE } from "../wire/pit-text.ts";
import { createPit } from "./pit.ts";
import { readProgram } from "./program.ts";
import { createReading } from "./reading.ts";
import { seccompFilter } from "./seccomp.ts";
import { wallCommand } from "./walls.ts";

/** It gives way to everybody else, and others test at the same time. */
const PATIENCE_MS = 60_000;
const LIMITS: Limits = { ...DEFAULT_LIMITS, ocrPageMs: PATIENCE_MS };
const pit = createPit({ limits: LIMITS });
const room = mkdtempSync(join(tmpdir(), "sekisho-ocr-"));

afterAll(async () => {
  await pit.end();
  rmSync(room, { recursive: true });
});

async function drawn(text: string): Promise<PixelPage> {
  const pdf = memoryContent(japanesePdf(text), "") as UntrustedContent;
  const { pages } = await pit.open("pdf", pdf, "", { dpi: 150 });
  for await (const { text: _told, ...page } of pages) return page;
  throw new Error("no page");
}

const letters = ({ characters }: PageText) =>
  characters
    .map(({ codePoint }) => String.fromCodePoint(codePoint))
    .join("")
    .trim();

describeWithOcr("a page whose letters are read", () => {
  it("gives them with their boxes, the same each time", async () => {
    const page = await drawn("防災訓練のお知らせ");
    const read = () => pit.read!(page, PATIENCE_MS);
    const [text, again] = await Promise.all([read(), read()]);
    expect(letters(text)).toBe("防災訓練のお知らせ");
    expect(again).toEqual(text);
    // Drawn at 60, 700 with 40 points a letter, on 595 × 842.
    for (const [place, one] of text.characters.slice(0, 9).entries()) {
      const middle = (one.left + one.right) / 2 / FULL_SIDE;
      expect(Math.abs(middle * 595 - (80 + place * 40))).toBeLessThan(20);
      expect(one.top / FULL_SIDE).toBeGreaterThan(100 / 842);
      expect(one.bottom / FULL_SIDE).toBeLessThan(155 / 842);
    }
  });

  it("that shows no letter gives none", async () => {
    const page = await drawn("　");
    expect(letters(await pit.read!(page, PATIENCE_MS))).toBe("");
  });
});

const HEADER =
  "level\\tpage_num\\tblock_num\\tpar_num\\tline_num\\tword_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext\\n";
const says = (rows: string) => `process.stdout.write("${HEADER}" + ${rows});`;
const PAGE: PixelPage = {
  ...{ index: 0, width: 100, height: 200, channels: 3 },
  ...{ points: null, pixels: new Uint8Array(100 * 200 * 3).fill(255) },
};

/** The pit as it is, with this program where tesseract is. */
async function readWith(
  script: string,
  limits: Limits = LIMITS,
): Promise<PageText | string> {
  const host = join(room, "liar");
  writeFileSync(host, `#!/pit/node\n${script}\n`);
  chmodSync(host, 0o755);
  const program = readProgram("ocr");
  const windows = program.windows.map((one) =>
    one.path === "/usr/bin/tesseract" ? { ...one, host } : one,
  );
  const seccomp = seccompFilter(process.arch, "processes")!;
  const command = wallCommand({ ...program, windows }, limits, seccomp);
  const read = createReading({ limits, command: async () => command });
  return read(PAGE, PATIENCE_MS).catch((error: unknown) => toFault(error).code);
}

describeWithOcr("a program that lies about letters", () => {
  it.each([
    ["says nothing", ""],
    ["says garbage", 'process.stdout.write("\\xff\\0".repeat(1000));'],
    [
      "has no numbers",
      says('"5\\t1\\t1\\t1\\t1\\t1\\tx\\t0\\t9\\t9\\t90\\ta"'),
    ],
    ["has too few columns", says('"5\\t1\\ta"')],
    ["fails", `${says('""')} process.exitCode = 1;`],
    [
      "says more than 8 MiB",
      "const much = Buffer.alloc(1e6, 65); for (;;) require('fs').writeSync(1, much);",
    ],
  ])("and %s is DOCUMENT_UNREADABLE", async (_what, script) => {
    expect(await readWith(script)).toBe("DOCUMENT_UNREADABLE");
  });

  it("and never ends is PIT_DEADLINE", async () => {
    const limits = { ...LIMITS, ocrPageMs: 1000 };
    expect(await readWith("for (;;);", limits)).toBe("PIT_DEADLINE");
  });

  it("has its boxes on the page, wherever it says they are", async () => {
    const word = (box: string) => `5\\t1\\t1\\t1\\t1\\t1\\t${box}\\t99\\t門\\n`;
    const rows = ["-50\\t-9\\t900\\t99", "999\\t999\\t9\\t9"].map(word);
    const text = (await readWith(says(`"${rows.join("")}"`))) as PageText;
    expect(letters(text)).toBe("門門");
    for (const { right, bottom } of text.characters)
      expect(Math.max(right, bottom)).toBeLessThanOrEqual(FULL_SIDE);
  });

  it("has no more letters than a page may, and those that are hardly sure not at all", async () => {
    const row = (sure: number) =>
      `"5\\t1\\t1\\t1\\t" + ${sure} + "\\t1\\t1\\t1\\t90\\t9\\t${sure}\\t" + "門".repeat(30) + "\\n"`;
    const limits = { ...LIMITS, maxPageCharacters: 20 };
    const text = (await readWith(says(row(99)), limits)) as PageText;
    expect(text.characters).toHaveLength(20);
    expect(text.isShortened).toBe(true);
    const unsure = (await readWith(says(row(40)))) as PageText;
    expect(unsure).toEqual({ characters: [], isShortened: false });
  });
});

/** The real pit of office documents: bubblewrap and LibreOffice, and the pit of PDFs behind it. */
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { expect, it } from "@jest/globals";
import { cutOff } from "../../fixtures/documents.ts";
import {
  hangulDocument,
  ddeField,
  encryptedDocument,
  rtf,
  macroSheet,
  slides,
  visioDrawing,
  wordDocument,
  workbook,
  zipFile,
} from "../../fixtures/office.ts";
import { compoundFile } from "../../fixtures/outlook.ts";
import { describeWithOffice } from "../../test/support/programs.ts";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import type { Converted } from "../core/pit.ts";
import type { PixelPage } from "../core/pixels.ts";
import { createPit } from "./pit.ts";
import { processTree } from "./tree.ts";

const asContent = (bytes: Uint8Array) =>
  memoryContent(bytes, "") as UntrustedContent;

interface Outcome {
  readonly fault: unknown;
  readonly made: Converted | null;
}

async function convert(
  bytes: Uint8Array,
  limits: Partial<Limits> = {},
): Promise<Outcome> {
  const pit = createPit({ limits: { ...DEFAULT_LIMITS, ...limits } });
  try {
    return { made: await pit.convert(asContent(bytes)), fault: null };
  } catch (error) {
    return { made: null, fault: (error as { code: unknown }).code };
  } finally {
    await pit.end();
  }
}

async function pagesOf({ made }: Outcome): Promise<readonly PixelPage[]> {
  if (made === null) return [];
  const { pages } = await createPit({ limits: DEFAULT_LIMITS }).open(
    "pdf",
    made.pdf,
  );
  const all: PixelPage[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/** A dead process that nobody has asked after yet has no command line any more. */
function isThere(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`).length > 0;
  } catch {
    return false;
  }
}

/** Dark pixels of a page. */
const ink = ({ pixels, channels }: PixelPage) => {
  let dark = 0;
  for (let at = 0; at < pixels.length; at += channels)
    if ((pixels[at] ?? 255) < 128) dark += 1;
  return dark;
};

describeWithOffice("an office document", () => {
  it.each([
    ["docx", wordDocument("関所の見本です")],
    ["rtf", rtf("関所の見本です")],
    ["xlsx", workbook([{ name: "一", rows: [["関所の見本です"]] }])],
    ["odp", slides(["関所の見本です"])],
    ["vsdx", visioDrawing("関所の見本です")],
    ["hwp (3.0)", hangulDocument("Sekisho specimen, no letters of Hangul")],
  ])(
    "in %s becomes one page with writing on it",
    async (_, document) => {
      const pages = await pagesOf(await convert(document));
      expect(pages.length).toBe(1);
      expect(ink(pages[0]!)).toBeGreaterThan(400);
    },
    30_000,
  );

  it("draws each letter, none as the box of a missing one", async () => {
    const rows = ["口口口口", "鷗葛辻飴", "㈱①髙﨑"];
    const pages = await pagesOf(await convert(wordDocument(rows.join("\n"))));
    const boxes = await pagesOf(
      await convert(wordDocument("口口口口\n口口口口\n口口口口")),
    );
    expect(ink(pages[0]!)).toBeGreaterThan(1.3 * ink(boxes[0]!));
  }, 30_000);

  it("tells of letters for which no font here has a glyph, and is refused with five and more than a fifth of them", async () => {
    const few = await convert(wordDocument("外字の\ue757は出ません"));
    expect(few.made?.findings).toEqual(["glyphs-missing"]);
    const many = wordDocument("外字\ue757\ue758\ue759\ue75a\u{323af}");
    expect((await convert(many)).fault).toBe("GLYPHS_MISSING");
  }, 30_000);

  it("gives the same bytes twice", async () => {
    const document = workbook([{ name: "一", rows: [["あ", 1]] }]);
    const [first, second] = [await convert(document), await convert(document)];
    const [one, two] = [await pagesOf(first), await pagesOf(second)];
    expect(Buffer.compare(one[0]!.pixels, two[0]!.pixels)).toBe(0);
    expect(first.made?.sheets).toEqual(second.made?.sheets);
  }, 30_000);
});

describeWithOffice("a LibreOffice that stood ready", () => {
  it("gives the same as a new one, once for each document, and nothing of the one before", async () => {
    const pit = createPit({ limits: DEFAULT_LIMITS, officeSpares: 1 });
    const documents = [
      wordDocument("一つ目"),
      workbook([{ name: "一", rows: [["二つ目", 2]] }]),
      slides(["三つ目"]),
    ];
    for (const document of documents) {
      const warm = {
        made: await pit.convert(asContent(document)),
        fault: null,
      };
      const cold = await convert(document);
      const [one, two] = [await pagesOf(warm), await pagesOf(cold)];
      expect(Buffer.compare(one[0]!.pixels, two[0]!.pixels)).toBe(0);
      expect(warm.made.sheets).toEqual(cold.made?.sheets);
    }
    const ready = processTree(process.pid);
    expect(ready.length).toBeGreaterThan(3);
    await pit.end();
    expect(ready.slice(1).filter(isThere)).toEqual([]);
  }, 60_000);
});

describeWithOffice("a workbook", () => {
  it("of 60 columns comes out on one page as wide as it needs, and all in its values", async () => {
    const row = Array.from({ length: 60 }, (_, at) => `列${at + 1}`);
    const made = await convert(
      workbook([{ name: "横長", rows: [row, row.map((_, at) => at)] }]),
    );
    const pages = await pagesOf(made);
    expect(pages.length).toBe(1);
    expect(pages[0]?.width).toBeGreaterThan(3500);
    expect(made.made?.sheets).toEqual([
      {
        untrustedName: "横長",
        untrustedText: `${row.join(",")}\n${row.map((_, at) => at).join(",")}\n`,
      },
    ]);
  }, 30_000);

  it("of 400 columns goes over several of the widest pages, so that it can be read", async () => {
    const row = Array.from({ length: 400 }, (_, at) => `列${at + 1}`);
    const made = await convert(workbook([{ name: "一", rows: [row] }]));
    expect((await pagesOf(made)).length).toBeGreaterThan(3);
  }, 30_000);

  it("names its hidden sheet, and gives neither its page nor its values", async () => {
    const made = await convert(
      workbook([
        { name: "表紙", rows: [["見える"]] },
        { name: "秘密の表", rows: [["見えない"]], hidden: true },
      ]),
    );
    expect((await pagesOf(made)).length).toBe(1);
    expect(made.made).toMatchObject({
      findings: ["office-hidden-sheet"],
      untrustedHidden: ["秘密の表"],
      sheets: [{ untrustedName: "表紙", untrustedText: "見える\n" }],
    });
  }, 30_000);

  it("tells which sheets hide rows or columns, draws neither, and has both among its values", async () => {
    const rows = [
      ["甲", "乙"],
      ["丙", "丁"],
    ];
    const { made } = await convert(
      workbook([
        { name: "全部", rows },
        { name: "行", rows, hiddenRow: 2 },
        { name: "列", rows, hiddenColumn: 2 },
      ]),
    );
    expect(made?.findings).toEqual(["office-hidden-cells"]);
    expect(made?.untrustedHiddenCells).toEqual(["行", "列"]);
    expect(made?.sheets.map(({ untrustedText }) => untrustedText)).toEqual(
      Array(3).fill("甲,乙\n丙,丁\n"),
    );
  }, 30_000);

  it("with words that run over its last column loses none of them", async () => {
    const words = "長い文".repeat(60);
    const made = await convert(
      workbook([{ name: "一", rows: [["番号", words]] }]),
    );
    expect((await pagesOf(made)).length).toBe(1);
  }, 30_000);
});

describeWithOffice("what a document would do", () => {
  it("is not done: its macro does not run, and is told of", async () => {
    const { made } = await convert(macroSheet("言葉", "動いた"));
    expect(made?.findings).toEqual(["office-macro"]);
    expect(made?.sheets[0]?.untrustedText).toMatch(/^言葉,(?!動いた)/);
  }, 30_000);

  it("is not done: nothing is fetched and no file is read, and both are told of", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      const { port } = server.address() as AddressInfo;
      const { made } = await convert(
        wordDocument("外を見る", {
          body: `${ddeField}<w:p><w:fldSimple w:instr=" INCLUDETEXT &quot;/etc/passwd&quot; "><w:r><w:t>古い</w:t></w:r></w:fldSimple></w:p>`,
          relations: [
            {
              type: "attachedTemplate",
              target: `http://127.0.0.1:${port}/t.dotm`,
              outside: true,
            },
          ],
        }),
      );
      expect(made?.findings).toEqual(["office-dde", "office-external-link"]);
      expect(connections).toBe(0);
    } finally {
      server.close();
    }
  }, 30_000);
});

describeWithOffice("a document that cannot be converted", () => {
  const zip = zipFile({ "a.txt": "a" });
  it.each([
    ["a ZIP of other things", zip, "DOCUMENT_UNKNOWN"],
    [
      "a compound file of other things",
      compoundFile({ A: Buffer.alloc(9) }),
      "DOCUMENT_UNKNOWN",
    ],
    ["text", Buffer.from("hello"), "DOCUMENT_UNKNOWN"],
    ["half a docx", cutOff(wordDocument("半分")), "DOCUMENT_UNREADABLE"],
    ["an encrypted one", encryptedDocument(), "DOCUMENT_ENCRYPTED"],
  ])(
    "is refused for what it is: %s",
    async (_, document, fault) => {
      expect((await convert(document)).fault).toBe(fault);
    },
    30_000,
  );

  it("is refused when its package tells of more than 300 MiB", async () => {
    const document = wordDocument("大きい");
    const directory = document.lastIndexOf("PK\x01\x02", undefined, "latin1");
    document.writeUInt32LE(301 * 1024 * 1024, directory + 24);
    expect((await convert(document)).fault).toBe("UNPACKED_TOO_BIG");
  }, 30_000);

  it("is ended at its deadline, by its processor time, and by the size of its PDF; no process and no file is left", async () => {
    const document = wordDocument("終わり");
    const slow = wordDocument("長い文書\n".repeat(5000));
    const before = new Set(readdirSync(tmpdir()));
    const seen = new Set<number>();
    const watch = setInterval(() => {
      for (const pid of processTree(process.pid)) seen.add(pid);
    }, 20);
    try {
      expect([
        (await convert(document, { officeDeadlineMs: 600 })).fault,
        (await convert(slow, { pitCpuSeconds: 1 })).fault,
        (await convert(document, { maxConvertedBytes: 1000 })).fault,
      ]).toEqual(["PIT_DEADLINE", "PIT_CPU", "PIT_OUTPUT"]);
    } finally {
      clearInterval(watch);
    }
    seen.delete(process.pid);
    expect(seen.size).toBeGreaterThan(3);
    expect([...seen].filter(isThere)).toEqual([]);
    // As LibreOffice calls what it leaves.
    const left = readdirSync(tmpdir()).filter((name) => !before.has(name));
    expect(left.filter((name) => /^(?:lu|OSL_PIPE)/.test(name))).toEqual([]);
  }, 120_000);
});

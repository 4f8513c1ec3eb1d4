import { describe, expect, it } from "@jest/globals";
import {
  ddeField,
  encryptedDocument,
  hangulDocument,
  metafile,
  openDocument,
  rtf,
  visioDrawing,
  macroSheet,
  wordDocument,
  workbook,
  zipFile,
} from "../../../fixtures/office.ts";
import { compoundFile } from "../../../fixtures/outlook.ts";
import { PitRefusal } from "../speak.ts";
import { look } from "./look.ts";

const seen = (document: Uint8Array) => {
  const { filter, encrypted, findings } = look(document);
  return { filter, encrypted, findings: [...findings] };
};

const RELATION = "application/vnd.openxmlformats-officedocument";

/** A record of a workbook stream (MS-XLS §2.4). */
function record(type: number, body: readonly number[] = []): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(type, 0);
  head.writeUInt16LE(body.length, 2);
  return Buffer.concat([head, Buffer.from(body)]);
}

/** A File Information Block (MS-DOC §2.5.2) with this version and these flags, and some text behind it. */
function wordStream(version: number, flags: number, text = ""): Buffer {
  const stream = Buffer.alloc(5000);
  stream.writeUInt16LE(version, 2);
  stream.writeUInt16LE(flags, 10);
  stream.write(text, 1000, "utf16le");
  return stream;
}

describe("a look at a document", () => {
  it("knows the drawings of Windows by their heads", () => {
    const emf = Buffer.alloc(100);
    emf.writeUInt32LE(1, 0);
    emf.write(" EMF", 40, "latin1");
    for (const [drawing, kind] of [
      [metafile(), "WMF"],
      [metafile().subarray(22), "WMF"],
      [emf, "EMF"],
    ] as const)
      expect(seen(drawing)).toEqual({
        ...{ filter: `${kind} - MS Windows Metafile`, encrypted: false },
        findings: [],
      });
    emf.write("?", 41, "latin1");
    expect(() => seen(emf)).toThrow(PitRefusal);
  });

  it("says that a document of Hangul 3.0 is closed where its head says so", () => {
    const closed = hangulDocument("a", { encrypted: 1 });
    expect(() => seen(closed)).toThrow("DOCUMENT_ENCRYPTED");
  });

  it.each([
    ["docx", wordDocument("あ"), "MS Word 2007 XML"],
    ["vsdx", visioDrawing("あ"), "Visio Document"],
    [
      "vsd",
      compoundFile({ VisioDocument: Buffer.alloc(5000) }),
      "Visio Document",
    ],
    ["hwp 3.0", hangulDocument("a"), "writer_MIZI_Hwp_97"],
    ["xlsx", workbook([]), "Calc MS Excel 2007 XML"],
    ["odt", openDocument("text", { body: "" }), "writer8"],
    ["ods", openDocument("spreadsheet", { body: "" }), "calc8"],
    ["rtf", rtf("あ"), "Rich Text Format"],
    ["doc", compoundFile({ WordDocument: wordStream(0xc1, 0) }), "MS Word 97"],
    ["xls", compoundFile({ Workbook: Buffer.alloc(5000) }), "MS Excel 97"],
    [
      "ppt",
      compoundFile({ "PowerPoint Document": Buffer.alloc(5000) }),
      "MS PowerPoint 97",
    ],
  ])("names the filter of a plain %s and finds nothing", (_, bytes, filter) => {
    expect(seen(bytes)).toEqual({ filter, encrypted: false, findings: [] });
  });

  it.each([
    ["EncryptedPackage", encryptedDocument()],
    ["fEncrypted", compoundFile({ WordDocument: wordStream(0xc1, 0x0100) })],
    [
      "FILEPASS",
      compoundFile({
        Workbook: Buffer.concat([
          record(0x809, [0, 6, 5, 0]),
          record(0x2f, [1, 0]),
          Buffer.alloc(5000),
        ]),
      }),
    ],
    [
      "the token of a slide show",
      compoundFile({
        "PowerPoint Document": Buffer.alloc(5000),
        "Current User": Buffer.from(
          "00000000000000000000000" + "0" + "dfc4d1f3" + "00000000",
          "hex",
        ),
      }),
    ],
    [
      "a manifest with encryption data",
      openDocument("text", {
        body: "",
        parts: {
          "META-INF/manifest.xml": `<m:manifest><m:file-entry><m:encryption-data m:x="1"/></m:file-entry></m:manifest>`,
        },
      }),
    ],
  ])("sees that it is encrypted by %s", (_, bytes) => {
    expect(look(bytes).encrypted).toBe(true);
  });

  it.each([
    ["vbaProject.bin", { "word/vbaProject.bin": "x" }, ["office-macro"]],
    ["a macro sheet", { "xl/macrosheets/sheet1.xml": "x" }, ["office-macro"]],
    ["ActiveX", { "word/activeX/activeX1.bin": "x" }, ["office-activex"]],
    ["an embedding", { "word/embeddings/a.bin": "x" }, ["office-ole"]],
    [
      "a link to another workbook by DDE",
      { "xl/externalLinks/externalLink1.xml": "<ddeLink/>" },
      ["office-external-link", "office-dde"],
    ],
  ])("finds %s in a package", (_, parts, findings) => {
    expect(seen(wordDocument("あ", { parts })).findings).toEqual(findings);
  });

  it.each([
    ["attachedTemplate", ["office-external-link"]],
    ["image", ["office-external-link"]],
    ["hyperlink", []],
  ])("of a relation to the outside of type %s tells %j", (type, findings) => {
    const relations = [{ type, target: "http://x.invalid/", outside: true }];
    expect(seen(wordDocument("あ", { relations })).findings).toEqual(findings);
  });

  it("finds DDE in a field whose words are spread over runs, macros of OpenDocument and remote pictures", () => {
    expect(seen(wordDocument("あ", { body: ddeField })).findings).toEqual([
      "office-dde",
    ]);
    expect(seen(macroSheet("a", "b")).findings).toEqual(["office-macro"]);
    const body = `<text:p><draw:image xlink:href="http://x.invalid/a.png"/></text:p>`;
    expect(seen(openDocument("text", { body })).findings).toEqual([
      "office-external-link",
    ]);
  });

  it("finds objects, templates and DDE in RTF", () => {
    const more = `{\\*\\template http://x.invalid//t.dot}{\\object{\\*\\objdata 00}}{\\field{\\*\\fldinst DDEAUTO x}}`;
    expect(seen(rtf("あ", more)).findings).toEqual([
      ...["office-ole", "office-dde", "office-external-link"],
    ]);
  });

  it("finds macros, objects, DDE and links in compound files", () => {
    const word = compoundFile({
      WordDocument: wordStream(0xc1, 0, "\x13 DDE x \x13 INCLUDEPICTURE y"),
      Macros: { VBA: { dir: Buffer.alloc(10) } },
      ObjectPool: { _1: { "\x01Ole10Native": Buffer.alloc(10) } },
    });
    expect(seen(word).findings.sort()).toEqual([
      ...["office-dde", "office-external-link", "office-macro", "office-ole"],
    ]);
    const book = compoundFile({
      Workbook: Buffer.concat([
        record(0x85, [0, 0, 0, 0, 0, 1]),
        record(0x1ae, [1, 0, 4, 0, 0x61, 3, 0x62, 0x63]),
        Buffer.alloc(5000),
      ]),
    });
    expect(seen(book).findings).toEqual(["office-macro", "office-dde"]);
  });

  it.each([
    [0, []],
    [1, ["office-macro"]],
  ])("of a slide show with fHasMacros %d tells %j", (flag, findings) => {
    const stream = Buffer.alloc(5000);
    Buffer.from("1f00ff0314000000020000040c00000000000000", "hex").copy(stream);
    stream.writeUInt32LE(flag, 20);
    const bytes = compoundFile({ "PowerPoint Document": stream });
    expect(seen(bytes).findings).toEqual(findings);
  });

  it.each([
    ["a ZIP of other things", zipFile({ "a.txt": "a" })],
    ["a compound file of other things", compoundFile({ A: Buffer.alloc(9) })],
    ["text", Buffer.from("hello")],
    ["nothing", new Uint8Array()],
    [
      "content types of other things",
      zipFile({ "[Content_Types].xml": `ContentType="${RELATION}.x+xml"` }),
    ],
  ])("does not know %s", (_, bytes) => {
    expect(() => look(bytes)).toThrow("DOCUMENT_UNKNOWN");
  });

  it("refuses 1,000 damaged documents, or reads them; it never falls", () => {
    const whole = [
      wordDocument("あ", { body: ddeField }),
      macroSheet("a", "b"),
      compoundFile({ WordDocument: wordStream(0xc1, 0, "DDEAUTO") }),
      compoundFile({ Workbook: record(0x1ae, [1, 0, 4, 0, 1, 3]) }),
    ];
    for (let at = 0; at < 250; at++)
      for (const document of whole) {
        const bytes = Buffer.from(document);
        bytes.writeUInt32LE(
          [0xffffffff, 0, 0x7fffffff][at % 3]!,
          (at * 7919) % (bytes.length - 4),
        );
        try {
          look(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(PitRefusal);
        }
      }
  });
});

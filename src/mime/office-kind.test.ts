import { describe, expect, it } from "@jest/globals";
import {
  encryptedDocument,
  openDocument,
  visioDrawing,
  wordDocument,
  workbook,
  zipFile,
} from "../../fixtures/office.ts";
import { compoundFile, makeOutlookMessage } from "../../fixtures/outlook.ts";
import type { FileKind } from "../core/part.ts";
import { fileKind, KIND_HEAD_BYTES } from "./file-kind.ts";
import { needsWholeFile, officeKind } from "./office-kind.ts";

async function kindOf(bytes: Buffer): Promise<FileKind> {
  const hint = { declaredType: "application/pdf", name: "x.pdf" };
  const head = bytes.subarray(0, KIND_HEAD_BYTES);
  const kind = await fileKind(head, { ...hint, bytes: bytes.length });
  return needsWholeFile(kind) ? officeKind(kind, bytes) : kind;
}

const OPEN_XML = "application/vnd.openxmlformats-officedocument";
const stream = (name: string) => compoundFile({ [name]: Buffer.alloc(5000) });

describe("the kind of an office document", () => {
  it.each([
    [wordDocument("あ"), `${OPEN_XML}.wordprocessingml.document`, "docx"],
    [
      workbook([{ name: "一", rows: [["あ".repeat(5000)]] }]),
      `${OPEN_XML}.spreadsheetml.sheet`,
      "xlsx",
    ],
    [
      openDocument("text", { body: "" }),
      "application/vnd.oasis.opendocument.text",
      "odt",
    ],
    [stream("WordDocument"), "application/msword", "doc"],
    [stream("Workbook"), "application/vnd.ms-excel", "xls"],
    [stream("Book"), "application/vnd.ms-excel", "xls"],
    [stream("PowerPoint Document"), "application/vnd.ms-powerpoint", "ppt"],
    [encryptedDocument(), "application/x-office-encrypted", "bin"],
    [visioDrawing("あ"), "application/vnd.visio", "vsdx"],
    [stream("VisioDocument"), "application/vnd.visio", "vsd"],
    [stream("\x05HwpSummaryInformation"), "application/x-hwp", "hwp"],
    [
      zipFile({ mimetype: "application/hwp+zip", "Contents/content.hpf": "" }),
      ...(["application/x-hwp", "hwpx"] as const),
    ],
  ])("is told by its content %#", async (bytes, type, extension) => {
    expect(await kindOf(bytes)).toMatchObject({ type, extension });
  });

  it.each([
    ["2008020000000000c000000000000046", "xls"],
    ["0112020000000000c000000000000046", "pub"],
  ])(
    "of a class is told by that, whatever is embedded in it: %s",
    async (classId, extension) => {
      const bytes = compoundFile({
        Workbook: Buffer.alloc(5000),
        Inner: { WordDocument: Buffer.alloc(5000) },
      });
      const root = (bytes.readUInt32LE(48) + 1) * 512;
      Buffer.from(classId, "hex").copy(bytes, root + 80);
      expect(await kindOf(bytes)).toMatchObject({ extension });
    },
  );

  it("stays unknown for a mail of Outlook, also with a document in it", async () => {
    const files = [{ name: "a.doc", bytes: stream("WordDocument") }];
    const mail = makeOutlookMessage({ subject: "s", body: "b", files });
    expect((await kindOf(mail)).type).toBe("application/x-cfb");
  });

  it.each([
    ["other things", zipFile({ "a.txt": "a", "word/a.txt": "b" })],
    ["a folder of that name alone", zipFile({ "xl/a.txt": "a" })],
    ["nothing but its end", Buffer.from(`PK\x03\x04${"\0".repeat(40)}`)],
  ])("stays a ZIP for one of %s", async (_, bytes) => {
    expect((await kindOf(bytes)).type).toBe("application/zip");
  });

  it("is found or not, and never falls, in 500 damaged files", () => {
    const zip = { type: "application/zip", label: "", extension: "zip" };
    const cfb = { type: "application/x-cfb", label: "", extension: "cfb" };
    const whole = [wordDocument("あ"), stream("WordDocument")] as const;
    for (let at = 0; at < 500; at++) {
      for (const [place, kind] of [zip, cfb].entries()) {
        const bytes = Buffer.from(whole[place]!);
        bytes.writeUInt32LE(0xffffffff, (at * 7919) % (bytes.length - 4));
        const cut = bytes.subarray(0, (at * 104_729) % bytes.length);
        expect(officeKind(kind, cut).label).toEqual(expect.any(String));
        expect(officeKind(kind, bytes).label).toEqual(expect.any(String));
      }
    }
  });
});

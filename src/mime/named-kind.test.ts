import { describe, expect, it } from "@jest/globals";
import { fileKind } from "./file-kind.ts";

const label = async (
  bytes: Uint8Array | string,
  name: string | null = null,
) => {
  const head = Buffer.from(bytes);
  const kind = await fileKind(head, {
    ...{ declaredType: "application/octet-stream", name },
    bytes: head.length,
  });
  return kind.label;
};
const compound = Buffer.concat([
  Buffer.from("d0cf11e0a1b11ae1", "hex"),
  Buffer.alloc(600),
]);

describe("kinds that are only named", () => {
  it.each([
    ["JwwData.\x01", null, "JWW図面"],
    ["AC1027\0\0\0", null, "DWG図面"],
    ["  0\r\nSECTION\r\n  2\r\nHEADER\r\n", null, "DXF図面"],
    ["AutoCAD Binary DXF\r\n\x1a\0", null, "DXF図面"],
    ["ISO-10303-21;\nHEADER;\n", "a.p21", "SXF・STEP図面（P21、SFC）"],
    ["ITSF\x03\0\0\0", null, "CHMヘルプ"],
    [
      Buffer.from("4c0000000114020000000000c000000000000046", "hex"),
      null,
      "ショートカット",
    ],
    [
      "[InternetShortcut]\r\nURL=https://example.com/\r\n",
      "a.url",
      "ショートカット",
    ],
    [
      Buffer.from("e4525c7b8cd8a74daeb15378d02996d300000000", "hex"),
      null,
      "OneNoteノート",
    ],
    ["#!/bin/sh\necho\n", null, "スクリプト"],
    ["WScript.Echo 1\r\n", "a.vbs", "スクリプト"],
    [
      "HWP Document File V2.10 \x1a\x01\x02\x03\x04\x05\0",
      null,
      "ハングル文書（HWP）",
    ],
    [compound, "案.jtd", "一太郎文書"],
    [Buffer.from([0x60, 0x0e, 0, 1]), "図.xdw", "DocuWorks文書"],
    [Buffer.from([0x60, 0x0e, 0, 1]), "図.xbd", "DocuWorks文書"],
    [compound, "setup.msi", "インストーラー（MSI）"],
    [
      Buffer.from("0000001866747970 6d703432".replace(" ", ""), "hex"),
      null,
      "MP4動画",
    ],
  ])(
    "by bytes, or by name where bytes do not say: row %#",
    async (bytes, name, wanted) => {
      expect(await label(bytes, name)).toBe(wanted);
    },
  );

  it("never takes the name's word against a kind that is made anew", async () => {
    expect(await label("%PDF-1.4\n\0", "a.jtd")).toBe("PDF");
    expect(await label("words\r\n", "a.xdw")).toBe("テキスト");
    expect(await label("a,b\r\n", "a.csv")).toBe("CSV");
  });
});

describe("an archive whose first member is a stored PDF", () => {
  it("is that archive", async () => {
    const tar = Buffer.alloc(1024);
    tar.write("ustar", 257);
    tar.write("%PDF-1.4", 512);
    expect(
      await label("PK\x03\x04\x14\0\0\0\0\0".padEnd(40, "a") + "%PDF-1.4"),
    ).toBe("ZIP圧縮");
    expect(await label(Buffer.from("Rar!\x1a\x07\x00%PDF-1.4", "latin1"))).toBe(
      "RAR圧縮",
    );
    expect(await label(tar)).not.toBe("PDF");
  });
});

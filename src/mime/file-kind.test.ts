import { describe, expect, it } from "@jest/globals";
import { fileKind } from "./file-kind.ts";

const look = (
  bytes: Buffer,
  declaredType = "application/octet-stream",
  name: string | null = null,
) => fileKind(bytes, { declaredType, name, bytes: bytes.length });

describe("file kind by content", () => {
  it.each([
    [
      "a calendar behind a byte order mark",
      Buffer.from("\uFEFFBEGIN:VCALENDAR\r\nVERSION:2.0"),
      "text/calendar",
    ],
    [
      "a document of Hangul 3.0",
      Buffer.from("HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05\0"),
      "application/x-hwp3",
    ],
    ["a business card", Buffer.from("begin:vcard\nFN:x"), "text/vcard"],
    [
      "words about a calendar",
      Buffer.from("see BEGIN:VCALENDAR\n"),
      "text/plain",
    ],
    [
      "OpenPGP ciphertext",
      Buffer.from("\n-----BEGIN PGP MESSAGE-----\n\nhQEMA"),
      "application/pgp-encrypted",
    ],
    [
      "an OpenPGP signature",
      Buffer.from("-----BEGIN PGP SIGNATURE-----\n\niQEz"),
      "application/pgp-signature",
    ],
    [
      "S/MIME ciphertext",
      Buffer.from("308006092a864886f70d010703a0803080020100", "hex"),
      "application/x-pkcs7-encrypted",
    ],
    [
      "a detached S/MIME signature",
      Buffer.from(
        "308006092a864886f70d010702a08030800201013100300b06092a864886f70d010701",
        "hex",
      ),
      "application/pkcs7-signature",
    ],
    [
      "S/MIME with its content inside",
      Buffer.from(
        "308006092a864886f70d010702a08030800201013100308006092a864886f70d010701a0802480",
        "hex",
      ),
      "application/pkcs7-mime",
    ],
    ["a PDF called txt", Buffer.from("%PDF-1.4\n"), "application/pdf"],
    [
      "a PDF behind 1000 bytes of junk",
      Buffer.from("x".repeat(1000) + "%PDF-1.4\n"),
      "application/pdf",
    ],
    [
      "a ZIP",
      Buffer.from("PK\x03\x04\x14\x00\x00\x00\x00\x00", "latin1"),
      "application/zip",
    ],
    [
      "an executable",
      Buffer.from("MZ\x90\x00\x03", "latin1"),
      "application/x-msdownload",
    ],
    [
      "an SVG behind an XML declaration",
      Buffer.from('<?xml version="1.0"?>\n<svg xmlns="x">'),
      "image/svg+xml",
    ],
    ["RTF", Buffer.from("{\\rtf1\\ansi"), "application/rtf"],
    [
      "LZH",
      Buffer.from("\x21\x00-lh5-\x00\x00", "latin1"),
      "application/x-lzh-compressed",
    ],
    [
      "ISO-2022-JP text",
      Buffer.from("\x1b$B$3$s\x1b(B", "latin1"),
      "text/plain",
    ],
    [
      "Shift_JIS text",
      Buffer.from([0x82, 0xb1, 0x82, 0xf1, 0x0a]),
      "text/plain",
    ],
    [
      "UTF-16 with its mark",
      Buffer.from([0xff, 0xfe, 0x42, 0x30]),
      "text/plain",
    ],
    ["text with a stray NUL", Buffer.from([0x41, 0x00, 0x42]), "text/plain"],
    [
      "text with the Ctrl-Z that ends a DOS file",
      Buffer.from([0x82, 0xb1, 0x82, 0xf1, 0x0a, 0x1a]),
      "text/plain",
    ],
    [
      "kana by SO and SI",
      Buffer.from("\x0e123\x0f ".repeat(50), "latin1"),
      "text/plain",
    ],
    [
      "UTF-16 without its mark",
      Buffer.from("会議のお知らせです。\r\n", "utf16le"),
      "text/plain",
    ],
    [
      "yEnc",
      Buffer.concat([
        Buffer.from("hi\r\n=ybegin line=128 size=256 name=a\r\n"),
        Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
      ]),
      "text/plain",
    ],
    [
      "bytes of which 1 in 10 is a control",
      Buffer.from("abcdefghi\0".repeat(20)),
      "application/octet-stream",
    ],
    ["nothing", Buffer.alloc(0), "application/x-empty"],
  ])("sees %s", async (_, bytes, type) => {
    expect((await look(bytes, "text/plain", "x.txt")).type).toBe(type);
  });

  it("takes the declared charset for a word about kanji alone in UTF-16", async () => {
    const head = Buffer.from("下水道局".repeat(30), "utf16le");
    const hint = { name: null, bytes: head.length, declaredType: "text/plain" };
    expect((await fileKind(head, { ...hint, charset: "utf-16le" })).type).toBe(
      "text/plain",
    );
  });

  it("does not take bytes with a NUL for text where nobody says so", async () => {
    expect((await look(Buffer.from("A\0B"))).type).toBe(
      "application/octet-stream",
    );
  });

  it("believes a name only between plain text and CSV", async () => {
    expect(
      (await look(Buffer.from("a,b\n"), "application/octet-stream", "一覧.CSV"))
        .type,
    ).toBe("text/csv");
    expect(
      (await look(Buffer.from("MZ\0\0", "latin1"), "text/csv", "一覧.csv"))
        .type,
    ).toBe("application/x-msdownload");
  });
});

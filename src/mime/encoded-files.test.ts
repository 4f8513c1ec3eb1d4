import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { decodeBinHex } from "./binhex.ts";
import { findEncodedFiles } from "./encoded-files.ts";
import { UuDecoder } from "./uuencode.ts";

const found = (text: string) =>
  findEncodedFiles(Buffer.from(text, "latin1")).map(
    ({ untrustedName, bytes }) => [
      untrustedName,
      Buffer.from(bytes).toString("latin1"),
    ],
  );

function uuencode(bytes: Uint8Array, name: string): string {
  const lines = [`begin 644 ${name}`];
  for (let at = 0; at < bytes.length; at += 45)
    lines.push(uuLine(bytes.subarray(at, at + 45)));
  return [...lines, "`", "end"].join("\r\n");
}

function uuLine(bytes: Uint8Array): string {
  const six = (value: number) =>
    value === 0 ? "`" : String.fromCharCode(32 + value);
  let line = six(bytes.length);
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const group = (a << 16) | (b << 8) | c;
    for (const shift of [18, 12, 6, 0]) line += six((group >> shift) & 63);
  }
  return line;
}

function yencode(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const code = (byte + 42) & 255;
    text += [0, 9, 10, 13, 46, 61].includes(code)
      ? `=${String.fromCharCode((code + 64) & 255)}`
      : String.fromCharCode(code);
    if (text.length % 128 === 0) text += "\r\n";
  }
  return text;
}

const BINHEX =
  "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";

/** Without checksums, which nobody here looks at. */
function binhex(name: string, data: Buffer): string {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(data.length);
  const file = Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(`${name}\0TEXTttxt\0\0`, "latin1"),
    lengths,
    Buffer.alloc(2),
    data,
    Buffer.alloc(2),
  ]);
  const escaped = Buffer.from(
    file.toString("latin1").replaceAll("\x90", "\x90\0"),
    "latin1",
  );
  let bits = "";
  for (const byte of escaped) bits += byte.toString(2).padStart(8, "0");
  const letters = (bits.match(/.{1,6}/g) ?? []).map(
    (six) => BINHEX[parseInt(six.padEnd(6, "0"), 2)],
  );
  return `:${letters.join("").replace(/.{63}(?=.)/g, "$&\r\n")}:`;
}

describe("findEncodedFiles", () => {
  it("finds uuencode with its name, between other text, also without its end", () => {
    const file = uuencode(Buffer.from("some bytes\0\xff"), "a b.doc");
    expect(found(`Dear all,\r\n\r\n${file}\r\nregards`)).toEqual([
      ["a b.doc", "some bytes\0\u00c3\u00bf"],
    ]);
    expect(found(file.replace("\r\n`\r\nend", ""))).toHaveLength(1);
  });

  it("finds uuencode -m", () => {
    expect(found("begin-base64 644 x.txt\nQUJD\nREU=\n====\n")).toEqual([
      ["x.txt", "ABCDE"],
    ]);
  });

  it("finds two files in one text", () => {
    const one = uuencode(Buffer.from("1"), "one");
    const two = uuencode(Buffer.from("2"), "two");
    expect(found(`${one}\n\n${two}`)).toEqual([
      ["one", "1"],
      ["two", "2"],
    ]);
  });

  it("gives back any bytes that went through uuencode, yEnc or BinHex", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 600 }), (raw) => {
        const bytes = Buffer.from(raw);
        const latin1 = bytes.toString("latin1");
        expect(found(`x\n${uuencode(bytes, "n")}\nx`)).toEqual([["n", latin1]]);
        const yenc = `=ybegin line=128 size=${bytes.length} name=n o\r\n${yencode(bytes)}\r\n=yend size=1`;
        expect(found(yenc)).toEqual([["n o", latin1]]);
        const hqx = `(This file must be converted with BinHex 4.0)\r\n\r\n${binhex("n", bytes)}\r\n`;
        expect(found(hqx)).toEqual([["n", latin1]]);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    "begin with the end in mind",
    "begin 644 x\nThis is a sentence, not a file.",
    "I begin 644 x\n#86)C\nend",
    "BinHex is an old format: use MIME.",
    "=ybegin of nothing",
  ])("finds no file in %j", (text) => {
    expect(found(text)).toEqual([]);
  });

  it("finds at most 50 files", () => {
    const file = uuencode(Buffer.from("1"), "one");
    expect(found(`${file}\n`.repeat(60))).toHaveLength(50);
  });
});

describe("4 MB of text", () => {
  // What costs its square here does not end before the test's own deadline.
  it.each([
    "BinHex\n:aaaa\n",
    "begin 644 x\n",
    "begin-base64 644 x\nQUJD\n",
    "=ybegin name=x\n",
    "BinHex\n\n",
    "begin",
  ])("of nothing but %j is read to its end", (piece) => {
    const text = Buffer.from(piece.repeat(4_000_000 / piece.length));
    expect(findEncodedFiles(text).length).toBeLessThanOrEqual(50);
  });
});

describe("decodeBinHex", () => {
  it("undoes runs, and does not grow without a limit", () => {
    // 0x90 0xFF repeats the byte before 254 times more.
    const bits = [1, 65, 0x90, 255].map((byte) =>
      byte.toString(2).padStart(8, "0"),
    );
    const letters = (bits.join("").repeat(3000).match(/.{6}/g) ?? []).map(
      (six) => BINHEX[parseInt(six, 2)],
    );
    const written = letters.join("");
    const file = decodeBinHex(written);
    expect(file?.bytes.length ?? 0).toBeLessThan(written.length * 8);
  });
});

describe("UuDecoder", () => {
  it("decodes in any chunks, and tells of what is no uuencode", () => {
    const bytes = Buffer.from("any bytes at all ".repeat(20));
    const written = Buffer.from(uuencode(bytes, "x"), "latin1");
    for (const step of [1, 2, 7, 1000]) {
      const decoder = new UuDecoder();
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < written.length; at += step)
        pieces.push(decoder.write(written.subarray(at, at + step)));
      pieces.push(decoder.finish());
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      expect(decoder.anomaly).toBe(null);
    }
    const junk = new UuDecoder();
    junk.write(Buffer.from(`hello, this is no file\n${"x".repeat(5000)}`));
    junk.finish();
    expect(junk.anomaly).toBe("junk-in-base64");
  });
});

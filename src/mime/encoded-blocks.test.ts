import { Buffer } from "node:buffer";
import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { REMOVED_BLOCK, removeEncodedBlocks } from "./encoded-blocks.ts";

const EICAR =
  "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

function zip(content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt32LE(content.length, 22);
  head.writeUInt16LE(5, 26);
  return Buffer.concat([head, Buffer.from("x.com"), packed]);
}

function uuencode(bytes: Buffer): string {
  const letter = (six: number): string =>
    String.fromCharCode(six === 0 ? 96 : six + 32);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 45) {
    const line = bytes.subarray(at, at + 45);
    let text = letter(line.length);
    for (let i = 0; i < line.length; i += 3) {
      const three =
        ((line[i] ?? 0) << 16) | ((line[i + 1] ?? 0) << 8) | (line[i + 2] ?? 0);
      for (const shift of [18, 12, 6, 0]) text += letter((three >> shift) & 63);
    }
    lines.push(text);
  }
  return [...lines, "`"].join("\n");
}

const quoted = (bytes: Buffer, all: boolean): string =>
  [...bytes]
    .map((byte) =>
      all || byte < 33 || byte > 126 || byte === 61
        ? `=${byte.toString(16).toUpperCase().padStart(2, "0")}`
        : String.fromCharCode(byte),
    )
    .join("")
    .replace(/(.{60,70}[^=][^=]?)(?=[^=]|=..)/g, "$1=\n");

const chunked = (text: string, lengths: readonly number[]): string => {
  const lines: string[] = [];
  for (let at = 0, i = 0; at < text.length; i++) {
    const length = lengths[i % lengths.length] ?? 76;
    lines.push(text.slice(at, at + length));
    at += length;
  }
  return lines.join("\n");
};

/** What lenient readers do: raw, base64 of whatever is in the alphabet at any place, quoted-printable, and again. */
function recoverable(text: string, depth = 0): boolean {
  const raw = Buffer.from(text, "latin1");
  if (
    raw.includes(EICAR) ||
    raw.includes("PK\x03\x04") ||
    raw.includes("\x1f\x8b\x08\0\0\0")
  )
    return true;
  for (const letters of [
    text.replace(/[^A-Za-z0-9+/]/g, ""),
    text.replace(/[^A-Za-z0-9_-]/g, ""),
  ])
    for (let shift = 0; shift < 4; shift++) {
      const decoded = Buffer.from(letters.slice(shift), "base64");
      if (
        decoded.includes(EICAR) ||
        decoded.includes("PK\x03\x04") ||
        decoded.includes("\x1f\x8b\x08\0\0\0")
      )
        return true;
    }
  if (/^begin \d+/m.test(text) || /^M4\$L#/m.test(text)) return true;
  if (depth > 1 || !/=[0-9A-F]{2}|=\n/.test(text)) return false;
  const decoded = text
    .replace(/=\n/g, "")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
  return recoverable(decoded, depth + 1);
}

const files: Readonly<Record<string, Buffer>> = {
  eicar: Buffer.from(EICAR, "latin1"),
  zip: zip(Buffer.from(EICAR, "latin1")),
  gzip: gzipSync(Buffer.from(EICAR, "latin1")),
  "zip behind three bytes": Buffer.concat([
    Buffer.from("abc"),
    zip(Buffer.from(EICAR)),
  ]),
};

const hidden: Readonly<Record<string, (bytes: Buffer) => string>> = {
  raw: (bytes) => bytes.toString("latin1"),
  "base64, 76 columns": (bytes) => chunked(bytes.toString("base64"), [76]),
  "base64 on one line": (bytes) => bytes.toString("base64"),
  "base64 in mixed lengths": (bytes) =>
    chunked(bytes.toString("base64"), [4, 4, 8, 8, 16, 16, 32, 64, 4]),
  "base64 of 1 letter a line": (bytes) =>
    chunked(bytes.toString("base64"), [1]),
  "base64 with blank lines": (bytes) =>
    chunked(bytes.toString("base64"), [8]).replaceAll("\n", "\n\n"),
  "base64 with dots": (bytes) =>
    chunked([...bytes.toString("base64")].join("."), [152]),
  "base64 with Japanese between": (bytes) =>
    [...bytes.toString("base64")].join("あ"),
  "base64 with blanks": (bytes) => [...bytes.toString("base64")].join(" "),
  "base64 quoted with >": (bytes) =>
    "> " + chunked(bytes.toString("base64"), [60]).replaceAll("\n", "\n> "),
  "base64, URL alphabet": (bytes) => chunked(bytes.toString("base64url"), [70]),
  "base64 inside a URL": (bytes) =>
    `http://example.com/${bytes.toString("base64")}`,
  "base64 behind words": (bytes) =>
    `Hello there, see: ${bytes.toString("base64")} bye`,
  "base64 in quoted-printable": (bytes) =>
    quoted(Buffer.from(bytes.toString("base64")), false),
  "base64 in full quoted-printable": (bytes) =>
    quoted(Buffer.from(bytes.toString("base64")), true),
  "quoted-printable": (bytes) => quoted(bytes, false),
  "quoted-printable of every byte": (bytes) => quoted(bytes, true),
  uuencode: (bytes) => `begin 644 x.com\n${uuencode(bytes)}\nend`,
  "uuencode without end": (bytes) => `begin 644 x.com\n${uuencode(bytes)}`,
  "uuencode without begin": (bytes) => uuencode(bytes),
  "data: URI": (bytes) =>
    `data:application/octet-stream;base64,${bytes.toString("base64")}`,
};

describe("removeEncodedBlocks", () => {
  for (const [how, hide] of Object.entries(hidden)) {
    it("looks at a million blank lines once", () => {
      const blank = "\n".repeat(1_000_000) + "x";
      expect(removeEncodedBlocks(blank).removed).toBe(0);
    });

    it(`leaves nothing to recover: ${how}`, () => {
      for (const bytes of Object.values(files)) {
        const text = `お世話になっております。\n資料です。\n\n${hide(bytes)}\n\nよろしくお願いします。\n`;
        const cleaned = removeEncodedBlocks(text);
        expect(recoverable(cleaned.text)).toBe(false);
        if (recoverable(text)) {
          expect(cleaned.text).toContain(REMOVED_BLOCK);
          expect(cleaned.removed).toBeGreaterThan(0);
        }
        expect(cleaned.text).toContain("お世話になっております。\n資料です。");
      }
    });
  }

  it("takes any long base64 out, known file or not, and keeps the words around", () => {
    const bytes = Buffer.from(
      Array.from({ length: 300 }, (_, i) => (i * 7919) % 251),
    );
    for (const form of [
      chunked(bytes.toString("base64"), [76]),
      bytes.toString("base64"),
      chunked(bytes.toString("base64"), [4, 8, 16, 12]),
    ])
      expect(removeEncodedBlocks(`前\n${form}\n後`).text).toBe(
        `前\n${REMOVED_BLOCK}\n後`,
      );
  });

  it("takes base64 out whose lines were joined by blanks, as HTML does, and 4 kB of it behind a URL", () => {
    const bytes = Buffer.from(
      Array.from(
        { length: 3000 },
        (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24,
      ),
    ).toString("base64");
    for (const length of [76, 8, 4])
      expect(
        removeEncodedBlocks(
          `前\n${chunked(bytes, [length]).replaceAll("\n", " ")}\n後`,
        ).text,
      ).toBe(`前\n${REMOVED_BLOCK}\n後`);
    expect(removeEncodedBlocks(`https://a.example/${bytes}`).text).toBe(
      REMOVED_BLOCK,
    );
  });

  it("takes yEnc and BinHex out", () => {
    expect(
      removeEncodedBlocks(
        "a\n=ybegin line=128 size=5 name=x.exe\n*+,-.\n=yend size=5\nb",
      ).text,
    ).toBe(`a\n${REMOVED_BLOCK}\nb`);
    expect(
      removeEncodedBlocks(
        'a\n(This file must be converted with BinHex 4.0)\n\n:$f*TEQKPH#jdCA0d,R0TG!"6594%8dP8)3#3"!&m!*!%EMa6593K!!%!!!&mFNa\nKF5!!:\nb',
      ).text,
    ).toBe(`a\n${REMOVED_BLOCK}\nb`);
  });

  it("keeps what people really write", () => {
    const token = Buffer.from(
      Array.from({ length: 150 }, (_, i) => (i * 7919) % 251),
    ).toString("base64url");
    const kept = [
      "お世話になっております。大分市役所の髙橋です。\n\n--------------------------------------------\n会議の件\n============================================\n時間：14:00～15:30\n",
      `詳しくはこちら https://example.com/path?token=${token}&x=1 をご覧ください。`,
      `<https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2F&data=${token}>`,
      `こちら <https://example.com/${token}>\nあちら <https://example.com/${token}>`,
      "SHA-256: 71e7b604d18aefd839e51a39c88df8383bb4c071dc31f87f00a2b5df580d4495\n71e7b604d18aefd839e51a39c88df8383bb4c071dc31f87f00a2b5df580d4495\n71e7b604d18aefd839e51a39c88df8383bb4c071dc31f87f00a2b5df580d4495",
      "550e8400-e29b-41d4-a716-446655440000\n550e8400-e29b-41d4-a716-446655440001\n550e8400-e29b-41d4-a716-446655440002",
      "A1,B2,C3,D4,E5,F6,G7,H8,I9,J10,K11,L12,M13,N14,O15,P16,Q17,R18\nA1,B2,C3,D4,E5,F6,G7,H8,I9,J10,K11,L12,M13,N14,O15,P16,Q17,R18",
      "Begin at 9:00 and\nbegin 3 more items\nend",
      "Hello\nWorld\nThis\nIs\nA List\nOf\nWords\nAnd\nNames\nYamada\nTaro\nSuzuki\nHanako\nSapporo\nSendai\nTokyo\nYokohama\nNagoya\nOsaka\nHiroshima\nFukuoka",
      "x=1, y=20 の場合、E=mc2 です。a=AB b=CD",
      "氏名,住所,電話\n山田太郎,大分市荷揚町2-31,097-534-6111\n鈴木花子,上田市大手1-11-16,0268-22-4100",
      "Tel: 0268-22-4100 / Fax: 0268-22-4101\nE-mail: taro.yamada@city.example.lg.jp\nhttps://www.city.example.lg.jp/soshiki/soumu/jouhou/index.html",
      "This Is A Long Title In Which Every Word Is Written With A Capital Letter As Headlines In English Often Are Written Today And Tomorrow",
      "The city of Oita and the town of Tadami and NEC and IBM and the LGWAN of J-LIS meet on Monday at 10 in Tokyo and Osaka and Kyoto for a long long talk",
      "HTTP/1.1 GET POST PUT DELETE OPTIONS iPhone iPad macOS GitHub JavaScript TypeScript PostgreSQL MySQL SQLite WebSocket YouTube LinkedIn PayPal eBay",
      "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch\n",
      "JVBER という文字や PK という文字、MZ 型",
      "M 1\nM 2\nMEMO TO ALL STAFF: PLEASE READ THE FOLLOWING NOTICE\n",
    ];
    for (const text of kept)
      expect(removeEncodedBlocks(text)).toEqual({ text, removed: 0 });
  });

  it("for base64 of any bytes with any line lengths and prefix: nothing to recover", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 90 }), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.constantFrom("\n", "\n\n", " \n", "=\n", "\n> ", "、", ".\n", "\t"),
        (prefix, lengths, joiner) => {
          const bytes = Buffer.concat([prefix, zip(Buffer.from(EICAR))]);
          const text = chunked(bytes.toString("base64"), lengths).replaceAll(
            "\n",
            joiner,
          );
          expect(recoverable(removeEncodedBlocks(text).text)).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is idempotent and never longer than the marks it adds", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            "A",
            "b",
            "9",
            "+",
            "/",
            "=",
            "\n",
            " ",
            "M",
            "begin 644 x\n",
            "あ",
            ".",
            "UEsDBBQA",
            "=03=04",
          ),
        }),
        (text) => {
          const once = removeEncodedBlocks(text).text;
          expect(removeEncodedBlocks(once)).toEqual({ text: once, removed: 0 });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("takes 5 MB of anything, in lines or in one", () => {
    for (const piece of [
      "あいう\n",
      "A",
      "A.",
      "=",
      "begin 644 x\n",
      "UEsDBBQA\n",
      "X5O!P%",
      "= \n",
      "Mabc ",
      "http://",
      "M" + "A".repeat(60) + "\n",
      "aB3/",
      "https://a.example/aB3dE5",
      "あA3",
      "-",
      ":A",
    ])
      expect(
        removeEncodedBlocks(piece.repeat(Math.ceil(5e6 / piece.length))).text
          .length,
      ).toBeLessThan(6e6);
  });

  /** Marsaglia's xorshift32. */
  const random = (count: number, seed: number): Buffer => {
    let state = seed;
    return Buffer.from(
      Array.from({ length: count }, () => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return (state >>> 8) & 0xff;
      }),
    );
  };
  const LETTERS =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const codes = (count: number, length: number): string[] => {
    const letters = [...random(count * length * 4, 7)]
      .filter((byte) => byte < 4 * LETTERS.length)
      .map((byte) => LETTERS[byte % LETTERS.length] ?? "");
    return Array.from({ length: count }, (_, at) =>
      letters.slice(at * length, (at + 1) * length).join(""),
    );
  };

  it.each([
    [12, 8],
    [500, 8],
    [30, 16],
    [20, 20],
  ])("keeps %d codes of %d letters, one a line", (count, length) => {
    const text = `引換コードです。\n${codes(count, length).join("\n")}\n以上`;
    expect(removeEncodedBlocks(text)).toEqual({ text, removed: 0 });
  });

  it("keeps codes in groups with hyphens, and quoted ones", () => {
    const groups = codes(30, 12).map((code) =>
      code.replace(/(.{4})(.{4})(.{4})/, "$1-$2-$3"),
    );
    for (const list of [groups, codes(30, 8).map((code) => `> ${code}`)])
      expect(removeEncodedBlocks(list.join("\n")).removed).toBe(0);
  });

  it.each([8, 16, 20])(
    "takes files out that are wrapped at %d letters: noise, a script, Japanese, zeros",
    (width) => {
      const script = "function run(a) { return a.map((b) => b + 1); }\n";
      for (const bytes of [
        random(600, 99),
        Buffer.from(script.repeat(4)),
        Buffer.from("これは文章です。スクリプトでもあります。".repeat(4)),
        Buffer.from(script.repeat(8), "utf16le"),
        random(300, 3).map((byte, at) => (at % 4 === 3 ? 0 : byte)),
      ]) {
        const block = chunked(bytes.toString("base64"), [width]);
        const { text } = removeEncodedBlocks(`前\n${block}\n後`);
        expect(text).toBe(`前\n${REMOVED_BLOCK}\n後`);
      }
    },
  );

  it("takes the codes out that stand around a short script", () => {
    const script = Buffer.from(
      "x = new ActiveXObject('WScript.Shell'); x.Run(cmd + ' /c dir /s /b')".repeat(
        3,
      ),
    );
    const block = [
      ...codes(100, 16),
      ...chunked(script.toString("base64"), [16]).split("\n"),
      ...codes(100, 16),
    ].join("\n");
    expect(removeEncodedBlocks(block).text).toBe(REMOVED_BLOCK);
  });
});

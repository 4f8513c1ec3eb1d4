import { Buffer } from "node:buffer";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { cleanLine } from "./clean-text.ts";
import {
  decodeHeaderText,
  decodeParameterText,
  encodeHeaderText,
} from "./encoded-word.ts";

const word = (charset: string, bytes: Buffer): string =>
  `=?${charset}?B?${bytes.toString("base64")}?=`;

describe("decodeHeaderText", () => {
  it("reads B and Q words and drops the blank between two of them", () => {
    expect(
      decodeHeaderText("=?UTF-8?B?5aSn5YiG?= =?utf-8?q?=E5=B8=82?= -- ok"),
    ).toBe("大分市 -- ok");
  });

  it.each([
    ["=?utf-8?Q?Where_are_you??=", "Where are you?"],
    ["=?utf-8?Q?a?b?= =?utf-8?Q?c?=", "a?bc"],
    ["=?a?Q?x =?utf-8?Q?y?=", "=?a?Q?x y"],
  ])("reads a question mark that nobody encoded: %s", (value, text) => {
    expect(decodeHeaderText(value)).toBe(text);
  });

  it("joins words of one charset that were split inside a character", () => {
    const bytes = Buffer.from("関所の見積書");
    const split = `${word("utf-8", bytes.subarray(0, 4))}\t${word("UTF-8", bytes.subarray(4))}`;
    expect(decodeHeaderText(split)).toBe("関所の見積書");
  });

  it("joins base64 that was cut between two words", () => {
    const base64 = Buffer.from("関所の見積書").toString("base64");
    expect(
      decodeHeaderText(
        `=?utf-8?B?${base64.slice(0, 7)}?= =?utf-8?B?${base64.slice(7)}?=`,
      ),
    ).toBe("関所の見積書");
  });

  it("reads ISO-2022-JP words one by one", () => {
    expect(
      decodeHeaderText(
        `${word("ISO-2022-JP", Buffer.from("\x1b$BBgJ,\x1b(B", "latin1"))} ${word("iso-2022-jp", Buffer.from("\x1b$B;T-!\x1b(B", "latin1"))}`,
      ),
    ).toBe("大分市①");
  });

  it("reads raw UTF-8, Shift_JIS, EUC-JP and ISO-2022-JP headers", () => {
    for (const raw of [
      Buffer.from("見積書の件"),
      Buffer.from("8ca990cf8f9182cc8c8f", "hex"),
      Buffer.from("b8abc0d1bdf1a4ceb7ef", "hex"),
      Buffer.from("\x1b$B8+@Q=q$N7o\x1b(B", "latin1"),
    ])
      expect(decodeHeaderText(raw.toString("latin1"))).toBe("見積書の件");
  });

  it("leaves broken words as text", () => {
    for (const broken of [
      "=?utf-8?B?abc",
      "=?utf-8?X?abc?=",
      "=??B?abc?=",
      "a =?utf-8?",
      "=?=?=?",
    ])
      expect(decodeHeaderText(broken)).toBe(broken);
  });

  it("lets no CRLF, NUL or bidi control through and decodes once only", () => {
    expect(decodeHeaderText("=?utf-8?Q?a=0D=0ABcc:_x=00=E2=80=AE?=")).toBe(
      "a Bcc: x",
    );
    const inner = word("utf-8", Buffer.from("二度"));
    expect(decodeHeaderText(word("utf-8", Buffer.from(inner)))).toBe(inner);
  });

  it("reads an unknown charset by the bytes and never UTF-7", () => {
    expect(decodeHeaderText(word("x-nonsense", Buffer.from("関所")))).toBe(
      "関所",
    );
    expect(decodeHeaderText("=?utf-7?Q?+ADw-script+AD4-?=")).toBe(
      "+ADw-script+AD4-",
    );
  });

  it("takes a megabyte of word starts, and a one-megabyte word, without fault", () => {
    expect(decodeHeaderText("=?utf-8?q?".repeat(100_000)).length).toBeLessThan(
      20_000,
    );
    expect(
      decodeHeaderText(word("utf-8", Buffer.alloc(1e6, "x"))).length,
    ).toBeLessThan(20_000);
  });
});

describe("encodeHeaderText", () => {
  it("leaves short ASCII as it is and folds long ASCII at blanks", () => {
    expect(encodeHeaderText("Hello there", 9)).toBe("Hello there");
    const folded = encodeHeaderText("abcdefghi ".repeat(20).trim(), 9);
    expect(folded.split("\r\n ").every((line) => line.length <= 75)).toBe(true);
    expect(folded.replaceAll("\r\n ", " ")).toBe(
      "abcdefghi ".repeat(20).trim(),
    );
  });

  it("encodes what looks like a word, so that nobody decodes it again", () => {
    const text = "=?utf-8?B?5aSn?=";
    const encoded = encodeHeaderText(text, 9);
    expect(encoded).not.toBe(text);
    expect(decodeHeaderText(encoded.replaceAll("\r\n", ""))).toBe(text);
  });

  it("for any clean line: comes back from us and from mailparser, lines at most 76, words at most 75", async () => {
    const characters = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: fc.constantFrom("あ", "a", " ", "𠮷", "=", "?", "_") }),
    );
    await fc.assert(
      fc.asyncProperty(
        characters,
        fc.integer({ min: 4, max: 40 }),
        async (raw, used) => {
          const text = cleanLine(raw, 500);
          const encoded = encodeHeaderText(text, used);
          expect(encoded).toMatch(
            /^[\x20-\x7e]*(?:\r\n [\x21-\x7e][\x20-\x7e]*)*$/,
          );
          const [first = "", ...rest] = encoded.split("\r\n");
          expect(used + first.length).toBeLessThanOrEqual(76);
          for (const line of rest) expect(line.length).toBeLessThanOrEqual(76);
          const unfolded = encoded.replaceAll("\r\n", "");
          for (const one of unfolded.match(/=\?[^ ]*\?=/g) ?? [])
            expect(one.length).toBeLessThanOrEqual(75);
          expect(decodeHeaderText(unfolded)).toBe(text);
          const other = await simpleParser(`Subject: ${encoded}\r\n\r\n`);
          expect(other.subject ?? "").toBe(text);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("decodeParameterText", () => {
  it("reads RFC 2231, RFC 2047 and raw file names", () => {
    const utf8 = Buffer.from("見積書.pdf").toString("latin1");
    expect(decodeParameterText({ value: utf8, charset: "utf-8" })).toBe(
      "見積書.pdf",
    );
    expect(decodeParameterText({ value: utf8, charset: null })).toBe(
      "見積書.pdf",
    );
    expect(
      decodeParameterText({
        value: "=?utf-8?B?6KaL56mN5pu4LnBkZg==?=",
        charset: null,
      }),
    ).toBe("見積書.pdf");
    const sjis = Buffer.from("955c8ea62e786c73", "hex").toString("latin1");
    expect(decodeParameterText({ value: sjis, charset: null })).toBe(
      "表示.xls",
    );
    expect(decodeParameterText({ value: sjis, charset: "shift_jis" })).toBe(
      "表示.xls",
    );
  });
});

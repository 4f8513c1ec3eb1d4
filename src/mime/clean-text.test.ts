import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { cleanLine, cleanText } from "./clean-text.ts";

const FORBIDDEN =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E007F}\uFDD0-\uFDEF]|[\uFFFE\uFFFF]|\p{Cs}/u;

describe("cleanText", () => {
  it("leaves ordinary Japanese as it is", () => {
    const text =
      "大分市役所の髙橋です。①㈱﨑～－∥…※◎\n\tﾊﾝｶｸ ｶﾞ ＡＢＣ 〒870-8504 ℡ №5 ㎡ 神福 外字→\uE000 👍🏽 ☎️ café\n";
    expect(cleanText(text)).toEqual({ text, removed: 0 });
  });

  it("keeps an ideographic variation sequence and drops the selector elsewhere", () => {
    expect(cleanText("葛\u{E0100}城市 辻\u{E0101}").text).toBe(
      "葛\u{E0100}城市 辻\u{E0101}",
    );
    expect(cleanText("a\u{E0100}あ\u{E0101}")).toEqual({
      text: "aあ",
      removed: 2,
    });
  });

  it("composes か + U+3099 but does not respell compatibility ideographs of names", () => {
    expect(cleanText("か\u3099").text).toBe("が");
    expect(cleanText("\uFA19\uFA1B\uFA11 か\u3099").text).toBe(
      "\uFA19\uFA1B\uFA11 が",
    );
  });

  it("composes the angle bracket that Unicode has twice", () => {
    expect(cleanText("\u2329").text).toBe("\u3008");
  });

  it("leaves 30 marks on a letter, also where something stood between them", () => {
    const marks = "\u0301\u0316".repeat(15);
    expect(cleanText(`x${marks}`).removed).toBe(0);
    expect(cleanText(`x${marks}\u200b${marks}`).removed).toBe(31);
    expect([
      ...cleanText(`x${"\u0301\u0316".repeat(300_000)}`).text,
    ]).toHaveLength(31);
  });

  it("makes every line end LF", () => {
    expect(cleanText("a\r\nb\rc\nd\u2028e\u2029f\u0085g").text).toBe(
      "a\nb\nc\nd\ne\nf\ng",
    );
  });

  it("takes out bidi controls, zero-width, tags and lone surrogates, and counts them", () => {
    const text =
      "請求書\u202Efdp.exe\u200B\u2066\u{E0041}\uD800\uDC00\uD800x\uFEFF";
    const cleaned = cleanText(text);
    expect(cleaned.text).toBe("請求書fdp.exe𐀀x".normalize("NFC"));
    expect(cleaned.removed).toBe(6);
  });

  it("for every code point: nothing forbidden comes out, alone or between letters, and twice is the same as once", () => {
    for (let point = 0; point <= 0x10ffff; point += 1) {
      const character = String.fromCodePoint(point);
      const text = cleanText(`a${character}漢${character}`).text;
      if (FORBIDDEN.test(text) || cleanText(text).text !== text)
        throw new Error(`U+${point.toString(16)}`);
    }
  });

  it("is idempotent on any string, lone surrogates included", () => {
    const nasty = fc.constantFrom(
      "\u0301",
      "\u3099",
      "\uFE0F",
      "\u{E0100}",
      "漢",
      "\uFA19",
      "\uD800",
      "\uDC00",
      "\u202E",
      "\r",
      "\n",
      "か",
      "\u200D",
      "A",
      "\u0338",
      "\u0327",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(nasty).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, (value) => {
        const once = cleanText(value).text;
        expect(cleanText(once)).toEqual({ text: once, removed: 0 });
        expect(FORBIDDEN.test(once)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("cleanLine", () => {
  it("has no line end and at most the asked number of characters", () => {
    expect(cleanLine("a\r\nBcc: b\tc\u0000", 100)).toBe("a Bcc: b c");
    expect(cleanLine("あ".repeat(30), 10)).toBe("あ".repeat(9) + "…");
    expect([...cleanLine("𠮷".repeat(30), 10)]).toHaveLength(10);
  });

  it("takes a megabyte without effort", () => {
    expect(cleanLine("x\r\n".repeat(1e6), 20)).toHaveLength(20);
  });
});

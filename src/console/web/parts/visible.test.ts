import { describe, expect, it } from "@jest/globals";
import { visible } from "./visible.ts";

describe("visible", () => {
  it.each([
    ["annex\u202Efdp.exe", "annex‹U+202E›fdp.exe"],
    ["a\u2066b\u2069", "a‹U+2066›b‹U+2069›"],
    ["pay\u200Bpal", "pay‹U+200B›pal"],
    ["a\u0000b\u009b", "a‹U+0000›b‹U+009B›"],
    ["half \ud800 pair", "half ‹U+D800› pair"],
    ["\udc00", "‹U+DC00›"],
    ["\u3164", "‹U+3164›"],
  ])("shows what hides or turns letters: %j", (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each([
    "見積書（１２月）.pdf",
    "𠮷野家 😀",
    "<b>&amp;</b>",
    "タブ\tと\n改行",
  ])("leaves %j as it is", (text) => {
    expect(visible(text)).toBe(text);
  });
});

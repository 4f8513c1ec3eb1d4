import { describe, expect, it } from "@jest/globals";
import { enrichedText } from "./enriched-text.ts";

describe("enrichedText", () => {
  it.each([
    ["<bold>Now</bold> is the\r\ntime", "Now is the time"],
    ["one\n\ntwo\n\n\nthree", "one\ntwo\n\nthree"],
    ["<nofill>a\nb\n\nc</nofill>\nd", "a\nb\n\nc d"],
    [
      "<color><param>red</param>Blood</color> <<not a command>",
      "Blood <not a command>",
    ],
    ["a < b and 会議 > c", "a < b and 会議 > c"],
    ["<color><param>never closed", "never closed"],
  ])("%j", (text, expected) => {
    expect(enrichedText(text)).toBe(expected);
  });
});

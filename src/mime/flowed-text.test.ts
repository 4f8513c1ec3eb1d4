import { describe, expect, it } from "@jest/globals";
import { unwrapFlowed } from "./flowed-text.ts";

describe("unwrapFlowed", () => {
  it.each([
    ["one \r\ntwo \r\nthree\r\nnew", "one two three\nnew"],
    ["a \n\nb", "a \nb"],
    [">one \n>two\n>>deep \n>back", "> one two\n>> deep \n> back"],
    [" From here\n  two", "From here\n two"],
    ["text \n-- \nTaro \nYamada", "text \n-- \nTaro Yamada"],
    ["", ""],
    [">\n> \n>a", ">\n>\n> a"],
  ])("%j", (text, expected) => {
    expect(unwrapFlowed(text, "space")).toBe(expected);
  });

  it("takes the blank of each break out of Japanese text with DelSp", () => {
    expect(
      unwrapFlowed("お世話に \r\nなっております。\r\n一 二", "delsp"),
    ).toBe("お世話になっております。\n一 二");
  });

  it("takes 200,000 lines that all go on as one", () => {
    const text = unwrapFlowed("a \n".repeat(200_000), "space");
    expect(text).toHaveLength(400_000);
  });
});

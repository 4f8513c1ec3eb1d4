import { describe, expect, it } from "@jest/globals";
import { breakLongLines, MAX_LINE_CHARACTERS } from "./long-lines.ts";

const longest = (text: string) =>
  Math.max(...text.split("\n").map((line) => line.length));

describe("long lines", () => {
  it("leaves text alone whose lines are within a million characters", () => {
    for (const text of [
      "",
      "一行\n",
      "a".repeat(MAX_LINE_CHARACTERS),
      `${"a".repeat(1000)}\n`.repeat(3000),
      "\n".repeat(3_000_000),
    ])
      expect(breakLongLines(text)).toBe(text);
  });

  it("breaks a line of three million, and takes nothing away", () => {
    for (const piece of ["a", "あ", "𠮷", "a𠮷"]) {
      const text = `前\n${piece.repeat(3_000_000 / piece.length)}\n後`;
      const broken = breakLongLines(text);
      expect(longest(broken)).toBeLessThanOrEqual(MAX_LINE_CHARACTERS);
      expect(broken.replaceAll("\n", "")).toBe(text.replaceAll("\n", ""));
      expect(broken.isWellFormed()).toBe(true);
    }
  });
});

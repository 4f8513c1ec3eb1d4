import { describe, expect, it } from "@jest/globals";
import { FULL_SIDE } from "../../../src/wire/pit-text.ts";
import { charactersOf } from "./characters.ts";
import type { Line } from "./table.ts";

const SIDES = { width: 100, height: 200 };

const word = (text: string, box: readonly [number, number, number, number]) => {
  const [left, top, width, height] = box;
  return { text, sure: 90, left, top, width, height };
};

/** Each letter with the middle of its box, in dots; marks between words as they are. */
function placed(line: Line) {
  return charactersOf([line], SIDES).map((one) => {
    const letter = String.fromCodePoint(one.codePoint);
    if (letter.trim() === "") return letter;
    const x = ((one.left + one.right) / 2 / FULL_SIDE) * SIDES.width;
    const y = ((one.top + one.bottom) / 2 / FULL_SIDE) * SIDES.height;
    return `${letter} ${Math.round(x)} ${Math.round(y)}`;
  });
}

describe("the letters of a line", () => {
  it("share their word, narrow ones by half, and have a space between words in Latin letters alone", () => {
    expect(
      placed([word("関所A", [0, 0, 25, 10]), word("B", [30, 0, 5, 10])]),
    ).toEqual(["関 5 5", "所 15 5", "A 23 5", " ", "B 33 5", "\n"]);
    expect(
      placed([word("関", [0, 0, 10, 10]), word("所", [10, 0, 10, 10])]),
    ).toEqual(["関 5 5", "所 15 5", "\n"]);
  });

  it("are as high as most of its words, and none reaches into the next", () => {
    expect(
      placed([
        word("防災", [0, 20, 30, 10]),
        word("訓", [20, 0, 10, 50]),
        word("練", [30, 20, 10, 10]),
      ]),
    ).toEqual(["防 5 25", "災 15 25", "訓 25 25", "練 35 25", "\n"]);
  });

  it("stand evenly where a word is told to be longer than its letters can be", () => {
    expect(
      placed([word("お", [0, 0, 30, 10]), word("知ら", [30, 0, 5, 10])]),
    ).toEqual(["お 6 5", "知 18 5", "ら 29 5", "\n"]);
  });

  it("run downwards, or upwards on a page that lies on its side", () => {
    expect(
      placed([word("市長", [0, 0, 10, 20]), word("印", [0, 20, 10, 10])]),
    ).toEqual(["市 5 5", "長 5 15", "印 5 25", "\n"]);
    expect(
      placed([word("市長", [0, 20, 10, 20]), word("印", [0, 10, 10, 10])]),
    ).toEqual(["市 5 35", "長 5 25", "印 5 15", "\n"]);
  });
});

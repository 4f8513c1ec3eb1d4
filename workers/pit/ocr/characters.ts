/**
 * From words with boxes to characters with boxes. Tesseract knows where a word is only roughly: words overlap, or are higher
 * than their line. So a line is as high as most of its words, each word ends where the next begins, and each character has
 * its share of its word, half of one where it is narrow; where a word is longer than its letters can be, of its line.
 */
import type { SheetHead } from "../../../src/wire/pit-sheet.ts";
import type { PageCharacter } from "../../../src/core/pixels.ts";
import { FULL_SIDE } from "../../../src/wire/pit-text.ts";
import type { Line, Word } from "./table.ts";

type Way = "right" | "down" | "up";
type Sides = Pick<SheetHead, "width" | "height">;

/** Along the line from its first letter on, and across it; in dots. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Higher than wide by so much, and of more than one letter, it runs downwards or upwards. */
const TALL = 1.5;
/** A letter is no longer than so many times its line's height. */
const MOST_STRETCH = 1.5;
const NARROW = /^[\x20-\x7e\uff61-\uff9f]$/;
const LATIN_END = /[!-~]$/;
const LATIN_START = /^[!-~]/;
const NOWHERE = { left: 0, top: 0, right: 0, bottom: 0 } as const;

export function charactersOf(
  lines: readonly Line[],
  sides: Sides,
): PageCharacter[] {
  return lines.flatMap((line) => {
    const way = wayOf(line);
    const across = acrossOf(line, way);
    const told = line.map((word) => alongOf(word, way));
    const stretches = stretchesOf(line, told, lengthOf(across));
    const said = line.flatMap(({ text }, place) => [
      // Between words of Japanese there is none, whatever the table says.
      ...(isApart(line[place - 1]?.text, text) ? [mark(0x20)] : []),
      ...lettersOf(text, stretches[place]!).map(({ codePoint, along }) => ({
        ...{ codePoint, isMissing: false },
        ...boxOf({ along, across, way }, sides),
      })),
    ]);
    return [...said, mark(0x0a)];
  });
}

function isApart(before: string | undefined, text: string): boolean {
  return (
    before !== undefined && LATIN_END.test(before) && LATIN_START.test(text)
  );
}

function mark(codePoint: number): PageCharacter {
  return { codePoint, isMissing: false, ...NOWHERE };
}

function wayOf(line: Line): Way {
  const [first, last] = [line[0]!, line.at(-1)!];
  const left = Math.min(...line.map((word) => word.left));
  const top = Math.min(...line.map((word) => word.top));
  const width = Math.max(...line.map((word) => word.left + word.width)) - left;
  const height = Math.max(...line.map((word) => word.top + word.height)) - top;
  const letters = line.reduce((sum, { text }) => sum + [...text].length, 0);
  if (letters < 2 || height < width * TALL) return "right";
  return last.top < first.top ? "up" : "down";
}

function acrossOf(line: Line, way: Way): Stretch {
  const isFlat = way === "right";
  return {
    from: middle(line.map(({ top, left }) => (isFlat ? top : left))),
    to: middle(
      line.map(({ top, left, width, height }) =>
        isFlat ? top + height : left + width,
      ),
    ),
  };
}

function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
}

function stretchesOf(
  line: Line,
  told: readonly Stretch[],
  high: number,
): readonly Stretch[] {
  const isSmeared = line.some(
    ({ text }, place) =>
      lengthOf(told[place]!) > weightOf(text) * high * MOST_STRETCH,
  );
  return isSmeared ? evenly(line, told) : apart(told);
}

function apart(told: readonly Stretch[]): readonly Stretch[] {
  return told.map(({ from, to }, place) => {
    const before = told[place - 1]?.from ?? -Infinity;
    const next = told[place + 1]?.from ?? Infinity;
    const begin = Math.max(from, before);
    return { from: begin, to: next > begin ? Math.min(to, next) : to };
  });
}

function evenly(line: Line, told: readonly Stretch[]): readonly Stretch[] {
  const whole = {
    from: Math.min(...told.map(({ from }) => from)),
    to: Math.max(...told.map(({ to }) => to)),
  };
  return divide(
    whole,
    line.map(({ text }) => weightOf(text)),
  );
}

function alongOf({ left, top, width, height }: Word, way: Way): Stretch {
  switch (way) {
    case "right":
      return { from: left, to: left + width };
    case "down":
      return { from: top, to: top + height };
    case "up":
      return { from: -(top + height), to: -top };
  }
}

function lettersOf(
  text: string,
  stretch: Stretch,
): readonly { readonly codePoint: number; readonly along: Stretch }[] {
  const letters = [...text];
  const places = divide(stretch, letters.map(weightOf));
  return letters.map((letter, place) => ({
    codePoint: letter.codePointAt(0)!,
    along: places[place]!,
  }));
}

function lengthOf({ from, to }: Stretch): number {
  return to - from;
}

function weightOf(text: string): number {
  return [...text].reduce(
    (sum, letter) => sum + (NARROW.test(letter) ? 0.5 : 1),
    0,
  );
}

/** One behind the other, by their weights. */
function divide(
  whole: Stretch,
  weights: readonly number[],
): readonly Stretch[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let at = whole.from;
  return weights.map((weight) => {
    const from = at;
    at += (weight / total) * lengthOf(whole);
    return { from, to: at };
  });
}

/** What lies beyond the page is brought to its edge. */
function boxOf(
  {
    along,
    across,
    way,
  }: { readonly along: Stretch; readonly across: Stretch; readonly way: Way },
  { width, height }: Sides,
): Pick<PageCharacter, "left" | "top" | "right" | "bottom"> {
  const share = (dots: number, side: number) =>
    Math.round(Math.min(1, Math.max(0, dots / side)) * FULL_SIDE);
  const flip = { from: -along.to, to: -along.from };
  const [x, y] =
    way === "right" ? [along, across] : [across, way === "down" ? along : flip];
  return {
    ...{ left: share(x.from, width), right: share(x.to, width) },
    ...{ top: share(y.from, height), bottom: share(y.to, height) },
  };
}

/**
 * From characters with boxes to stretches of text that a viewer can mark and search: neighbours on one line, told by their
 * boxes alone. What has no ink under it is left out: nobody may find what nobody can see.
 */
import type { PageCharacter, PixelPage } from "../core/pixels.ts";
import { cleanText } from "../mime/clean-text.ts";
import { InkFinder } from "./ink-finder.ts";
import type { PaperSize } from "./paper.ts";

/** Which way the next character lies. */
export type Direction = "right" | "down" | "up";

/** In points, from the upper left of the page. */
export interface TextRun {
  readonly text: string;
  readonly direction: Direction;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface PageRuns {
  readonly runs: readonly TextRun[];
  /** Characters on the page that are no space and large enough to be read. */
  readonly letters: number;
  /** Letters without ink where they stand, those without a glyph not among them. */
  readonly hidden: number;
  /** Letters that no font had a glyph for. */
  readonly missing: number;
}

/** How many points a share of the page's side is. */
interface Unit {
  readonly width: number;
  readonly height: number;
}

const FULL_SIDE = 65_535;
/** Nobody reads smaller letters; those beyond the edge of the page measure nothing. */
const LEAST_POINTS = 2;
const MAX_RUN_CHARACTERS = 200;
/** Neighbours share so much of their line's height, and stand no farther apart than their size. */
const SAME_LINE_SHARE = 0.5;
const MAX_GAP = 1;
const REPLACEMENT = 0xfffd;
const SPACES: ReadonlySet<number> = new Set([0x20, 0xa0, 0x3000]);

export function runsOf(page: PixelPage, paper: PaperSize): PageRuns {
  const finder = new InkFinder(page);
  const runs: TextRun[] = [];
  const counts = { letters: 0, hidden: 0, missing: 0 };
  const unit = {
    width: paper.width / FULL_SIDE,
    height: paper.height / FULL_SIDE,
  };
  const open = new Opened(runs, unit);
  for (const one of page.text?.characters ?? []) {
    const { codePoint } = one;
    const isSpace = SPACES.has(codePoint);
    if (isSpace || codePoint < 0x20 || codePoint === REPLACEMENT) {
      open.end(isSpace ? " " : "");
      continue;
    }
    const isReadable =
      (one.bottom - one.top) * unit.height >= LEAST_POINTS &&
      (one.right - one.left) * unit.width >= LEAST_POINTS / 4;
    if (isReadable) {
      counts.letters++;
      if (one.isMissing) counts.missing++;
      else if (!finder.hasInk(one)) counts.hidden++;
      else {
        open.add(one);
        continue;
      }
    }
    open.end("");
  }
  open.end("");
  return { runs, ...counts };
}

/** The run that the next character may belong to. */
class Opened {
  readonly #runs: TextRun[];
  readonly #unit: Unit;
  #run: OpenRun | null = null;

  constructor(runs: TextRun[], unit: Unit) {
    this.#runs = runs;
    this.#unit = unit;
  }

  add(one: PageCharacter): void {
    if (this.#run?.takes(one) !== true) this.end("");
    this.#run ??= new OpenRun(one, this.#unit);
    this.#run.add(one);
  }

  end(space: string): void {
    const run = this.#run?.close(space) ?? null;
    if (run !== null) this.#runs.push(run);
    this.#run = null;
  }
}

/** In shares of the page's sides to its end: points would be a new object for each of some thousand characters. */
class OpenRun {
  readonly #unit: Unit;
  #letters = "";
  #count = 0;
  #left: number;
  #top: number;
  #right: number;
  #bottom: number;
  #last: PageCharacter;
  #direction: Direction | null = null;

  constructor(first: PageCharacter, unit: Unit) {
    this.#unit = unit;
    this.#last = first;
    this.#left = first.left;
    this.#top = first.top;
    this.#right = first.right;
    this.#bottom = first.bottom;
  }

  takes(one: PageCharacter): boolean {
    if (this.#count >= MAX_RUN_CHARACTERS) return false;
    const direction = directionFrom(this.#last, one, this.#unit);
    return (
      direction !== null &&
      (this.#direction === null || this.#direction === direction)
    );
  }

  add(one: PageCharacter): void {
    if (this.#count > 0)
      this.#direction ??= directionFrom(this.#last, one, this.#unit) ?? "right";
    this.#letters += String.fromCodePoint(one.codePoint);
    this.#count++;
    this.#last = one;
    this.#left = Math.min(this.#left, one.left);
    this.#top = Math.min(this.#top, one.top);
    this.#right = Math.max(this.#right, one.right);
    this.#bottom = Math.max(this.#bottom, one.bottom);
  }

  /** Null when cleaning leaves nothing. The space behind it is not measured. */
  close(end: string): TextRun | null {
    const text = cleanText(this.#letters).text.replace(/[\n\t]/g, " ");
    if (text.trim() === "") return null;
    const { width, height } = this.#unit;
    return {
      text: text + end,
      direction: this.#direction ?? "right",
      left: this.#left * width,
      top: this.#top * height,
      right: this.#right * width,
      bottom: this.#bottom * height,
    };
  }
}

/** Null where the second is not the first one's neighbour. */
function directionFrom(
  first: PageCharacter,
  second: PageCharacter,
  unit: Unit,
): Direction | null {
  const across = (shares: number) => shares * unit.width;
  const down = (shares: number) => shares * unit.height;
  const wide = Math.max(1, across(first.right - first.left));
  const high = Math.max(1, down(first.bottom - first.top));
  const sharedHeight = down(
    Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top),
  );
  const sharedWidth = across(
    Math.min(first.right, second.right) - Math.max(first.left, second.left),
  );
  const low = Math.min(high, down(second.bottom - second.top));
  if (
    sharedHeight > low * SAME_LINE_SHARE &&
    second.left > first.left &&
    across(second.left - first.right) < high * MAX_GAP
  )
    return "right";
  const narrow = Math.min(wide, across(second.right - second.left));
  if (sharedWidth <= narrow * SAME_LINE_SHARE) return null;
  if (
    second.top > first.top &&
    down(second.top - first.bottom) < wide * MAX_GAP
  )
    return "down";
  if (
    second.top < first.top &&
    down(first.top - second.bottom) < wide * MAX_GAP
  )
    return "up";
  return null;
}

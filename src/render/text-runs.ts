/**
 * From characters with boxes to stretches of text that a viewer can mark and search: neighbours on one line, told by their
 * boxes alone. What has no ink under it is left out: nobody may find what nobody can see.
 */
import type { PageCharacter, PixelPage } from "../core/ports.ts";
import { cleanText } from "../mime/clean-text.ts";
import { InkFinder } from "./ink-finder.ts";

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

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
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

export function runsOf(
  page: PixelPage,
  points: { readonly width: number; readonly height: number },
): PageRuns {
  const finder = new InkFinder(page);
  const runs: TextRun[] = [];
  const counts = { letters: 0, hidden: 0, missing: 0 };
  const open = new Opened(runs);
  for (const one of page.text?.characters ?? []) {
    const { codePoint } = one;
    const isSpace = SPACES.has(codePoint);
    if (isSpace || codePoint < 0x20 || codePoint === REPLACEMENT) {
      open.end(isSpace ? " " : "");
      continue;
    }
    const box = inPoints(one, points);
    const isReadable =
      box.bottom - box.top >= LEAST_POINTS &&
      box.right - box.left >= LEAST_POINTS / 4;
    if (isReadable) {
      counts.letters++;
      if (one.isMissing) counts.missing++;
      else if (!finder.hasInk(one)) counts.hidden++;
      else {
        open.add(String.fromCodePoint(codePoint), box);
        continue;
      }
    }
    open.end("");
  }
  open.end("");
  return { runs, ...counts };
}

function inPoints(
  one: PageCharacter,
  { width, height }: { readonly width: number; readonly height: number },
): Box {
  return {
    left: (one.left / FULL_SIDE) * width,
    top: (one.top / FULL_SIDE) * height,
    right: (one.right / FULL_SIDE) * width,
    bottom: (one.bottom / FULL_SIDE) * height,
  };
}

/** The run that the next character may belong to. */
class Opened {
  readonly #runs: TextRun[];
  #run: OpenRun | null = null;

  constructor(runs: TextRun[]) {
    this.#runs = runs;
  }

  add(letter: string, box: Box): void {
    if (this.#run?.takes(box) !== true) this.end("");
    this.#run ??= new OpenRun(box);
    this.#run.add(letter, box);
  }

  end(space: string): void {
    const run = this.#run?.close(space) ?? null;
    if (run !== null) this.#runs.push(run);
    this.#run = null;
  }
}

class OpenRun {
  #letters = "";
  #count = 0;
  #whole: Box;
  #last: Box;
  #direction: Direction | null = null;

  constructor(first: Box) {
    this.#whole = first;
    this.#last = first;
  }

  takes(box: Box): boolean {
    if (this.#count >= MAX_RUN_CHARACTERS) return false;
    const direction = directionFrom(this.#last, box);
    return (
      direction !== null &&
      (this.#direction === null || this.#direction === direction)
    );
  }

  add(letter: string, box: Box): void {
    if (this.#count > 0)
      this.#direction ??= directionFrom(this.#last, box) ?? "right";
    this.#letters += letter;
    this.#count++;
    this.#last = box;
    this.#whole = {
      left: Math.min(this.#whole.left, box.left),
      top: Math.min(this.#whole.top, box.top),
      right: Math.max(this.#whole.right, box.right),
      bottom: Math.max(this.#whole.bottom, box.bottom),
    };
  }

  /** Null when cleaning leaves nothing. The space behind it is not measured. */
  close(end: string): TextRun | null {
    const text = cleanText(this.#letters).text.replace(/[\n\t]/g, " ");
    if (text.trim() === "") return null;
    const direction = this.#direction ?? "right";
    return { text: text + end, direction, ...this.#whole };
  }
}

/** Null where the second is not the first one's neighbour. */
function directionFrom(first: Box, second: Box): Direction | null {
  const wide = Math.max(1, first.right - first.left);
  const high = Math.max(1, first.bottom - first.top);
  const sharedHeight =
    Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top);
  const sharedWidth =
    Math.min(first.right, second.right) - Math.max(first.left, second.left);
  const low = Math.min(high, second.bottom - second.top);
  if (
    sharedHeight > low * SAME_LINE_SHARE &&
    second.left > first.left &&
    second.left - first.right < high * MAX_GAP
  )
    return "right";
  const narrow = Math.min(wide, second.right - second.left);
  if (sharedWidth <= narrow * SAME_LINE_SHARE) return null;
  if (second.top > first.top && second.top - first.bottom < wide * MAX_GAP)
    return "down";
  if (second.top < first.top && first.top - second.bottom < wide * MAX_GAP)
    return "up";
  return null;
}

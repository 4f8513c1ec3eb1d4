/** What is to be said about the pages of a document once they are drawn: where text and picture disagree, and what got coarser. */
import { Fault } from "../core/fault.ts";
import type { PixelPage } from "../core/pixels.ts";
import type { RenderedPdf } from "../core/render.ts";
import type { Budget } from "./budget.ts";
import type { ReadPage } from "./read-off.ts";
import type { PageRuns } from "./text-runs.ts";

/** Fewer letters than these are marks of a layout program, not a message; unless there is nothing else. */
const HIDDEN_LETTERS = 20;
const FEW = 3;
/** Text recognized on a scan lies a little beside its letters; hidden words are more than that. */
const HIDDEN_SHARE = 0.1;
const MANY = 200;
/** A page of which so much can't be read is no page. */
const MISSING_SHARE = 0.2;
const MISSING_LETTERS = 5;
const MAX_PAGES_TOLD = 10;

export class PageNotes {
  readonly #hidden: number[] = [];
  readonly #missing: number[] = [];
  readonly #shortened: number[] = [];
  readonly #read: number[] = [];

  /** Faults: GLYPHS_MISSING. */
  add(
    page: PixelPage,
    { letters, hidden, missing }: PageRuns,
    read: ReadPage | null,
  ): void {
    const number = page.index + 1;
    if (missing >= MISSING_LETTERS && missing > letters * MISSING_SHARE)
      throw new Fault("GLYPHS_MISSING", { page: number, missing, letters });
    if (missing > 0) this.#missing.push(number);
    if (disagree(letters, hidden)) this.#hidden.push(number);
    if (page.text?.isShortened === true || read?.isShortened === true)
      this.#shortened.push(number);
    if (read !== null) this.#read.push(number);
  }

  findings(budget: Budget): RenderedPdf["findings"] {
    const rows = [
      { code: "pdf-hidden-text", detail: told(this.#hidden) },
      { code: "glyphs-missing", detail: told(this.#missing) },
      { code: "text-layer-shortened", detail: told(this.#shortened) },
      { code: "text-by-ocr", detail: told(this.#read) },
    ].filter(({ detail }) => detail !== "");
    const { coarserPages, isOver, spentBytes } = budget;
    if (coarserPages > 0)
      rows.push({ code: "pages-coarser", detail: `${coarserPages} pages` });
    if (isOver)
      rows.push({ code: "budget-passed", detail: `${spentBytes} bytes` });
    return rows;
  }
}

function disagree(letters: number, hidden: number): boolean {
  if (hidden === letters) return hidden >= FEW;
  if (hidden < HIDDEN_LETTERS) return false;
  return hidden >= MANY || hidden > letters * HIDDEN_SHARE;
}

function told(pages: readonly number[]): string {
  if (pages.length === 0) return "";
  const more = pages.length > MAX_PAGES_TOLD ? ", …" : "";
  return `p. ${pages.slice(0, MAX_PAGES_TOLD).join(", ")}${more}`;
}

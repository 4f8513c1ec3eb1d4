import { toFault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { Pit } from "../core/pit.ts";
import type { PageText, PixelPage } from "../core/pixels.ts";
import type { Made } from "./made-before.ts";

const MAX_PAGES_TOLD = 10;

/**
 * Reads the letters off the pages of one document, as far as its pages and its time go. It is an extra: whatever fails
 * costs a page its words and is told, and nothing waits or is held for it.
 */
export class PageReader {
  readonly #pit: Pit;
  readonly #limits: Limits;
  readonly #leftOut = new Map<string, number[]>();
  #asked = 0;
  #beganAt: number | null = null;

  constructor(pit: Pit, limits: Limits) {
    this.#pit = pit;
    this.#limits = limits;
  }

  readonly read = async (page: PixelPage): Promise<PageText | null> => {
    const { maxOcrPages, ocrDocumentMs } = this.#limits;
    const now = performance.now();
    this.#beganAt ??= now;
    const leftMs = ocrDocumentMs - (now - this.#beganAt);
    this.#asked++;
    if (this.#pit.read === undefined) return this.#leave(page, "OCR_MISSING");
    if (this.#asked > maxOcrPages) return this.#leave(page, "maxOcrPages");
    if (leftMs <= 0) return this.#leave(page, "ocrDocumentMs");
    try {
      return await this.#pit.read(page, leftMs);
    } catch (error) {
      return this.#leave(page, toFault(error).code);
    }
  };

  findings(): Made["findings"] {
    return [...this.#leftOut].map(([why, pages]) => {
      const told = pages.toSorted((a, b) => a - b).slice(0, MAX_PAGES_TOLD);
      const more = pages.length > told.length ? ", …" : "";
      const detail = `p. ${told.join(", ")}${more}: ${why}`;
      return { code: "ocr-left-out", detail };
    });
  }

  #leave(page: PixelPage, why: string): null {
    const pages = this.#leftOut.get(why) ?? [];
    this.#leftOut.set(why, [...pages, page.index + 1]);
    return null;
  }
}

/** A program that makes an image PDF out of a PDF, at 150 dpi. */
export interface Rasterizer {
  readonly name: string;
  /** What has to be installed. */
  readonly needs: readonly string[];
  /** `folder` is empty and its own; all pages unless a range is given. */
  convert(
    input: string,
    output: string,
    folder: string,
    range?: PageRange,
  ): Promise<unknown>;
}

/** Counted from 1, both included. */
export interface PageRange {
  readonly first: number;
  readonly last: number;
}

export const DPI = 150;

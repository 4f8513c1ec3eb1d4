/** A program that makes an image PDF out of a PDF, at 150 dpi. */
export interface Rasterizer {
  readonly name: string;
  /** What has to be installed. */
  readonly needs: readonly string[];
  /** `folder` is empty and its own. */
  convert(input: string, output: string, folder: string): Promise<unknown>;
}

export const DPI = 150;

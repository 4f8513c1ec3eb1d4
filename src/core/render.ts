import type { PageText, PixelPage } from "./pixels.ts";

/** How pages of documents are to be written. */
export interface PaperWishes {
  /** Text to be searched, which nobody sees. */
  readonly textLayer?: boolean;
  /** Asked for the letters of each page that shows something and has no words of its own; null where it cannot tell. */
  readonly read?: (page: PixelPage) => Promise<PageText | null>;
  /** Bytes that so many pages may come to; past it they get coarser. */
  readonly room?: { readonly bytes: number; readonly pages: number } | null;
}

export interface RenderedPdf {
  readonly bytes: Uint8Array;
  readonly pages: number;
  /** `detail` counts or names pages. */
  readonly findings: readonly {
    readonly code: string;
    readonly detail: string;
  }[];
}

export interface Render {
  /** An image PDF, one page a picture. Deterministic. Faults: REBUILT_TOO_BIG, GLYPHS_MISSING, DOCUMENT_EMPTY. */
  pdf(
    pages: AsyncIterable<PixelPage>,
    wishes?: PaperWishes,
  ): Promise<RenderedPdf>;
  picture(
    page: PixelPage,
    type: "image/png" | "image/jpeg",
  ): Promise<Uint8Array>;
}

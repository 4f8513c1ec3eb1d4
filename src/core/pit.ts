import type { UntrustedContent } from "./content.ts";
import type { PageText, PixelPage } from "./pixels.ts";

export interface PitDocument {
  /** As announced by the pit before the first page and enforced while they come. */
  readonly pageCount: number;
  /** Codes of what was there and is gone, from a closed list (`wire/pit.ts`). */
  readonly findings: readonly string[];
  /** Of an animation, as its file says; the first one alone is drawn. */
  readonly pictures?: number;
  /** One page at a time; the pit is ended when iteration stops, whatever the reason. */
  readonly pages: AsyncIterable<PixelPage>;
}

/** An office document, turned into what other pits and text rules take. Made by a stranger still: nothing in it is clean. */
export interface Converted {
  /** Codes of what was there and is gone, from a closed list (`wire/pit-codes.ts`). */
  readonly findings: readonly string[];
  readonly pdf: UntrustedContent;
  /** Of a workbook, the names of its hidden sheets. */
  readonly untrustedHidden: readonly string[];
  /** Likewise of visible ones that hide rows or columns. */
  readonly untrustedHiddenCells: readonly string[];
  /** Of a workbook, the values of each visible sheet as CSV. */
  readonly sheets: readonly {
    readonly untrustedName: string;
    readonly untrustedText: string;
  }[];
}

export interface Pit {
  /** Faults: PIT_*, DOCUMENT_*, PAGE_BLANK, PAGE_TEXT_TOO_BIG. `password` is for encrypted documents and is never written down. */
  open(
    kind: "pdf" | "image",
    document: UntrustedContent,
    password?: string,
    wishes?: PageWishes,
  ): Promise<PitDocument>;
  /**
   * What a container holds, as one mail, piece by piece. Faults: PIT_*, DOCUMENT_UNREADABLE (it is no container that is known),
   * DOCUMENT_ENCRYPTED, UNPACKED_TOO_BIG.
   */
  unpack(
    container: UntrustedContent,
    password?: string,
  ): Promise<AsyncIterable<Uint8Array>>;
  /**
   * An office document as a PDF, which is then for `open`. Faults: PIT_*, DOCUMENT_UNREADABLE, DOCUMENT_UNKNOWN (no office
   * document), DOCUMENT_ENCRYPTED, UNPACKED_TOO_BIG, CONVERTER_MISSING.
   */
  convert(
    document: UntrustedContent,
    how?: {
      readonly password?: string;
      /** The site's program of this name; LibreOffice without. */
      readonly converter?: string;
      /** Ends it; it then fails with whatever it was about. */
      readonly signal?: AbortSignal;
    },
  ): Promise<Converted>;
  /**
   * The letters of a drawn page, read off its pixels; absent where nothing reads. Faults: PIT_*, PAGE_TEXT_TOO_BIG,
   * OCR_MISSING; PIT_DEADLINE also when its turn did not come within the time.
   */
  readonly read?: (page: PixelPage, withinMs: number) => Promise<PageText>;
  /** Tries each wall from inside; empty when all hold, else the names of the missing ones. */
  proveWalls(): Promise<readonly string[]>;
}

/** A document in a pit that stays, for somebody who looks at it page by page. Pages that are asked for at once are drawn one after the other. */
export interface OpenPages {
  readonly pageCount: number;
  /** Without text. Faults: PIT_*, DOCUMENT_*; after one the document is closed. */
  page(index: number, dpi: number): Promise<PixelPage>;
  isClosed(): boolean;
  close(): Promise<void>;
}

/** The pit for those who look at a document instead of making a new one. */
export interface ViewPit {
  /** Faults: as `Pit.open`. Ends with `signal`; left alone it closes itself after its deadline. */
  look(
    kind: "pdf" | "image",
    document: UntrustedContent,
    signal?: AbortSignal,
  ): Promise<OpenPages>;
}

/** How pages of documents are to be drawn. */
export interface PageWishes {
  readonly dpi: number;
  /** So much longer the pit may take, because whoever draws its pages has more to do with them. */
  readonly slackMs?: number;
}

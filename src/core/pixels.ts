/** A checked rectangle of pixels from the pit; `pixels` is exactly width × height × channels bytes. */
export interface PixelPage {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4;
  /** Size on paper in points, for documents; null for pictures. */
  readonly points: { readonly width: number; readonly height: number } | null;
  readonly pixels: Uint8Array;
  /** For pages of documents. */
  readonly text?: PageText;
  /** Whoever needs the pixels no longer may say so: the next page is read into their room. */
  readonly release?: () => void;
}

/** What a page says, as the document tells it: to be searched, never believed over the pixels. */
export interface PageText {
  readonly characters: readonly PageCharacter[];
  /** The page has more. */
  readonly isShortened: boolean;
}

/** A box in 65,535ths of the page's sides, from the upper left of the page as it is drawn. */
export interface PageCharacter {
  readonly codePoint: number;
  /** No font had a glyph for it. */
  readonly isMissing: boolean;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Whether a page can be told beforehand to have no colour: PDFium draws such a page three times as fast into one byte a dot,
 * and its letters sharper. Only what is plainly black, white or grey counts; whatever is in doubt is drawn in colour.
 */
import type { OpenDocument } from "./document.ts";
import { heap, type Pdfium } from "./pdfium.ts";

/** fpdf_edit.h */
const TEXT = 1;
const PATH = 2;

/** More would cost what drawing without colour saves. */
const MAX_OBJECTS = 5000;
/** What PDFium says of a tiling pattern and of a gradient: they have a colour of their own. */
const PATTERN_TONES: ReadonlySet<number> = new Set([191, 255]);
const COLOUR_BYTES = 16;

interface Exports {
  malloc(bytes: number): number;
  free(pointer: number): void;
  FPDFPage_GetObject(page: number, place: number): number;
  FPDFPageObj_GetType(object: number): number;
  FPDFPageObj_GetFillColor: ColourGetter;
  FPDFPageObj_GetStrokeColor: ColourGetter;
  FPDFTextObj_GetFont(object: number): number;
  FPDFFont_GetFontData(
    font: number,
    buffer: number,
    bytes: number,
    outBytes: number,
  ): number;
}

type ColourGetter = (
  object: number,
  red: number,
  green: number,
  blue: number,
  alpha: number,
) => number;

export function isColourless(
  pdfium: Pdfium,
  document: OpenDocument,
  page: number,
): boolean {
  const count = pdfium.FPDFPage_CountObjects(page);
  if (
    count < 0 ||
    count > MAX_OBJECTS ||
    document.form !== 0 ||
    pdfium.FPDFPage_GetAnnotCount(page) !== 0 ||
    pdfium.FPDFPage_HasTransparency(page)
  )
    return false;
  const exports = pdfium.pdfium.wasmExports as unknown as Exports;
  const room = exports.malloc(COLOUR_BYTES);
  try {
    const look = new Look(pdfium, exports, room);
    for (let place = 0; place < count; place++)
      if (!look.isGrey(exports.FPDFPage_GetObject(page, place))) return false;
    return true;
  } finally {
    exports.free(room);
  }
}

class Look {
  readonly #pdfium: Pdfium;
  readonly #exports: Exports;
  readonly #room: number;
  readonly #plainFonts = new Set<number>();

  constructor(pdfium: Pdfium, exports: Exports, room: number) {
    this.#pdfium = pdfium;
    this.#exports = exports;
    this.#room = room;
  }

  /** A picture, a gradient or a form may have any colour. */
  isGrey(object: number): boolean {
    const type = this.#exports.FPDFPageObj_GetType(object);
    return (
      (type === PATH || (type === TEXT && this.#hasPlainFont(object))) &&
      this.#isGreyTone(this.#exports.FPDFPageObj_GetFillColor, object) &&
      this.#isGreyTone(this.#exports.FPDFPageObj_GetStrokeColor, object)
    );
  }

  #isGreyTone(get: ColourGetter, object: number): boolean {
    const at = this.#room;
    if (get(object, at, at + 4, at + 8, at + 12) !== 1) return false;
    const bytes = heap(this.#pdfium);
    const tone = bytes[at]!;
    return (
      tone === bytes[at + 4] &&
      tone === bytes[at + 8] &&
      !PATTERN_TONES.has(tone)
    );
  }

  /** The glyphs of a Type 3 font are drawings, in colours of their own (ISO 32000-1 §9.6.5). It alone has no font file, not even a substitute. */
  #hasPlainFont(object: number): boolean {
    const font = this.#exports.FPDFTextObj_GetFont(object);
    if (font === 0) return false;
    if (this.#plainFonts.has(font)) return true;
    const at = this.#room;
    if (this.#exports.FPDFFont_GetFontData(font, 0, 0, at) !== 1) return false;
    const bytes = new DataView(heap(this.#pdfium).buffer).getUint32(at, true);
    if (bytes === 0) return false;
    this.#plainFonts.add(font);
    return true;
  }
}

/** The characters of a page as the document tells them, each with its box on the page as it is drawn. */
import type { PageCharacter } from "../../../src/core/pixels.ts";
import { FULL_SIDE } from "../../../src/wire/pit-text.ts";
import { heap, type Pdfium } from "./pdfium.ts";

/** Of what PDFium wrapped, without the cost of its wrapping: these are called for every character. */
interface Exports {
  malloc(bytes: number): number;
  free(pointer: number): void;
  FPDFText_GetUnicode(text: number, index: number): number;
  FPDFText_IsGenerated(text: number, index: number): number;
  FPDFText_IsHyphen(text: number, index: number): number;
  FPDFText_HasUnicodeMapError(text: number, index: number): number;
  FPDFText_GetLooseCharBox(text: number, index: number, box: number): number;
  FPDFText_GetCharBox(
    text: number,
    index: number,
    left: number,
    right: number,
    bottom: number,
    top: number,
  ): number;
  FPDFText_GetTextObject(text: number, index: number): number;
  FPDFTextObj_GetFont(object: number): number;
  FPDFTextObj_GetTextRenderMode(object: number): number;
  FPDFFont_GetIsEmbedded(font: number): number;
}

/** fpdf_edit.h: FPDF_TEXTRENDERMODE_INVISIBLE, and the one that only clips. */
const UNSEEN_MODES: ReadonlySet<number> = new Set([3, 7]);
const HYPHEN = 0x2d;
/** What PDFium says for a hyphen that parts a word at the end of a line (CPDF_TextPage). */
const WRAPPED = 0x02;
const SPACES: ReadonlySet<number> = new Set([0xa0, 0x3000]);
/** A glyph that is there measures more than this share of its room, in height and in width. */
const FLAT_SHARE = 0.005;
const REPLACEMENT = 0xfffd;
/** Corners of the page are asked in millions: PDFium answers in whole numbers. */
const SCALE = 1_000_000;

export interface ReadText {
  readonly letters: number;
  /** Letters without a glyph, whatever the reason. */
  readonly flatLetters: number;
  readonly characters: readonly PageCharacter[];
  readonly isShortened: boolean;
}

export function readText(
  pdfium: Pdfium,
  page: number,
  maxCharacters: number,
): ReadText {
  const text = pdfium.FPDFText_LoadPage(page);
  // A page whose text can't be read has none; its picture stands.
  if (text === 0)
    return { letters: 0, flatLetters: 0, characters: [], isShortened: false };
  const reader = new TextReader(pdfium, page, text);
  const count = Math.max(0, pdfium.FPDFText_CountChars(text));
  const characters: PageCharacter[] = [];
  let at = 0;
  while (at < count && characters.length < maxCharacters) {
    characters.push(reader.read(at));
    at += reader.units;
  }
  const isShortened = at < count;
  reader.close();
  pdfium.FPDFText_ClosePage(text);
  const { letters, flatLetters } = reader;
  return { letters, flatLetters, characters, isShortened };
}

class TextReader {
  readonly #exports: Exports;
  readonly #pdfium: Pdfium;
  readonly #text: number;
  readonly #boxes: number;
  readonly #map: PageMap;
  #view: DataView;
  /** UTF-16 units that the last character took: two for half of all there are. */
  units = 1;
  letters = 0;
  flatLetters = 0;

  constructor(pdfium: Pdfium, page: number, text: number) {
    this.#pdfium = pdfium;
    this.#exports = pdfium.pdfium.wasmExports as unknown as Exports;
    this.#text = text;
    this.#boxes = this.#exports.malloc(48);
    this.#map = pageMap(pdfium, page);
    this.#view = new DataView(heap(pdfium).buffer);
  }

  close(): void {
    this.#exports.free(this.#boxes);
  }

  read(at: number): PageCharacter {
    const first = this.#exports.FPDFText_GetUnicode(this.#text, at);
    const codePoint = this.#codePoint(at, first);
    const view = this.#look(at);
    const { x, y } = this.#map;
    const x1 = view.getFloat32(this.#boxes, true);
    const y1 = view.getFloat32(this.#boxes + 4, true);
    const x2 = view.getFloat32(this.#boxes + 8, true);
    const y2 = view.getFloat32(this.#boxes + 12, true);
    const across = share(x.origin + x.along * x1 + x.up * y1);
    const acrossToo = share(x.origin + x.along * x2 + x.up * y2);
    const down = share(y.origin + y.along * x1 + y.up * y1);
    const downToo = share(y.origin + y.along * x2 + y.up * y2);
    const isFlat = this.#isFlat(view);
    const isLetter = codePoint > 0x20 && !SPACES.has(codePoint);
    if (isLetter) this.letters++;
    if (isLetter && isFlat) this.flatLetters++;
    return {
      codePoint,
      isMissing: isFlat && isLetter && this.#lacksGlyph(at),
      left: Math.min(across, acrossToo),
      top: Math.min(down, downToo),
      right: Math.max(across, acrossToo),
      bottom: Math.max(down, downToo),
    };
  }

  #codePoint(at: number, first: number): number {
    this.units = 1;
    if (this.#exports.FPDFText_HasUnicodeMapError(this.#text, at) === 1)
      return REPLACEMENT;
    if (
      first === WRAPPED &&
      this.#exports.FPDFText_IsHyphen(this.#text, at) === 1
    )
      return HYPHEN;
    if (first > 0x10ffff) return REPLACEMENT;
    if (first < 0xd800 || first > 0xdfff) return first;
    const second = this.#exports.FPDFText_GetUnicode(this.#text, at + 1);
    if (first > 0xdbff || second < 0xdc00 || second > 0xdfff)
      return REPLACEMENT;
    this.units = 2;
    return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
  }

  /** The room of the character (four floats) and its ink (four doubles: left, right, bottom, top). */
  #look(at: number): DataView {
    const ink = this.#boxes + 16;
    this.#exports.FPDFText_GetLooseCharBox(this.#text, at, this.#boxes);
    this.#exports.FPDFText_GetCharBox(
      this.#text,
      at,
      ink,
      ink + 8,
      ink + 16,
      ink + 24,
    );
    const { buffer } = heap(this.#pdfium);
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view;
  }

  #isFlat(view: DataView): boolean {
    const room = (place: number) => view.getFloat32(this.#boxes + place, true);
    const ink = (place: number) => view.getFloat64(this.#boxes + place, true);
    const side = Math.max(
      Math.abs(room(8) - room(0)),
      Math.abs(room(12) - room(4)),
    );
    const thin = Math.min(
      Math.abs(ink(24) - ink(16)),
      Math.abs(ink(40) - ink(32)),
    );
    return thin < side * FLAT_SHARE;
  }

  /** A letter without ink, meant to be seen, in a font that had to be replaced. */
  #lacksGlyph(at: number): boolean {
    if (this.#exports.FPDFText_IsGenerated(this.#text, at) === 1) return false;
    const object = this.#exports.FPDFText_GetTextObject(this.#text, at);
    if (object === 0) return false;
    const mode = this.#exports.FPDFTextObj_GetTextRenderMode(object);
    if (UNSEEN_MODES.has(mode)) return false;
    const font = this.#exports.FPDFTextObj_GetFont(object);
    return font !== 0 && this.#exports.FPDFFont_GetIsEmbedded(font) === 0;
  }
}

/** From points of the document to shares of one side of the drawn page. */
interface SideMap {
  readonly origin: number;
  readonly along: number;
  readonly up: number;
}

interface PageMap {
  readonly x: SideMap;
  readonly y: SideMap;
}

/** Turned and cut as the page says, and straight: so three corners tell it all. */
function pageMap(pdfium: Pdfium, page: number): PageMap {
  const pointer = pdfium.pdfium.wasmExports.malloc(8);
  const place = (x: number, y: number) => {
    pdfium.FPDF_PageToDevice(
      ...([page, 0, 0, SCALE, SCALE, 0, x, y, pointer, pointer + 4] as const),
    );
    const view = new DataView(heap(pdfium).buffer);
    return {
      x: view.getInt32(pointer, true) / SCALE,
      y: view.getInt32(pointer + 4, true) / SCALE,
    };
  };
  const unit = 100;
  const origin = place(0, 0);
  const along = place(unit, 0);
  const up = place(0, unit);
  pdfium.pdfium.wasmExports.free(pointer);
  const side = (axis: "x" | "y"): SideMap => ({
    origin: origin[axis],
    along: (along[axis] - origin[axis]) / unit,
    up: (up[axis] - origin[axis]) / unit,
  });
  return { x: side("x"), y: side("y") };
}

function share(side: number): number {
  // Written so that what is no number is 0 as well.
  const inside = side > 0 ? Math.min(side, 1) : 0;
  return Math.round(inside * FULL_SIDE);
}

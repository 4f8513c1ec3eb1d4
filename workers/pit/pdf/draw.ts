import {
  MAX_SIDE_CENTIPOINTS,
  type PageHead,
} from "../../../src/wire/pit-frame.ts";
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { isColourless } from "./colourless.ts";
import type { OpenDocument } from "./document.ts";
import { heap, type Pdfium } from "./pdfium.ts";

const POINTS_PER_INCH = 72;
/** fpdfview.h */
const FORMAT_GREY = 1;
const FORMAT_BGR = 2;
const DRAW_ANNOTATIONS = 0x01;
const RED_FIRST = 0x10;
/** Four bytes of it, as a signed number: V8 is slower with those past 2³¹. */
const WHITE = -1;

interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly centipointsWide: number;
  readonly centipointsHigh: number;
}

/** A page of any size on paper fits into the limits: too large ones get coarser, none is refused. */
export function fitSheet(
  pointsWide: number,
  pointsHigh: number,
  limits: PitLimits,
): Sheet {
  // Written so that what is no number is one point as well.
  const sane = (points: number) => (points > 1 ? Math.min(points, 1e7) : 1);
  const wide = sane(pointsWide);
  const high = sane(pointsHigh);
  const shrink = Math.min(
    1,
    limits.maxSidePixels /
      ((Math.max(wide, high) * limits.dpi) / POINTS_PER_INCH),
    Math.sqrt(
      limits.maxPixels /
        (((wide * limits.dpi) / POINTS_PER_INCH) *
          ((high * limits.dpi) / POINTS_PER_INCH)),
    ),
  );
  const pixels = (points: number) =>
    Math.max(
      1,
      Math.floor(((points * limits.dpi) / POINTS_PER_INCH) * shrink + 1e-6),
    );
  const onPaper = Math.min(
    1,
    MAX_SIDE_CENTIPOINTS / (Math.max(wide, high) * 100),
  );
  const centipoints = (points: number) =>
    Math.max(100, Math.round(points * 100 * onPaper));
  return {
    width: pixels(wide),
    height: pixels(high),
    centipointsWide: centipoints(wide),
    centipointsHigh: centipoints(high),
  };
}

/** The heap of PDFium holds it until it is closed. */
export interface DrawnPage {
  readonly head: PageHead;
  /** Good until PDFium is called again. */
  readonly pixels: () => Uint8Array;
  readonly close: () => void;
}

/**
 * The page as paper would show it, on white: annotations and form fields drawn, no transparency left. One byte a dot where
 * no dot has a colour, else three.
 */
export function drawPage(
  pdfium: Pdfium,
  document: OpenDocument,
  wanted: {
    readonly page: number;
    readonly index: number;
    readonly limits: PitLimits;
  },
): DrawnPage {
  const { page, index, limits } = wanted;
  const sheet = fitSheet(
    pdfium.FPDF_GetPageWidthF(page),
    pdfium.FPDF_GetPageHeightF(page),
    limits,
  );
  const { width, height } = sheet;
  const isGrey = isColourless(pdfium, document, page);
  const format = isGrey ? FORMAT_GREY : FORMAT_BGR;
  const bitmap = pdfium.FPDFBitmap_CreateEx(width, height, format, 0, 0);
  if (bitmap === 0) throw new PitRefusal("PIT_MEMORY");
  fillWhite(pdfium, bitmap, height);
  const flags = isGrey ? DRAW_ANNOTATIONS : DRAW_ANNOTATIONS | RED_FIRST;
  pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags);
  if (document.form !== 0) {
    pdfium.FORM_OnAfterLoadPage(page, document.form);
    pdfium.FPDF_FFLDraw(
      document.form,
      bitmap,
      page,
      0,
      0,
      width,
      height,
      0,
      flags,
    );
  }
  const drawn = () => ({
    bytes: heap(pdfium),
    start: pdfium.FPDFBitmap_GetBuffer(bitmap),
    stride: pdfium.FPDFBitmap_GetStride(bitmap),
  });
  const grey = isGrey ? null : greyDots(drawn(), width, height);
  const channels = isGrey || grey !== null ? 1 : 3;
  return {
    head: { kind: "page", index, channels, ...sheet },
    pixels: () => grey ?? plainRows(drawn(), width * channels, height),
    close: () => pdfium.FPDFBitmap_Destroy(bitmap),
  };
}

/** All bytes at once: PDFium goes dot by dot. */
function fillWhite(pdfium: Pdfium, bitmap: number, height: number): void {
  const start = pdfium.FPDFBitmap_GetBuffer(bitmap);
  const bytes = pdfium.FPDFBitmap_GetStride(bitmap) * height;
  heap(pdfium).fill(255, start, start + bytes);
}

interface Drawn {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly stride: number;
}

/** Without the filling at the end of PDFium's rows; a copy only where there is some. */
function plainRows(
  { bytes, start, stride }: Drawn,
  rowBytes: number,
  height: number,
): Uint8Array {
  if (stride === rowBytes)
    return bytes.subarray(start, start + rowBytes * height);
  const pixels = paper(rowBytes * height);
  for (let row = 0; row < height; row++) {
    const from = start + row * stride;
    pixels.set(bytes.subarray(from, from + rowBytes), row * rowBytes);
  }
  return pixels;
}

let sheetOfPaper = new Uint8Array(0);

/** One for all pages, each of which is said before the next is drawn: new ones would be collected all the time. */
function paper(bytes: number): Uint8Array {
  if (sheetOfPaper.length < bytes) sheetOfPaper = new Uint8Array(bytes);
  return sheetOfPaper.subarray(0, bytes);
}

/** Of what was drawn in colour; null as soon as a dot has one. Four dots are three words, since PDFium begins each row at a word. */
function greyDots(
  { bytes, start, stride }: Drawn,
  width: number,
  height: number,
): Uint8Array | null {
  const words = new Int32Array(bytes.buffer);
  const pixels = paper(width * height).fill(255);
  for (let row = 0, place = 0; row < height; row++) {
    let word = (start + row * stride) >> 2;
    const rowEnd = place + width;
    for (; place + 4 <= rowEnd; place += 4, word += 3) {
      const first = words[word]!;
      const second = words[word + 1]!;
      const third = words[word + 2]!;
      if (first === WHITE && second === WHITE && third === WHITE) continue;
      const one = first & 255;
      const two = first >>> 24;
      const three = second >>> 24;
      const four = third >>> 24;
      const isGrey =
        (first & 0xffffff) === one * 0x010101 &&
        (second & 0xffff) === two * 0x0101 &&
        second >>> 16 === three * 0x0101 &&
        (third & 255) === three &&
        third >>> 8 === four * 0x010101;
      if (!isGrey) return null;
      pixels[place] = one;
      pixels[place + 1] = two;
      pixels[place + 2] = three;
      pixels[place + 3] = four;
    }
    for (let from = word * 4; place < rowEnd; place++, from += 3) {
      const tone = bytes[from]!;
      if (tone !== bytes[from + 1] || tone !== bytes[from + 2]) return null;
      pixels[place] = tone;
    }
  }
  return pixels;
}

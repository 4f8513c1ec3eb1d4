/**
 * A white page is the one way in which a rasterizer loses content without an error: a font or a codec it does not have.
 * So a page of one colour must also hold nothing that would have left ink. Letters whose glyphs were all there were drawn, in
 * the colour of the paper or under something: that is the sender's doing, and the text layer tells of it.
 */
import { heap, runtime, type Pdfium } from "./pdfium.ts";
import type { ReadText } from "./text.ts";

/** fpdf_edit.h */
const TEXT = 1;
const IMAGE = 3;
const FORM = 5;

/** By format: grey, BGR, BGRx, BGRA. */
const DOT_BYTES = [0, 1, 3, 4, 4] as const;

const MAX_OBJECTS = 10_000;
const MAX_DEPTH = 8;

export function looksBlank(
  pdfium: Pdfium,
  page: number,
  drawn: { readonly pixels: Uint8Array; readonly text: ReadText },
): boolean {
  if (!isOneColour(drawn.pixels)) return false;
  const left = { objects: MAX_OBJECTS };
  const { letters, flatLetters, isShortened } = drawn.text;
  const isHidden = letters > 0 && flatLetters === 0 && !isShortened;
  for (let place = 0; place < pdfium.FPDFPage_CountObjects(page); place++)
    if (
      holdsInk(pdfium, pdfium.FPDFPage_GetObject(page, place), {
        page,
        left,
        depth: 0,
        isHidden,
      })
    )
      return true;
  return false;
}

/** Every byte the same; a coloured page of one colour differs between its channels and is looked at by its first dot. */
export function isOneColour(pixels: Uint8Array): boolean {
  const step = pixels.length % 3 === 0 ? 3 : 1;
  for (let place = step; place < pixels.length; place++)
    if (pixels[place] !== pixels[place - step]) return false;
  return true;
}

interface Walk {
  readonly page: number;
  readonly left: { objects: number };
  readonly depth: number;
  /** All letters of the page have glyphs. */
  readonly isHidden: boolean;
}

function holdsInk(pdfium: Pdfium, object: number, walk: Walk): boolean {
  // Too many or too deep to look at: better one page too many for a person than one too few.
  if (--walk.left.objects < 0 || walk.depth > MAX_DEPTH) return true;
  switch (pdfium.FPDFPageObj_GetType(object)) {
    case TEXT:
      return !walk.isHidden && holdsLetters(pdfium, object, walk.page);
    case IMAGE:
      return holdsPicture(pdfium, object);
    case FORM: {
      const count = pdfium.FPDFFormObj_CountObjects(object);
      for (let place = 0; place < count; place++) {
        const inner = pdfium.FPDFFormObj_GetObject(object, place);
        if (holdsInk(pdfium, inner, { ...walk, depth: walk.depth + 1 }))
          return true;
      }
      return false;
    }
    default:
      return false;
  }
}

/** Word processors leave a space on empty pages; only text that is nothing but space is no loss. */
function holdsLetters(pdfium: Pdfium, object: number, page: number): boolean {
  const text = pdfium.FPDFText_LoadPage(page);
  const bytes = pdfium.FPDFTextObj_GetText(object, text, 0, 0);
  const buffer = pdfium.pdfium.wasmExports.malloc(Math.max(bytes, 2));
  pdfium.FPDFTextObj_GetText(object, text, buffer, bytes);
  const letters = runtime(pdfium).UTF16ToString(buffer);
  pdfium.pdfium.wasmExports.free(buffer);
  pdfium.FPDFText_ClosePage(text);
  return letters === "" || letters.trim() !== "";
}

/** A scanned empty sheet is an image of one colour and no loss; an image that does not decode is. */
function holdsPicture(pdfium: Pdfium, object: number): boolean {
  const bitmap = pdfium.FPDFImageObj_GetBitmap(object);
  if (bitmap === 0) return true;
  const start = pdfium.FPDFBitmap_GetBuffer(bitmap);
  const stride = pdfium.FPDFBitmap_GetStride(bitmap);
  const height = pdfium.FPDFBitmap_GetHeight(bitmap);
  const dotBytes = DOT_BYTES[pdfium.FPDFBitmap_GetFormat(bitmap)] ?? 1;
  const rowBytes = pdfium.FPDFBitmap_GetWidth(bitmap) * dotBytes;
  const bytes = heap(pdfium);
  const first = bytes[start];
  let even = true;
  for (let row = 0; row < height && even; row++) {
    const from = start + row * stride;
    even = bytes.subarray(from, from + rowBytes).every((dot) => dot === first);
  }
  pdfium.FPDFBitmap_Destroy(bitmap);
  return !even;
}

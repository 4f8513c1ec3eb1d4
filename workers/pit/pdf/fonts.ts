/**
 * Fonts for text whose font is not in the file. PDFium's own substitutes are Latin only: without this, Japanese text
 * comes out as a white page and no error. A font is read when a mapping asks for it, so a plain page pays nothing.
 */
import { readFileSync } from "node:fs";
import type { Pdfium } from "./pdfium.ts";
import { heap, runtime } from "./pdfium.ts";

/** Windows character sets, as PDFium asks. The Chinese ones share most of their Han characters with Japanese. */
const SHIFT_JIS = 128;
const GB2312 = 134;
const BIG5 = 136;
const COVERED: ReadonlySet<number> = new Set([SHIFT_JIS, GB2312, BIG5]);

const REGULAR = "NotoSansJP-Regular.otf";
const BOLD = "NotoSansJP-Bold.otf";
const BOLD_WEIGHT = 600;

/** Handles are never given back as 0, which means "none". */
const FACES = [REGULAR, BOLD] as const;

const loaded = new Map<string, Uint8Array>();

function face(handle: number): Uint8Array | null {
  const name = FACES[handle - 1];
  if (name === undefined) return null;
  const known = loaded.get(name);
  if (known !== undefined) return known;
  // By path: the package does not export its fonts by name.
  const folder = "../../../node_modules/@embedpdf/fonts-jp/fonts/";
  const bytes = readFileSync(new URL(folder + name, import.meta.url));
  loaded.set(name, bytes);
  return bytes;
}

/**
 * FPDF_SYSFONTINFO, version 1, with 32-bit pointers (fpdf_sysfontinfo.h):
 *   0 version · 4 Release · 8 EnumFonts · 12 MapFont · 16 GetFont · 20 GetFontData · 24 GetFaceName
 *  28 GetFontCharset · 32 DeleteFont
 */
export function offerFonts(pdfium: Pdfium): void {
  const emscripten = runtime(pdfium);
  const mapFont = (
    _info: number,
    weight: number,
    _italic: number,
    charset: number,
  ) => {
    if (!COVERED.has(charset)) return 0;
    return FACES.indexOf(weight >= BOLD_WEIGHT ? BOLD : REGULAR) + 1;
  };
  const getFontData = (
    _info: number,
    handle: number,
    table: number,
    buffer: number,
    bufferBytes: number,
  ) => {
    // Single tables are not served: PDFium then asks for the whole file.
    const bytes = table === 0 ? face(handle) : null;
    if (bytes === null) return 0;
    if (buffer !== 0 && bufferBytes >= bytes.length)
      heap(pdfium).set(bytes, buffer);
    return bytes.length;
  };
  // A function of its own for each: the same one added again keeps the slot, and the signature, of its first time.
  const slots = [
    emscripten.addFunction(() => undefined, "vi"),
    emscripten.addFunction(() => undefined, "vii"),
    emscripten.addFunction(mapFont, "iiiiiiii"),
    emscripten.addFunction(() => 0, "iii"),
    emscripten.addFunction(getFontData, "iiiiii"),
    emscripten.addFunction(() => 0, "iiiii"),
    emscripten.addFunction(() => SHIFT_JIS, "iii"),
    emscripten.addFunction(() => undefined, "vii"),
  ];
  const info = pdfium.pdfium.wasmExports.malloc(36);
  emscripten.setValue(info, 1, "i32");
  slots.forEach((slot, place) =>
    emscripten.setValue(info + 4 + place * 4, slot, "i32"),
  );
  pdfium.FPDF_SetSystemFontInfo(info);
}

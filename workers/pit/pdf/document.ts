import { PitRefusal } from "../speak.ts";
import type { Pdfium } from "./pdfium.ts";
import { copyIn } from "./pdfium.ts";

/** fpdfview.h: FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY. */
const LOCKED: ReadonlySet<number> = new Set([4, 5]);

export interface OpenDocument {
  readonly pointer: number;
  readonly pageCount: number;
  /** Draws form fields; 0 when the document has no form. */
  readonly form: number;
}

/** Nothing is closed again: the process ends with its document. */
export function openDocument(
  pdfium: Pdfium,
  bytes: Uint8Array,
  password: Uint8Array,
): OpenDocument {
  const pointer = pdfium.FPDF_LoadMemDocument(
    copyIn(pdfium, bytes),
    bytes.length,
    new TextDecoder().decode(password),
  );
  if (pointer === 0)
    throw new PitRefusal(
      LOCKED.has(pdfium.FPDF_GetLastError())
        ? "DOCUMENT_ENCRYPTED"
        : "DOCUMENT_UNREADABLE",
    );
  const pageCount = pdfium.FPDF_GetPageCount(pointer);
  return { pointer, pageCount, form: openForm(pdfium, pointer) };
}

function openForm(pdfium: Pdfium, document: number): number {
  if (pdfium.FPDF_GetFormType(document) === 0) return 0;
  return pdfium.PDFiumExt_InitFormFillEnvironment(
    document,
    pdfium.PDFiumExt_OpenFormFillInfo(),
  );
}

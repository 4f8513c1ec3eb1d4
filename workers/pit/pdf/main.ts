/*
NAME       pit/pdf — PDF in, pixels and characters of its pages out
ZONE       pit: no network, no disk, no secrets, no siblings; one document, then the process is ended
READS      stdin (request)              WRITES  stdout (frames)
TALKS TO   nobody
SECURITY   everything here has met hostile bytes. Say nothing but frames; the parent believes none of it
STANDARDS  ISO 32000 through PDFium (WebAssembly)
LIMITS     maxPages, maxSidePixels, maxPixels, maxPageCharacters, pitOutputBytes; the parent enforces them again
FAULTS     DOCUMENT_UNREADABLE, DOCUMENT_ENCRYPTED, DOCUMENT_EMPTY, DOCUMENT_TOO_MANY_PAGES, PAGE_BLANK, PIT_MEMORY, PIT_OUTPUT
NOT HERE   encoding pixels (src/render), deciding anything
BUGS       a glyph that an embedded font lacks is not noticed: the sender's own program does not show it either
*/
import { looksBlank } from "./blank.ts";
import { scanFindings } from "./findings.ts";
import { openDocument } from "./document.ts";
import { lacksMemory, loadPdfium, requireMemory } from "./pdfium.ts";
import { drawPage } from "./draw.ts";
import { readText } from "./text.ts";
import { turnOf } from "../../../src/wire/pit.ts";
import {
  hearAsk,
  hearShare,
  PitRefusal,
  type Request,
  perform,
  sayDone,
  sayDocument,
  sayPage,
  sayText,
} from "../speak.ts";

// Compiled while the document is still on its way.
const pdfium = await loadPdfium();

await perform(async (request) => {
  try {
    rasterize(request);
  } catch (error) {
    throw refusalOf(error);
  }
});

function rasterize(request: Request): void {
  const { limits, password, document: bytes } = request;
  const document = openDocument(pdfium, bytes, password);
  if (document.pageCount === 0) throw new PitRefusal("DOCUMENT_EMPTY");
  if (document.pageCount > limits.maxPages)
    throw new PitRefusal("DOCUMENT_TOO_MANY_PAGES");
  const findings = scanFindings(pdfium, document, bytes);
  requireMemory(pdfium);
  sayDocument(document.pageCount, findings);
  if (limits.asksPages === true) return drawAsked(document, request);
  const { pits, own } = hearShare();
  let said = 0;
  for (let index = 0; index < document.pageCount; index++) {
    if (turnOf(index, pits) !== own) continue;
    const page = pdfium.FPDF_LoadPage(document.pointer, index);
    if (page === 0) throw new PitRefusal("DOCUMENT_UNREADABLE");
    const drawn = drawPage(pdfium, document, { page, index, limits });
    const text = readText(pdfium, page, limits.maxPageCharacters);
    if (looksBlank(pdfium, page, { pixels: drawn.pixels(), text }))
      throw new PitRefusal("PAGE_BLANK");
    requireMemory(pdfium);
    sayPage(drawn.head, drawn.pixels());
    drawn.close();
    sayText(index, text.characters, text.isShortened);
    pdfium.FPDF_ClosePage(page);
    said++;
  }
  sayDone(said);
}

/** Whoever looks is told nothing of blank pages: there they are. */
function drawAsked(
  document: ReturnType<typeof openDocument>,
  { limits }: Request,
): void {
  for (;;) {
    const ask = hearAsk(document.pageCount);
    if (ask === null) return;
    const page = pdfium.FPDF_LoadPage(document.pointer, ask.index);
    if (page === 0) throw new PitRefusal("DOCUMENT_UNREADABLE");
    const drawn = drawPage(pdfium, document, {
      ...{ page, index: ask.index },
      limits: { ...limits, dpi: ask.dpi },
    });
    requireMemory(pdfium);
    sayPage(drawn.head, drawn.pixels());
    drawn.close();
    pdfium.FPDF_ClosePage(page);
  }
}

/** A trap inside PDFium is the document's doing: a structure that folds the stack. Once memory was refused, nothing else that was found counts. */
function refusalOf(error: unknown): unknown {
  if (lacksMemory(pdfium)) return new PitRefusal("PIT_MEMORY");
  const trapped =
    error instanceof Error &&
    (error.name === "RuntimeError" || error.name === "RangeError");
  if (!trapped) return error;
  // V8 says it so of a page that it has no room for; of a stack that is full, otherwise.
  const isWithoutRoom = error.message.includes("allocation failed");
  return new PitRefusal(isWithoutRoom ? "PIT_MEMORY" : "DOCUMENT_UNREADABLE");
}

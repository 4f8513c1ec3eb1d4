/*
NAME       pit/pdf-code — a document of our own in, machine code of PDFium out, for pits that come later
ZONE       pit: no network, no disk, no secrets, no siblings; one document, then the process is ended
READS      stdin (request)              WRITES  stdout (frames)
TALKS TO   nobody
SECURITY   what it says is run by every later pit, so it must never meet anything from outside: the parent sends a document that it made itself
STANDARDS  ISO 32000 through PDFium (WebAssembly)
LIMITS     maxUnpackedBytes, pitOutputBytes; the parent enforces them again
FAULTS     DOCUMENT_UNREADABLE, where V8 does not write down what it made
NOT HERE   anything of a stranger's document (pit/pdf)
*/
import { setTimeout as pause } from "node:timers/promises";
import { compilePdfium, writeDown } from "../pdf/compiled.ts";
import { openDocument } from "../pdf/document.ts";
import { drawPage } from "../pdf/draw.ts";
import { loadPdfium } from "../pdf/pdfium.ts";
import { readText } from "../pdf/text.ts";
import {
  perform,
  PitRefusal,
  sayBytes,
  sayDocument,
  sayDone,
  type Request,
} from "../speak.ts";

/** So often V8 has seen each page when it compiles what is used much. */
const ROUNDS = 12;
/** It does so beside us. */
const COMPILING_MS = 500;

await perform(async (request) => {
  const module = compilePdfium();
  await useMuch(module, request);
  await pause(COMPILING_MS);
  const code = writeDown(module);
  if (code === null) throw new PitRefusal("DOCUMENT_UNREADABLE");
  sayDocument(1, []);
  sayDone(sayBytes(code));
});

async function useMuch(
  module: ReturnType<typeof compilePdfium>,
  { limits, document: bytes, password }: Request,
): Promise<void> {
  const pdfium = await loadPdfium(module);
  const document = openDocument(pdfium, bytes, password);
  for (let round = 0; round < ROUNDS; round++)
    for (let index = 0; index < document.pageCount; index++) {
      const page = pdfium.FPDF_LoadPage(document.pointer, index);
      drawPage(pdfium, document, { page, index, limits }).close();
      readText(pdfium, page, limits.maxPageCharacters);
      pdfium.FPDF_ClosePage(page);
    }
}

/*
NAME       pit/pdf-files — a PDF in, the files that were attached to it out, as a mail
ZONE       pit: no network, no disk, no secrets, no siblings; one document, then the process is ended
READS      stdin (request)              WRITES  stdout (frames)
TALKS TO   nobody
SECURITY   everything here has met hostile bytes. What it says is one mail, which the parent reads as it reads any stranger's
STANDARDS  ISO 32000-1 §7.11.4 (embedded files), §12.5.6.15 (file attachment annotations), through PDFium (WebAssembly)
LIMITS     maxEntries, maxUnpackedBytes, maxRatio, maxPages, maxOutputBytes; the parent counts again
FAULTS     DOCUMENT_UNREADABLE, DOCUMENT_ENCRYPTED, DOCUMENT_EMPTY, UNPACKED_TOO_BIG, ARCHIVE_*, PIT_MEMORY, PIT_OUTPUT
NOT HERE   drawing pages (pit/pdf), judging what was attached (policy)
*/
import { openDocument } from "../pdf/document.ts";
import { namesFiles } from "../pdf/findings.ts";
import { loadPdfium, requireMemory } from "../pdf/pdfium.ts";
import { perform, PitRefusal, type Request } from "../speak.ts";
import { archiveItem } from "../unpack/item.ts";
import { sayItem } from "../unpack/say-item.ts";
import { attachedFiles } from "./attached.ts";

await perform(async (request) => {
  // Most documents that might have files have none; PDFium is slow to wake for nothing.
  if (!namesFiles(request.document)) throw new PitRefusal("DOCUMENT_EMPTY");
  sayItem(archiveItem(await filesOf(request)));
});

async function filesOf(request: Request) {
  const pdfium = await loadPdfium();
  const { limits, password, document: bytes } = request;
  const document = openDocument(pdfium, bytes, password);
  const files = attachedFiles(pdfium, document, {
    limits,
    documentBytes: bytes.length,
  });
  requireMemory(pdfium);
  if (files.length === 0) throw new PitRefusal("DOCUMENT_EMPTY");
  return files;
}

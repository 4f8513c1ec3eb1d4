import type { PitLimits } from "../../../src/wire/pit.ts";
import type { OpenDocument } from "../pdf/document.ts";
import { heap, runtime, type Pdfium } from "../pdf/pdfium.ts";
import { Allowance } from "../unpack/allowance.ts";
import type { UnpackedMember } from "../unpack/item.ts";

/** fpdf_annot.h: FPDF_ANNOT_FILEATTACHMENT. */
const FILE_ATTACHMENT = 17;
const MAX_ANNOTATIONS_A_PAGE = 1000;
const MAX_NAME_BYTES = 2048;

/** Of the document's list first, then those that hang on its pages; each once. */
export function attachedFiles(
  pdfium: Pdfium,
  document: OpenDocument,
  {
    limits,
    documentBytes,
  }: { readonly limits: PitLimits; readonly documentBytes: number },
): UnpackedMember[] {
  const allowance = new Allowance(limits, documentBytes);
  const members: UnpackedMember[] = [];
  const seen = new Set<number>();
  for (const attachment of handles(pdfium, document, limits)) {
    if (attachment === 0 || seen.has(attachment)) continue;
    seen.add(attachment);
    allowance.takeEntries();
    const name = nameOf(pdfium, attachment);
    const bytes = bytesOf(pdfium, attachment, allowance);
    members.push(
      bytes === null
        ? { kind: "reference", name }
        : { kind: "file", name, bytes },
    );
  }
  return members;
}

function* handles(
  pdfium: Pdfium,
  { pointer, pageCount }: OpenDocument,
  { maxPages }: PitLimits,
): Generator<number> {
  const count = pdfium.FPDFDoc_GetAttachmentCount(pointer);
  for (let at = 0; at < count; at++)
    yield pdfium.FPDFDoc_GetAttachment(pointer, at);
  for (let index = 0; index < Math.min(pageCount, maxPages); index++) {
    const page = pdfium.FPDF_LoadPage(pointer, index);
    if (page === 0) continue;
    const annotations = Math.min(
      pdfium.FPDFPage_GetAnnotCount(page),
      MAX_ANNOTATIONS_A_PAGE,
    );
    for (let at = 0; at < annotations; at++) {
      const annotation = pdfium.FPDFPage_GetAnnot(page, at);
      if (annotation === 0) continue;
      if (pdfium.FPDFAnnot_GetSubtype(annotation) === FILE_ATTACHMENT)
        yield pdfium.FPDFAnnot_GetFileAttachment(annotation);
      pdfium.FPDFPage_CloseAnnot(annotation);
    }
    pdfium.FPDF_ClosePage(page);
  }
}

function nameOf(pdfium: Pdfium, attachment: number): string {
  const bytes = pdfium.FPDFAttachment_GetName(attachment, 0, 0);
  // Two are the end of an empty text.
  if (bytes <= 2 || bytes > MAX_NAME_BYTES) return "";
  return withRoom(pdfium, bytes, (pointer) => {
    pdfium.FPDFAttachment_GetName(attachment, pointer, bytes);
    return runtime(pdfium).UTF16ToString(pointer);
  });
}

/** Null when the document only names a file. */
function bytesOf(
  pdfium: Pdfium,
  attachment: number,
  allowance: Allowance,
): Uint8Array | null {
  const size = withRoom(pdfium, SIZE_BYTES, (pointer) =>
    pdfium.FPDFAttachment_GetFile(attachment, 0, 0, pointer)
      ? readSize(pdfium, pointer)
      : null,
  );
  if (size === null) return null;
  allowance.takeBytes(size);
  return withRoom(pdfium, size + 2 * SIZE_BYTES, (pointer) => {
    const told = pointer + size;
    const aligned = told + ((SIZE_BYTES - (told % SIZE_BYTES)) % SIZE_BYTES);
    const got = pdfium.FPDFAttachment_GetFile(
      attachment,
      pointer,
      size,
      aligned,
    );
    return got ? heap(pdfium).slice(pointer, pointer + size) : null;
  });
}

/** Room for an unsigned long of WebAssembly, wherever it has to stand. */
const SIZE_BYTES = 8;

function readSize(pdfium: Pdfium, pointer: number): number {
  const { buffer } = heap(pdfium);
  return new DataView(buffer).getUint32(pointer, true);
}

function withRoom<T>(
  pdfium: Pdfium,
  bytes: number,
  use: (pointer: number) => T,
): T {
  const pointer = pdfium.pdfium.wasmExports.malloc(bytes);
  try {
    return use(pointer);
  } finally {
    pdfium.pdfium.wasmExports.free(pointer);
  }
}

/**
 * What the file can do besides being looked at. Names are looked for in the bytes and in object streams; a cheap look
 * for the reader's benefit, never a decision: nothing of it survives as pixels anyway.
 */
import { inflateSync } from "node:zlib";
import type { PitFinding } from "../../../src/wire/pit-codes.ts";
import type { OpenDocument } from "./document.ts";
import type { Pdfium } from "./pdfium.ts";

const NAMES: Readonly<Record<string, PitFinding>> = {
  JavaScript: "pdf-javascript",
  JS: "pdf-javascript",
  OpenAction: "pdf-open-action",
  AA: "pdf-open-action",
  Launch: "pdf-launch",
  EmbeddedFile: "pdf-embedded-file",
  EmbeddedFiles: "pdf-embedded-file",
  AcroForm: "pdf-form",
  XFA: "pdf-form",
  URI: "pdf-link",
  SubmitForm: "pdf-submit",
  ImportData: "pdf-submit",
  RichMedia: "pdf-media",
  Movie: "pdf-media",
  Sound: "pdf-media",
  Rendition: "pdf-media",
  GoToR: "pdf-remote",
  GoToE: "pdf-remote",
  Encrypt: "pdf-encrypted",
  Metadata: "pdf-metadata",
};

/** Of the document's information dictionary (ISO 32000-1 §14.3.3). */
const INFORMATION = [
  "Title",
  "Author",
  "Subject",
  "Keywords",
  "Creator",
  "Producer",
] as const;

const MAX_OBJECT_STREAMS = 200;
const MAX_INFLATED_BYTES = 4 * 1024 * 1024;

export function scanFindings(
  pdfium: Pdfium,
  document: OpenDocument,
  bytes: Uint8Array,
): Set<PitFinding> {
  const found = new Set<PitFinding>();
  readAllNames(bytes, found);
  if (pdfium.FPDFDoc_GetJavaScriptActionCount(document.pointer) > 0)
    found.add("pdf-javascript");
  if (pdfium.FPDFDoc_GetAttachmentCount(document.pointer) > 0)
    found.add("pdf-embedded-file");
  if (document.form !== 0) found.add("pdf-form");
  // Two bytes are the end of an empty text.
  const told = (key: string) =>
    pdfium.FPDF_GetMetaText(document.pointer, key, 0, 0) > 2;
  if (INFORMATION.some(told)) found.add("pdf-metadata");
  return found;
}

/** Whether the document's words name any file that lies in it. */
export function namesFiles(bytes: Uint8Array): boolean {
  const found = new Set<PitFinding>();
  readAllNames(bytes, found);
  return found.has("pdf-embedded-file");
}

function readAllNames(bytes: Uint8Array, found: Set<PitFinding>): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  readNames(file.toString("latin1"), found);
  for (const objects of objectStreams(file)) readNames(objects, found);
}

/** A name may spell any letter as `#` and two hex digits (ISO 32000-1 §7.3.5). */
function readNames(text: string, found: Set<PitFinding>): void {
  for (const { 1: written, index } of text.matchAll(
    /\/([A-Za-z#][A-Za-z0-9#]{1,40})/g,
  )) {
    if (written === "OpenAction" && opensAPlace(text, index)) continue;
    const name = written!.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    const finding = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
    if (finding !== undefined) found.add(finding);
  }
}

const LOOK_AHEAD_CHARACTERS = 300;
const NAME_CHARACTERS = "/OpenAction".length;
/** A destination, or the action that only goes to one (ISO 32000-1 §12.3.2, §12.6.4.2). */
const PLACE = /^\s*(?:\[|<<[^>]*\/S\s*\/GoTo(?![A-Za-z0-9#]))/;
const REFERENCE = /^\s*(\d{1,10})\s+(\d{1,5})\s+R/;

/** Nearly every word processor says on which page to open: that does nothing. */
function opensAPlace(text: string, at: number): boolean {
  const after = (from: number) =>
    text.slice(from, from + LOOK_AHEAD_CHARACTERS);
  const value = after(at + NAME_CHARACTERS);
  const [, number, generation] = REFERENCE.exec(value) ?? [];
  if (number === undefined) return PLACE.test(value);
  const head = `\n${number} ${generation} obj`;
  const object = text.indexOf(head);
  // Another object of the same number could be the one that counts.
  if (object < 0 || text.includes(head, object + 1)) return false;
  return PLACE.test(after(object + head.length));
}

function* objectStreams(file: Buffer): Generator<string> {
  let at = 0;
  for (let streams = 0; streams < MAX_OBJECT_STREAMS; streams++) {
    at = file.indexOf("/ObjStm", at);
    if (at < 0) return;
    const start = file.indexOf("stream", at);
    if (start < 0) return;
    const end = file.indexOf("endstream", start);
    at = end < 0 ? file.length : end;
    const lineEnd = file[start + 6] === 13 ? 8 : 7;
    const inflated = inflate(file.subarray(start + lineEnd, at));
    if (inflated !== null) yield inflated;
  }
}

function inflate(bytes: Buffer): string | null {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES }).toString(
      "latin1",
    );
  } catch {
    // Encrypted, damaged or another filter: there is nothing to read here.
    return null;
  }
}

import { verifyPdfImage } from "./pdf-image.ts";
import {
  array,
  dictionary,
  requireInteger,
  requireKeys,
  requireName,
} from "./pdf-shape.ts";
import type { PdfEntries, PdfObject, PdfValue } from "./pdf-syntax.ts";
import { PdfCursor } from "./pdf-syntax.ts";
import type { Inflate } from "./png.ts";
import { inflateExactly } from "./png.ts";
import { refuse } from "./refuse.ts";

const MAX_PAGES = 1000;
/** Two objects for the file, three a page, and what a mask or the like may take: nothing. */
const MAX_OBJECTS = 3 + 3 * MAX_PAGES;
const MAX_SIDE_POINTS = 14_400;
const MAX_CONTENT_BYTES = 1024;
const HEADER = /^%PDF-1\.[3-7]\n%[\x80-\xff]{4}\n+/;
const N = String.raw`-?\d{1,6}(?:\.\d{1,16})?`;
/** Save, place, paint one picture, restore: all that a page says. */
const CONTENT = new RegExp(
  String.raw`^\s*q\s(?:${N} ${N} ${N} ${N} ${N} ${N} cm\s){1,6}/([A-Za-z0-9_-]{1,60}) Do\sQ\s*$`,
);
const TRAILER_KEYS = ["Size", "Root"] as const;
const FIXED_TEXT = /^[A-Za-z0-9 .:+'/_-]{1,100}$/;

interface Document {
  readonly objects: ReadonlyMap<number, PdfObject>;
  /** Objects that have found their one place in the tree. */
  readonly placed: Set<number>;
  readonly inflate: Inflate;
}

/**
 * An image PDF as our encoder writes it (ISO 32000-1 §7.5): header, objects one after another, one cross reference table
 * that points at them, trailer, end. Every object has one place in Catalog → Pages → Page → picture, and every dictionary
 * holds listed keys only, so that no action, script, form, file or annotation has anywhere to stand.
 */
export function verifyPdf(
  bytes: Uint8Array,
  inflate: Inflate,
): { readonly pages: number } {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cursor = new PdfCursor(whole);
  takeHeader(cursor);
  const objects = takeObjects(cursor);
  const trailer = takeXrefAndTrailer(cursor, objects);
  const document: Document = { objects, placed: new Set(), inflate };
  const pages = verifyTree(document, trailer);
  const stray = [...objects.values()].find(
    ({ number }) => !document.placed.has(number),
  );
  if (stray !== undefined) refuse("pdf-object", stray.at);
  return { pages };
}

function takeHeader(cursor: PdfCursor): void {
  const [header] =
    HEADER.exec(cursor.bytes.toString("latin1", 0, 20)) ??
    refuse("pdf-form", 0);
  cursor.at = header.length;
}

function takeObjects(cursor: PdfCursor): ReadonlyMap<number, PdfObject> {
  const objects = new Map<number, PdfObject>();
  while (!cursor.follows("xref\n")) {
    const object = cursor.takeObject();
    if (objects.has(object.number) || objects.size === MAX_OBJECTS)
      refuse("pdf-object", object.at);
    objects.set(object.number, object);
  }
  return objects;
}

/** One section, every entry in use and pointing at its object (§7.5.4); the offset of the table; nothing behind %%EOF. */
function takeXrefAndTrailer(
  cursor: PdfCursor,
  objects: ReadonlyMap<number, PdfObject>,
): PdfEntries {
  const xrefAt = cursor.at;
  const size = objects.size + 1;
  cursor.take(`xref\n0 ${size}\n0000000000 65535 f \n`);
  for (let number = 1; number < size; number++) {
    const object = objects.get(number) ?? refuse("pdf-xref", cursor.at);
    const entry = `${String(object.at).padStart(10, "0")} 00000 n \n`;
    if (!cursor.follows(entry)) refuse("pdf-xref", cursor.at);
    cursor.take(entry);
  }
  cursor.skipBlanks();
  const trailerAt = cursor.at;
  cursor.take("trailer\n");
  const trailer = cursor.takeValue(0);
  cursor.skipBlanks();
  cursor.take(`startxref\n${xrefAt}\n%%EOF`);
  if (cursor.follows("\n")) cursor.take("\n");
  if (cursor.at !== cursor.bytes.length) refuse("pdf-end", cursor.at);
  const entries = dictionary(trailer, trailerAt);
  requireKeys(entries, TRAILER_KEYS, ["Info", "ID"], trailerAt);
  requireInteger(entries, "Size", { at: trailerAt, equals: size });
  return entries;
}

function verifyTree(document: Document, trailer: PdfEntries): number {
  verifyInfo(document, trailer);
  const catalog = place(document, trailer.get("Root"));
  const catalogEntries = plain(catalog);
  requireKeys(catalogEntries, ["Type", "Pages"], [], catalog.at);
  requireName(catalogEntries, "Type", ["Catalog"], catalog.at);
  const pages = place(document, catalogEntries.get("Pages"));
  const entries = plain(pages);
  requireKeys(entries, ["Type", "Kids", "Count"], [], pages.at);
  requireName(entries, "Type", ["Pages"], pages.at);
  const kids = array(entries.get("Kids"), pages.at);
  if (kids.length < 1 || kids.length > MAX_PAGES)
    refuse("pdf-object", pages.at);
  requireInteger(entries, "Count", { at: pages.at, equals: kids.length });
  for (const kid of kids) verifyPage(document, kid, pages.number);
  return kids.length;
}

/** Producer and dates of our own; the trailer's ID is two equal hex strings (§14.4). */
function verifyInfo(document: Document, trailer: PdfEntries): void {
  const id = trailer.get("ID");
  if (id !== undefined) {
    const items = array(id, 0);
    const good =
      items.length === 2 &&
      items.every((item) => item.kind === "hex" && item.bytes.length === 16);
    if (!good) refuse("pdf-dictionary", 0);
  }
  if (!trailer.has("Info")) return;
  const info = place(document, trailer.get("Info"));
  const entries = plain(info);
  const keys = ["Producer", "Creator", "CreationDate", "ModDate"];
  requireKeys(entries, [], keys, info.at);
  for (const value of entries.values())
    if (!FIXED_TEXT.test(fixedText(value))) refuse("pdf-dictionary", info.at);
}

/** pdf-lib writes text as UTF-16 in hex (§7.9.2.2). */
function fixedText(value: PdfValue): string {
  if (value.kind === "literal") return value.text;
  if (value.kind !== "hex") return "";
  const { bytes } = value;
  if (bytes[0] !== 0xfe || bytes[1] !== 0xff || bytes.length % 2 !== 0)
    return "";
  return Buffer.from(bytes.subarray(2)).swap16().toString("utf16le");
}

function verifyPage(document: Document, kid: PdfValue, parent: number): void {
  const page = place(document, kid);
  const { at } = page;
  const entries = plain(page);
  const required = ["Type", "Parent", "MediaBox", "Resources", "Contents"];
  requireKeys(entries, required, ["Annots"], at);
  requireName(entries, "Type", ["Page"], at);
  const parentEntry = entries.get("Parent");
  if (parentEntry?.kind !== "reference" || parentEntry.number !== parent)
    refuse("pdf-dictionary", at);
  // pdf-lib writes an empty list on every page.
  if (entries.has("Annots") && array(entries.get("Annots"), at).length > 0)
    refuse("pdf-dictionary", at);
  verifyMediaBox(array(entries.get("MediaBox"), at), at);
  const picture = verifyResources(dictionary(entries.get("Resources"), at), at);
  verifyContents(document, entries.get("Contents")!, {
    at,
    picture: picture.name,
  });
  verifyPdfImage(place(document, picture.reference), document.inflate);
}

function verifyMediaBox(box: readonly PdfValue[], at: number): void {
  const sides = box.map((item) => (item.kind === "number" ? item.value : NaN));
  const [left, bottom, width, height] = sides;
  const inRange = (side: number | undefined) =>
    side !== undefined && side > 0 && side <= MAX_SIDE_POINTS;
  const good =
    sides.length === 4 &&
    left === 0 &&
    bottom === 0 &&
    inRange(width) &&
    inRange(height);
  if (!good) refuse("pdf-dictionary", at);
}

function verifyResources(
  resources: PdfEntries,
  at: number,
): { readonly name: string; readonly reference: PdfValue } {
  requireKeys(resources, ["XObject"], ["Font", "ExtGState"], at);
  for (const empty of ["Font", "ExtGState"])
    if (resources.has(empty) && dictionary(resources.get(empty), at).size > 0)
      refuse("pdf-dictionary", at);
  const pictures = [...dictionary(resources.get("XObject"), at)];
  const [name, reference] = pictures[0] ?? refuse("pdf-dictionary", at);
  if (pictures.length !== 1) refuse("pdf-dictionary", at);
  return { name, reference };
}

function verifyContents(
  document: Document,
  contents: PdfValue,
  page: { readonly at: number; readonly picture: string },
): void {
  const items = contents.kind === "array" ? contents.items : [contents];
  if (items.length !== 1) refuse("pdf-dictionary", page.at);
  const object = place(document, items[0]);
  const { at } = object;
  const entries = dictionary(object.value, at);
  requireKeys(entries, ["Length"], ["Filter"], at);
  const stream = object.stream ?? refuse("pdf-stream", at);
  const content = readContent(document, entries, { at, stream });
  const [, name] = CONTENT.exec(content) ?? refuse("pdf-content", at);
  if (name !== page.picture) refuse("pdf-content", at);
}

function readContent(
  document: Document,
  entries: PdfEntries,
  { at, stream }: { readonly at: number; readonly stream: Buffer },
): string {
  if (stream.length > MAX_CONTENT_BYTES) refuse("pdf-content", at);
  if (!entries.has("Filter")) return stream.toString("latin1");
  requireName(entries, "Filter", ["FlateDecode"], at);
  const inflated = document.inflate(stream, MAX_CONTENT_BYTES);
  if (inflated === null) refuse("pdf-stream", at);
  if (inflateExactly(stream, inflated.length, document.inflate) === null)
    refuse("pdf-stream", at);
  return Buffer.from(inflated).toString("latin1");
}

/** The object behind a reference, which may stand in one place only: so the tree has no loops and no second parents. */
function place(document: Document, reference: PdfValue | undefined): PdfObject {
  const number = reference?.kind === "reference" ? reference.number : 0;
  const object = document.objects.get(number) ?? refuse("pdf-object", 0);
  if (document.placed.has(number)) refuse("pdf-object", object.at);
  document.placed.add(number);
  return object;
}

function plain(object: PdfObject): PdfEntries {
  if (object.stream !== null) refuse("pdf-stream", object.at);
  return dictionary(object.value, object.at);
}

import { inflateStream, verifyFont, type Glyphless } from "./pdf-font.ts";
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
import { refuse } from "./refuse.ts";
import { requireLineText } from "./text.ts";

const HEADER = "%PDF-1.7\n%\x81\x81\x81\x81\n\n";
const MAX_PAGES = 1000;
/** Catalog, page tree and six for the font; a page, its picture and its content. */
const MAX_OBJECTS = 8 + 3 * MAX_PAGES;
const MAX_SIDE_POINTS = 14_400;
const MAX_CONTENT_BYTES = 100;
const MAX_LAYER_BYTES = 64 * 1024 * 1024;
/** The one name that a picture has on its page. */
const PICTURE = "Im0";
/** And the one that the font of its text has. */
const FONT = "F0";

interface Document {
  readonly objects: ReadonlyMap<number, PdfObject>;
  /** Objects that have found their one place in the tree. */
  readonly placed: Set<number>;
  readonly inflate: Inflate;
  /** The one font, once a page has named it. */
  font: Glyphless | null;
}

/**
 * An image PDF as our encoder writes it (ISO 32000-1 §7.5): header, objects one after another, one cross reference table
 * that points at them, trailer, end. Every object has one place in Catalog → Pages → Page → picture and content, but for the font
 * of the text layer, which all pages share; and every dictionary holds just the listed keys, so that no action, script, form, file or annotation has anywhere to stand.
 */
export function verifyPdf(
  bytes: Uint8Array,
  inflate: Inflate,
): { readonly pages: number } {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cursor = new PdfCursor(whole);
  cursor.take(HEADER);
  const objects = takeObjects(cursor);
  const trailer = takeXrefAndTrailer(cursor, objects);
  const document: Document = {
    objects,
    placed: new Set(),
    inflate,
    font: null,
  };
  const pages = verifyTree(document, trailer);
  const stray = [...objects.values()].find(
    ({ number }) => !document.placed.has(number),
  );
  if (stray !== undefined) refuse("pdf-object", stray.at);
  return { pages };
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
  const table = ["xref\n", `0 ${size}\n`, "0000000000 65535 f \n"];
  for (let number = 1; number < size; number++) {
    const object = objects.get(number) ?? refuse("pdf-xref", xrefAt);
    table.push(`${String(object.at).padStart(10, "0")} 00000 n \n`);
  }
  for (const line of table) {
    if (!cursor.follows(line)) refuse("pdf-xref", cursor.at);
    cursor.take(line);
  }
  const at = cursor.at;
  cursor.take("\ntrailer\n");
  const trailer = dictionary(cursor.takeValue(0), at);
  requireKeys(trailer, ["Size", "Root"], at);
  requireInteger(trailer, "Size", { at, equals: size });
  const end = `\n\nstartxref\n${xrefAt}\n%%EOF`;
  if (!cursor.follows(end)) refuse("pdf-end", cursor.at);
  cursor.take(end);
  if (cursor.at !== cursor.bytes.length) refuse("pdf-end", cursor.at);
  return trailer;
}

function verifyTree(document: Document, trailer: PdfEntries): number {
  const catalog = place(document, trailer.get("Root"));
  const root = plain(catalog);
  requireKeys(root, ["Type", "Pages"], catalog.at);
  requireName(root, "Type", ["Catalog"], catalog.at);
  const pages = place(document, root.get("Pages"));
  const { at } = pages;
  const entries = plain(pages);
  requireKeys(entries, ["Type", "Kids", "Count"], at);
  requireName(entries, "Type", ["Pages"], at);
  const kids = array(entries.get("Kids"), at);
  if (kids.length < 1 || kids.length > MAX_PAGES) refuse("pdf-object", at);
  requireInteger(entries, "Count", { at, equals: kids.length });
  for (const kid of kids) verifyPage(document, kid, pages.number);
  return kids.length;
}

function verifyPage(document: Document, kid: PdfValue, parent: number): void {
  const page = place(document, kid);
  const { at } = page;
  const entries = plain(page);
  const keys = ["Type", "Parent", "MediaBox", "Resources", "Contents"];
  requireKeys(entries, keys, at);
  requireName(entries, "Type", ["Page"], at);
  const above = entries.get("Parent");
  if (above?.kind !== "reference" || above.number !== parent)
    refuse("pdf-dictionary", at);
  const box = readMediaBox(array(entries.get("MediaBox"), at), at);
  const resources = dictionary(entries.get("Resources"), at);
  const hasText = resources.has("Font");
  requireKeys(resources, hasText ? ["XObject", "Font"] : ["XObject"], at);
  const pictures = dictionary(resources.get("XObject"), at);
  requireKeys(pictures, [PICTURE], at);
  const contents = place(document, entries.get("Contents"));
  if (hasText) {
    const fonts = dictionary(resources.get("Font"), at);
    requireKeys(fonts, [FONT], at);
    const font = sharedFont(document, fonts.get(FONT));
    verifyLayer(contents, box, { font, inflate: document.inflate });
  } else verifyContents(contents, box);
  verifyPdfImage(place(document, pictures.get(PICTURE)), document.inflate);
}

function sharedFont(
  document: Document,
  reference: PdfValue | undefined,
): Glyphless {
  const { font, inflate } = document;
  if (font !== null && reference?.kind === "reference") {
    if (reference.number !== font.number) refuse("pdf-font", 0);
    return font;
  }
  const places = {
    place: (other: PdfValue | undefined) => place(document, other),
    inflate,
  };
  document.font = verifyFont(place(document, reference), places);
  return document.font;
}

/** `[ 0 0 width height ]` in points. */
function readMediaBox(
  box: readonly PdfValue[],
  at: number,
): readonly [number, number] {
  const sides = box.map((item) => (item.kind === "number" ? item.value : NaN));
  const [left, bottom, width = NaN, height = NaN] = sides;
  const inRange = (side: number) => side > 0 && side <= MAX_SIDE_POINTS;
  const good =
    sides.length === 4 &&
    left === 0 &&
    bottom === 0 &&
    inRange(width) &&
    inRange(height);
  return good ? [width, height] : refuse("pdf-dictionary", at);
}

/** Save, spread over the page, paint the picture, restore: all that a page says. */
function verifyContents(
  contents: PdfObject,
  [width, height]: readonly [number, number],
): void {
  const { at, stream } = contents;
  requireKeys(dictionary(contents.value, at), ["Length"], at);
  if (stream === null || stream.length > MAX_CONTENT_BYTES)
    refuse("pdf-content", at);
  if (stream.toString("latin1") !== painting(width, height))
    refuse("pdf-content", at);
}

const painting = (width: number, height: number) =>
  `q ${width} 0 0 ${height} 0 0 cm /${PICTURE} Do Q`;

const NUMBER = "(\\d{1,5}(?:\\.\\d{1,2})?)";
/** Size, stretch, one of three ways to write, a place on the page, codes of two bytes. No operator that could draw. */
const LAYER_LINE = new RegExp(
  `^/${FONT} ${NUMBER} Tf ${NUMBER} Tz (?:1 0 0 1|0 -1 1 0|0 1 -1 0) ${NUMBER} ${NUMBER} Tm <((?:[0-9a-f]{4})+)> Tj$`,
);
const MAX_LINE_BYTES = 4096;

/** The picture, and then text in render mode 3, which is never drawn (ISO 32000-1 §9.3.6). */
function verifyLayer(
  contents: PdfObject,
  [width, height]: readonly [number, number],
  { font, inflate }: { readonly font: Glyphless; readonly inflate: Inflate },
): void {
  const { at } = contents;
  const bytes = inflate(inflateStream(contents), MAX_LAYER_BYTES);
  if (bytes === null) refuse("pdf-stream", at);
  const lines = Buffer.from(bytes).toString("latin1").split("\n");
  const [paint, begin, ...rest] = lines;
  const end = rest.pop();
  const framed = begin === "BT 3 Tr" && end === "ET" && rest.length > 0;
  if (!framed || paint !== painting(width, height)) refuse("pdf-content", at);
  for (const line of rest) {
    const found = line.length > MAX_LINE_BYTES ? null : LAYER_LINE.exec(line);
    if (found === null) refuse("pdf-content", at);
    const [size, stretch, x, y] = found.slice(1, 5).map(Number);
    const inside =
      size! > 0 &&
      size! <= MAX_SIDE_POINTS &&
      stretch! > 0 &&
      x! <= width &&
      y! <= height;
    if (!inside) refuse("pdf-content", at);
    verifyWords(found[5]!, font, at);
  }
}

/** What a reader would find must be text that may cross. */
function verifyWords(hex: string, font: Glyphless, at: number): void {
  let text = "";
  for (let from = 0; from < hex.length; from += 4) {
    const code = Number.parseInt(hex.slice(from, from + 4), 16);
    if (code === 0) refuse("pdf-content", at);
    text += font.characters[code] ?? refuse("pdf-content", at);
  }
  requireLineText(text, at);
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

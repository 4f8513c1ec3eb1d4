/**
 * The one font that may cross: a Type0 font with our name whose every code is glyph 0, and a font program, known byte for byte,
 * whose glyph 0 is empty. It can't draw anything; it only says which text the codes stand for (ISO 32000-1 §9.7, §9.10.3).
 */
import {
  array,
  dictionary,
  requireInteger,
  requireKeys,
  requireName,
} from "./pdf-shape.ts";
import type { PdfEntries, PdfObject, PdfValue } from "./pdf-syntax.ts";
import { inflateExactly, type Inflate } from "./png.ts";
import { refuse } from "./refuse.ts";
import { requireLineText } from "./text.ts";

const NAME = "Sekisho-Glyphless";
const MAX_CODES = 65_535;
const MAX_MAP_BYTES = 4 * 1024 * 1024;
const BLOCK = 100;
/** Of the font program, as `src/render/glyphless-font.ts` makes it. */
const PROGRAM = Buffer.from(
  "AAEAAAAJAIAAAwAQY21hcAAMACYAAACcAAAAJGdseWYAAAAAAAAAwAAAAARoZWFkYv5EzQAAAMQAAAA2aGhlYQPpA+oAAAD8AAAA" +
    "JGhtdHgD6AAAAAABIAAAAARsb2NhAAAAAAAAASQAAAAEbWF4cAACAAEAAAEoAAAAIG5hbWUABgAAAAABSAAAAAZwb3N0AAMAAAAA" +
    "AVAAAAAgAAAAAQADAAEAAAAMAAQAGAAAAAIAAgAAAAD//wAA//8AAQAAAAAAAAABAAAAAQAAHyBAwV8PPPUAAwPoAAAAAAAAAAAA" +
    "AAAAAAAAAAAAAAAD6APoAAAACAACAAAAAAAAAAEAAAPoAAAAAAPoAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAABA+gAAAAAAAAAAQAA" +
    "AAEAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAABgAAAAMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  "base64",
);

export interface Glyphless {
  readonly number: number;
  /** By code, from 1; place 0 is empty. */
  readonly characters: readonly string[];
}

/** What is needed to read it: objects by reference, each in one place. */
export interface FontPlaces {
  place(reference: PdfValue | undefined): PdfObject;
  readonly inflate: Inflate;
}

export function verifyFont(font: PdfObject, places: FontPlaces): Glyphless {
  const { at } = font;
  const entries = plainEntries(font);
  requireKeys(
    entries,
    ["Type", "Subtype", "BaseFont", "Encoding", "DescendantFonts", "ToUnicode"],
    at,
  );
  requireName(entries, "Type", ["Font"], at);
  requireName(entries, "Subtype", ["Type0"], at);
  requireName(entries, "BaseFont", [NAME], at);
  requireName(entries, "Encoding", ["Identity-H"], at);
  const [descendant, ...others] = array(entries.get("DescendantFonts"), at);
  if (others.length > 0) refuse("pdf-font", at);
  const characters = readMap(
    places.place(entries.get("ToUnicode")),
    places.inflate,
  );
  verifyDescendant(places.place(descendant), places, characters.length);
  return { number: font.number, characters };
}

function verifyDescendant(
  font: PdfObject,
  places: FontPlaces,
  codes: number,
): void {
  const { at } = font;
  const entries = plainEntries(font);
  const keys = ["Type", "Subtype", "BaseFont", "CIDSystemInfo", "DW"];
  requireKeys(entries, [...keys, "CIDToGIDMap", "FontDescriptor"], at);
  requireName(entries, "Type", ["Font"], at);
  requireName(entries, "Subtype", ["CIDFontType2"], at);
  requireName(entries, "BaseFont", [NAME], at);
  requireInteger(entries, "DW", { at, equals: 1000 });
  const system = dictionary(entries.get("CIDSystemInfo"), at);
  requireKeys(system, ["Registry", "Ordering", "Supplement"], at);
  requireWord(system, "Registry", { at, equals: "Adobe" });
  requireWord(system, "Ordering", { at, equals: "Identity" });
  requireInteger(system, "Supplement", { at, equals: 0 });
  const glyphs = places.place(entries.get("CIDToGIDMap"));
  const map = inflateStream(glyphs);
  const zeros = inflateExactly(map, 2 * codes, places.inflate);
  if (zeros === null || zeros.some((byte) => byte !== 0))
    refuse("pdf-font", glyphs.at);
  verifyDescriptor(places.place(entries.get("FontDescriptor")), places);
}

const METRICS = [
  ["Flags", 5],
  ["ItalicAngle", 0],
  ["Ascent", 1000],
  ["Descent", 0],
  ["CapHeight", 1000],
  ["StemV", 80],
] as const;

function verifyDescriptor(descriptor: PdfObject, places: FontPlaces): void {
  const { at } = descriptor;
  const entries = plainEntries(descriptor);
  const names = METRICS.map(([name]) => name);
  const keys = ["Type", "FontName", "FontBBox", "FontFile2", ...names];
  requireKeys(entries, keys, at);
  requireName(entries, "Type", ["FontDescriptor"], at);
  requireName(entries, "FontName", [NAME], at);
  for (const [name, equals] of METRICS)
    requireInteger(entries, name, { at, equals });
  const box = array(entries.get("FontBBox"), at).map((side) =>
    side.kind === "number" ? side.value : NaN,
  );
  if (box.join() !== "0,0,1000,1000") refuse("pdf-font", at);
  const program = places.place(entries.get("FontFile2"));
  const head = dictionary(program.value, program.at);
  requireKeys(head, ["Length", "Length1"], program.at);
  requireInteger(head, "Length1", { at, equals: PROGRAM.length });
  if (program.stream?.equals(PROGRAM) !== true) refuse("pdf-font", program.at);
}

/** The characters that the map names in order, and nothing else in it: written again, it must be the same. */
function readMap(map: PdfObject, inflate: Inflate): readonly string[] {
  const { at } = map;
  const bytes = inflate(inflateStream(map), MAX_MAP_BYTES);
  if (bytes === null) refuse("pdf-stream", at);
  const text = Buffer.from(bytes).toString("latin1");
  const characters = [""];
  for (const [, hex] of text.matchAll(
    /^<(?!0000)[0-9a-f]{4}> <((?:[0-9a-f]{4}){1,2})>$/gm,
  )) {
    if (characters.length > MAX_CODES) refuse("pdf-font", at);
    characters.push(Buffer.from(hex!, "hex").swap16().toString("utf16le"));
  }
  if (expectedMap(characters) !== text) refuse("pdf-font", at);
  for (const character of characters.slice(1)) {
    // A mark or selector alone says nothing yet; the runs are read as text, too.
    if ([...character].length !== 1) refuse("pdf-font", at);
    requireLineText(`漢${character}`, at);
  }
  return characters;
}

function expectedMap(characters: readonly string[]): string {
  const codes = characters.slice(1).map((character, place) => {
    const code = (place + 1).toString(16).padStart(4, "0");
    const utf16 = Buffer.from(character, "utf16le").swap16().toString("hex");
    return `<${code}> <${utf16}>`;
  });
  let blocks = "";
  for (let from = 0; from < codes.length; from += BLOCK) {
    const block = codes.slice(from, from + BLOCK);
    blocks += `${block.length} beginbfchar\n${block.join("\n")}\nendbfchar\n`;
  }
  return (
    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
    "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
    `1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n${blocks}` +
    "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
  );
}

/** The bytes of a stream that says nothing but that it is deflated. */
export function inflateStream(object: PdfObject): Buffer {
  const { at, stream } = object;
  const entries = dictionary(object.value, at);
  requireKeys(entries, ["Length", "Filter"], at);
  requireName(entries, "Filter", ["FlateDecode"], at);
  return stream ?? refuse("pdf-stream", at);
}

function requireWord(
  entries: PdfEntries,
  key: string,
  { at, equals }: { readonly at: number; readonly equals: string },
): void {
  const value = entries.get(key);
  if (value?.kind !== "hex" || value.bytes.toString("latin1") !== equals)
    refuse("pdf-font", at);
}

function plainEntries(object: PdfObject): PdfEntries {
  if (object.stream !== null) refuse("pdf-stream", object.at);
  return dictionary(object.value, object.at);
}

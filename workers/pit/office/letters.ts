/** Which characters the PDF of LibreOffice writes, whatever glyphs it found for them: its maps of fonts and its words behind glyphs tell. */
import { inflateSync } from "node:zlib";

const MIB = 1024 * 1024;
/** Of all that is packed in the PDF; what lies behind is not looked at. */
const MAX_LOOKED_BYTES = 64 * MIB;
const DICTIONARY_BYTES = 400;
/** Neither pictures nor fonts hold words. */
const NO_WORDS = /\/Subtype ?\/Image|\/Length1|\/Length3|\/FunctionType/;
/** ISO 32000-1 §9.10.3: `<code> <character>`. */
const MAPPED = /<[0-9A-F]{2,4}> <([0-9A-F]{4,40})>/g;
/** §14.9.4: where several characters share one glyph, as all do that have none. */
const ACTUAL = /\/ActualText ?<FEFF([0-9A-F]{4,400})>/g;

export function lettersOf(pdf: Uint8Array): ReadonlySet<number> {
  const letters = new Set<number>();
  for (const words of streamsOf(pdf)) {
    const pattern = words.includes("beginbfchar") ? MAPPED : ACTUAL;
    for (const [, hex = ""] of words.matchAll(pattern))
      for (const character of utf16(hex))
        letters.add(character.codePointAt(0) ?? 0);
  }
  return letters;
}

function* streamsOf(pdf: Uint8Array): Generator<string, void> {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  let left = MAX_LOOKED_BYTES;
  let at = bytes.indexOf("stream\n");
  while (at >= 0 && left > 0) {
    const end = bytes.indexOf("endstream", at);
    if (end < 0) return;
    const from = Math.max(0, at - DICTIONARY_BYTES);
    const dictionary = bytes.toString("latin1", from, at);
    const own = dictionary.slice(dictionary.lastIndexOf(" obj"));
    const words = NO_WORDS.test(own)
      ? ""
      : inflated(bytes.subarray(at + "stream\n".length, end), left);
    left -= words.length;
    yield words;
    at = bytes.indexOf("stream\n", end + "endstream".length);
  }
}

function inflated(packed: Uint8Array, maxOutputLength: number): string {
  try {
    return inflateSync(packed, { maxOutputLength }).toString("latin1");
  } catch {
    return "";
  }
}

function utf16(hex: string): string {
  const bytes = Buffer.from(hex.slice(0, hex.length & ~3), "hex");
  return new TextDecoder("utf-16be").decode(bytes);
}

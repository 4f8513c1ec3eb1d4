import { Buffer, isAscii, isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import {
  guessUtf16,
  readAsEucJp,
  readAsShiftJis,
  readAsUtf8,
} from "./charset-guess.ts";
import { charsetName, isWeakClaim } from "./charset-label.ts";
import { decodeEucJp } from "./euc-jp.ts";
import {
  decodeIso2022Jp,
  hasJapaneseEscape,
  restoreLostEscapes,
} from "./iso-2022-jp.ts";
import {
  decodeHz,
  decodeIso2022Kr,
  KOREAN_DESIGNATOR,
} from "./seven-bit-sets.ts";

/**
 * Which decoder reads which charset right (each tried character by character on ①㈱髙﨑～－∥表ｱⅰ№, 外字, JIS X 0212, damage):
 *
 * - Shift_JIS / CP932: TextDecoder. It alone has all of the 外字 rows F040–F9FC (iconv-lite ends early, encoding-japanese
 *   gives ?), reads ～－∥￢ as Windows does, and resynchronises on the ASCII byte after a broken pair.
 * - EUC-JP: TextDecoder plus the few rows in `euc-jp.ts`.
 * - ISO-2022-JP: `iso-2022-jp.ts`; iconv-lite has none, the two others lose text there.
 * - encoding-japanese is not used: it turns what it cannot read into "?" and cannot be told from a real one.
 * - iconv-lite only for code pages that TextDecoder does not have (CP437, CP850 …). UTF-7 is never decoded: it would let
 *   ASCII bytes that every check has seen become other characters.
 */
export interface DecodedText {
  readonly text: string;
  /** What it was read as. */
  readonly charset: string;
  readonly decision: "declared" | "guessed" | "default";
  /** Number of U+FFFD in the text. */
  readonly replaced: number;
}

const ESC = 0x1b;

type Decoder = InstanceType<typeof TextDecoder>;

const decoders = new Map<string, Decoder>();

export function decodeText(
  bytes: Uint8Array,
  declared: string | null,
): DecodedText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = charsetName(declared);
  return (
    decodeUtf16(buffer, name) ??
    (isAscii(buffer)
      ? decodeSevenBit(buffer, name)
      : decodeEightBit(buffer, name))
  );
}

function decodeUtf16(buffer: Buffer, name: string | null): DecodedText | null {
  const [first, second] = buffer;
  const claimed = name !== null && name.startsWith("utf-16");
  if (first === 0xff && second === 0xfe)
    return told(decode(buffer.subarray(2), "utf-16le"), "utf-16le", claimed);
  if (first === 0xfe && second === 0xff)
    return told(decode(buffer.subarray(2), "utf-16be"), "utf-16be", claimed);
  const zero = buffer.includes(0);
  if (!claimed && !zero) return null;
  // RFC 2781 §4.3: without a mark and a word about it, big-endian.
  const said = name === "utf-16le" ? "utf-16le" : "utf-16be";
  const order = guessUtf16(buffer, claimed ? said : null);
  if (order === null) return null;
  // Declared UTF-16, but plain ASCII without a zero byte: somebody converted it and kept the label. Kana look so, too.
  const converted = !zero && (isAscii(buffer) || isUtf8(buffer));
  if (converted && !isKana(decode(buffer, order))) return null;
  const told16 = told(decode(buffer, order), order, claimed);
  // A wrong claim shows as halves of surrogate pairs.
  return claimed && !zero && told16.replaced > 0 ? null : told16;
}

/** あ in UTF-16 is "0B": text of this kind has its half of kana, and digits, the only ASCII that looks alike, make none. */
function isKana(text: string): boolean {
  const kana = text.match(/[\u3001-\u300f\u3041-\u3096\u309b-\u30fe]/g);
  return kana !== null && kana.length * 2 >= text.length;
}

function decodeSevenBit(buffer: Buffer, name: string | null): DecodedText {
  if (buffer.includes(ESC) && hasJapaneseEscape(buffer))
    return told(decodeIso2022Jp(buffer), "iso-2022-jp", name === "iso-2022-jp");
  if (name === "iso-2022-jp") {
    const restored = restoreLostEscapes(buffer);
    if (restored !== null)
      return told(decodeIso2022Jp(restored), "iso-2022-jp", false);
    if (buffer.includes(0x0e))
      return told(decodeIso2022Jp(buffer), "iso-2022-jp", true);
  }
  if (name === "hz-gb-2312") return told(decodeHz(buffer), name, true);
  const korean = name === "iso-2022-kr";
  if (korean || (buffer.includes(ESC) && buffer.includes(KOREAN_DESIGNATOR)))
    return told(decodeIso2022Kr(buffer), "iso-2022-kr", korean);
  const text = buffer.toString("latin1");
  if (name === null)
    return { text, charset: "us-ascii", decision: "default", replaced: 0 };
  const asciiInside = name !== "utf-7" && !name.startsWith("utf-16");
  return {
    text,
    charset: asciiInside ? name : "us-ascii",
    decision: asciiInside ? "declared" : "guessed",
    replaced: 0,
  };
}

function decodeEightBit(buffer: Buffer, name: string | null): DecodedText {
  if (isUtf8(withoutCutEnd(buffer))) {
    if (name === "utf-8") return told(utf8(buffer), "utf-8", true);
    if (isUtf8Meant(buffer, name)) return told(utf8(buffer), "utf-8", false);
  }
  if (buffer.includes(ESC) && hasJapaneseEscape(buffer))
    return told(decodeIso2022Jp(buffer), "iso-2022-jp", name === "iso-2022-jp");
  if (name !== null && !isWeakClaim(name)) {
    const text = decodeKnown(buffer, name);
    if (text !== null && !text.includes("\uFFFD"))
      return contradicted(buffer, name) ?? told(text, name, true);
  }
  return guess(buffer, name);
}

/** Whoever cuts a text by bytes cuts its last character: the beginning of one at the very end says nothing against UTF-8. */
function withoutCutEnd(buffer: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, buffer.length - 1); back++) {
    const byte = buffer[buffer.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    return wanted > back ? buffer.subarray(0, buffer.length - back) : buffer;
  }
  return buffer;
}

/** Valid UTF-8 beats any claim, save a few characters that a declared East Asian charset reads as well or better. */
function isUtf8Meant(buffer: Buffer, name: string | null): boolean {
  const utf8Reading = readAsUtf8(buffer);
  if (utf8Reading.wide > 8) return true;
  if (name === "shift_jis") {
    const reading = readAsShiftJis(buffer);
    return reading.errors > 0 || reading.score < utf8Reading.score;
  }
  if (name === "euc-jp") {
    const reading = readAsEucJp(buffer);
    return reading.errors > 0 || reading.score < utf8Reading.score;
  }
  if (name === null || isWeakClaim(name)) return true;
  const text = decodeKnown(buffer, name);
  return text === null || text.includes("\uFFFD") || /[\x80-\x9f]/.test(text);
}

/** Shift_JIS declared as EUC-JP and the reverse decode without a fault at times; then the clearly better reading wins. */
function contradicted(buffer: Buffer, name: string): DecodedText | null {
  if (name !== "shift_jis" && name !== "euc-jp") return null;
  const sjis = readAsShiftJis(buffer);
  const euc = readAsEucJp(buffer);
  const [said, other] = name === "shift_jis" ? [sjis, euc] : [euc, sjis];
  if (other.errors > 0 || other.wide < 4) return null;
  if (other.score < 1.5 * said.score) return null;
  return name === "shift_jis"
    ? told(decodeEucJp(buffer), "euc-jp", false)
    : told(decode(buffer, "shift_jis"), "shift_jis", false);
}

/** The claim was weak or wrong: the most Japanese reading, else the claim, else what can be read at all. */
function guess(buffer: Buffer, name: string | null): DecodedText {
  const readings = [
    { charset: "shift_jis", reading: readAsShiftJis(buffer) },
    { charset: "euc-jp", reading: readAsEucJp(buffer) },
    { charset: "utf-8", reading: readAsUtf8(buffer) },
  ];
  let best = readings[0];
  for (const candidate of readings) {
    if (best === undefined || candidate.reading.score > best.reading.score)
      best = candidate;
  }
  const western =
    name === "windows-1252" || (name !== null && !isWeakClaim(name));
  if (best !== undefined && best.reading.score > 0) {
    const { charset, reading } = best;
    // Accents in Western text make single "kanji", never runs of them.
    const evidence =
      reading.wide === 0 ||
      reading.inRuns * 2 >= reading.wide ||
      reading.score >= 1.5 * reading.wide;
    const clean = reading.errors === 0;
    if (
      (clean && evidence) ||
      (!western && reading.errors * 4 < reading.wide)
    ) {
      const text = decodeKnown(buffer, charset) ?? "";
      return told(text, charset, charset === name);
    }
  }
  if (name !== null && !isEmptyClaim(buffer, name)) {
    const text = decodeKnown(buffer, name);
    if (text !== null) return told(text, name, true);
  }
  if (looksWestern(buffer))
    return told(decode(buffer, "windows-1252"), "windows-1252", false);
  const last = best?.charset ?? "utf-8";
  return {
    ...told(decodeKnown(buffer, last) ?? "", last, false),
    decision: "default",
  };
}

/** Claims that the bytes have already refuted. */
function isEmptyClaim(buffer: Buffer, name: string): boolean {
  if (name === "utf-8") return readAsUtf8(buffer).wide === 0;
  return name !== "windows-1252" && isWeakClaim(name);
}

/** Single accented letters between ASCII ones. */
function looksWestern(buffer: Buffer): boolean {
  let high = 0;
  let letters = 0;
  for (const byte of buffer) {
    if (byte >= 0x80) high++;
    if (byte >= 0xc0 || (byte >= 0x91 && byte <= 0x97)) letters++;
  }
  return letters * 10 >= high * 7 && high * 3 <= buffer.length;
}

function decodeKnown(buffer: Buffer, name: string): string | null {
  if (name === "utf-8") return utf8(buffer);
  if (name === "euc-jp") return decodeEucJp(buffer);
  if (name === "iso-2022-jp") return decodeIso2022Jp(buffer);
  if (name === "us-ascii") return decode(buffer, "windows-1252");
  if (name === "utf-7") return null;
  const decoder = decoderFor(name);
  if (decoder !== null) return decoder.decode(buffer);
  return iconv.encodingExists(name) && !/utf-?7|base64|hex|binary/.test(name)
    ? iconv.decode(buffer, name)
    : null;
}

function decode(buffer: Buffer, name: string): string {
  return decoderFor(name)?.decode(buffer) ?? buffer.toString("latin1");
}

function decoderFor(name: string): Decoder | null {
  const known = decoders.get(name);
  if (known !== undefined) return known;
  let decoder: Decoder;
  try {
    decoder = new TextDecoder(name, { ignoreBOM: true });
  } catch {
    return null;
  }
  // TextDecoder knows at most some 220 labels, so this cannot grow without end.
  decoders.set(name, decoder);
  return decoder;
}

function utf8(buffer: Buffer): string {
  const from =
    buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
  return buffer.toString("utf8", from);
}

function told(text: string, charset: string, asDeclared: boolean): DecodedText {
  return {
    text,
    charset,
    decision: asDeclared ? "declared" : "guessed",
    replaced: countReplaced(text),
  };
}

function countReplaced(text: string): number {
  let count = 0;
  for (
    let at = text.indexOf("\uFFFD");
    at >= 0;
    at = text.indexOf("\uFFFD", at + 1)
  )
    count++;
  return count;
}

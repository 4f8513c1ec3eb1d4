import { Buffer } from "node:buffer";
import { decodeText } from "./charset.ts";
import { charsetName } from "./charset-label.ts";
import { cleanLine } from "./clean-text.ts";

/** RFC 2047 words, with the RFC 2231 §5 language mark. Blanks and "?" inside are against the rules and yet sent (Q above all). */
const WORD =
  /=\?([^?\s]{1,64})\?([BbQq])\?([^?]*(?:(?<!=)\?(?!=)[^?]*){0,20})\?=/g;

/** Longer header texts are cut; a header block has at most 100 KiB anyway. */
const MAX_HEADER_CHARACTERS = 16_384;

interface Word {
  readonly charset: string;
  readonly encoding: "B" | "Q";
  readonly text: string;
}

/**
 * One header value as text on one line: words decoded once (what a word decodes to is never decoded again), words of one
 * charset that stand side by side joined before decoding, since senders split inside a character; raw 8-bit bytes by
 * guess; broken words left as text. Cleaned: no CR, LF, NUL or other control comes out.
 */
export function decodeHeaderText(untrustedLatin1: string): string {
  return cleanLine(decodeWords(untrustedLatin1), MAX_HEADER_CHARACTERS);
}

function decodeWords(latin1: string): string {
  if (!latin1.includes("=?")) return decodeRaw(latin1);
  let text = "";
  let run: Word[] = [];
  let from = 0;
  const flush = (): void => {
    text += decodeRun(run);
    run = [];
  };
  for (const match of latin1.matchAll(WORD)) {
    const [whole, label = "", letter = "", content = ""] = match;
    const between = latin1.slice(from, match.index);
    const charset = label.split("*", 1)[0] ?? "";
    const last = run.at(-1);
    // RFC 2047 §6.2: blanks between two words are not shown.
    const adjacent = last !== undefined && between.trim() === "";
    if (!adjacent || charsetName(last.charset) !== charsetName(charset))
      flush();
    if (!adjacent) text += decodeRaw(between);
    run.push({
      charset,
      encoding: letter === "B" || letter === "b" ? "B" : "Q",
      text: content,
    });
    from = match.index + whole.length;
  }
  flush();
  return text + decodeRaw(latin1.slice(from));
}

function decodeRaw(latin1: string): string {
  return /[\x1b\x80-\xff]/.test(latin1)
    ? decodeText(Buffer.from(latin1, "latin1"), null).text
    : latin1;
}

function decodeRun(words: readonly Word[]): string {
  const [first] = words;
  if (first === undefined) return "";
  const bytes: Buffer[] = [];
  let base64 = "";
  const flush = (): void => {
    if (base64 !== "") bytes.push(Buffer.from(base64, "base64"));
    base64 = "";
  };
  for (const word of words) {
    if (word.encoding === "Q") {
      flush();
      bytes.push(decodeQ(word.text));
      continue;
    }
    // Some senders cut the base64 text itself anywhere: only then do the letters of two words belong together.
    base64 += word.text.replace(/[^A-Za-z0-9+/=_-]/g, "");
    if (base64.length % 4 === 0 || base64.endsWith("=")) flush();
  }
  flush();
  return decodeText(Buffer.concat(bytes), first.charset).text;
}

function decodeQ(text: string): Buffer {
  const latin1 = text
    .replace(/_/g, " ")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
  return Buffer.from(latin1, "latin1");
}

/** RFC 2047 §2: a word has at most 75 characters, a line that holds one at most 76. */
const MAX_WORD_CHARACTERS = 75;
const MAX_LINE_CHARACTERS = 76;
const WORD_START = "=?UTF-8?B?";
const WORD_END = "?=";

/**
 * An unstructured value ready to stand behind `Name: `, folded by CRLF and one blank. `firstLineUsed` is what the first
 * line already holds. Anything but plain folded ASCII becomes words, text that looks like a word included, so that no
 * reader can decode it once more.
 */
export function encodeHeaderText(text: string, firstLineUsed: number): string {
  const wellFormed = text.toWellFormed();
  const folded = foldAscii(wellFormed, firstLineUsed);
  return folded ?? encodeWords(wellFormed, firstLineUsed).join("\r\n ");
}

/**
 * Text that reads like an encoded word would be decoded by a reader that decodes twice: a blank takes the look away.
 * For text that leaves; `encodeHeaderText` alone already keeps honest readers from it.
 */
export function defuseWords(text: string): string {
  return text.replace(/=\?/g, "= ?");
}

/** Null when the text cannot stand as it is. */
function foldAscii(text: string, firstLineUsed: number): string | null {
  if (!/^[\x20-\x7e]*$/.test(text) || text.includes("=?")) return null;
  if (/^ | $| {2}/.test(text)) return null;
  const lines: string[] = [];
  let line = "";
  let room = MAX_LINE_CHARACTERS - firstLineUsed;
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (joined.length <= room) {
      line = joined;
      continue;
    }
    // A first line must not be empty: some servers end the header block at a line of blanks only.
    if (line === "") return null;
    lines.push(line);
    line = word;
    room = MAX_LINE_CHARACTERS - 1;
    if (word.length > room) return null;
  }
  lines.push(line);
  return lines.join("\r\n ");
}

/** UTF-8 B words, each whole code points, the first short enough for what is left of its line. */
export function encodeWords(text: string, firstLineUsed: number): string[] {
  const words: string[] = [];
  let chunk = "";
  let bytes = 0;
  let room = bytesInWord(MAX_LINE_CHARACTERS - firstLineUsed);
  for (const character of text) {
    const size = Buffer.byteLength(character);
    if (bytes + size > room && chunk !== "") {
      words.push(encodeWord(chunk));
      chunk = "";
      bytes = 0;
      room = bytesInWord(MAX_LINE_CHARACTERS - 1);
    }
    chunk += character;
    bytes += size;
  }
  if (chunk !== "") words.push(encodeWord(chunk));
  return words;
}

function bytesInWord(room: number): number {
  const characters =
    Math.min(MAX_WORD_CHARACTERS, room) - WORD_START.length - WORD_END.length;
  return Math.floor(characters / 4) * 3;
}

function encodeWord(text: string): string {
  return WORD_START + Buffer.from(text, "utf8").toString("base64") + WORD_END;
}

/**
 * A parameter such as a file name: by its RFC 2231 charset when it had one, else RFC 2047 words (against the rules and
 * very common), else raw bytes by guess. Not cleaned further than to one line.
 */
export function decodeParameterText(parameter: {
  /** Percent-decoded bytes as latin1 code units. */
  readonly value: string;
  /** Of RFC 2231, null when the parameter was plain. */
  readonly charset: string | null;
}): string {
  const { value, charset } = parameter;
  if (charset === null || /^=\?.*\?=$/s.test(value.trim()))
    return decodeHeaderText(value);
  const { text } = decodeText(Buffer.from(value, "latin1"), charset || null);
  return cleanLine(text, MAX_HEADER_CHARACTERS);
}

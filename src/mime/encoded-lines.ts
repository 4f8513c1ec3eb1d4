import { isCodeList } from "./code-list.ts";

/**
 * Encoded blocks by the shape of their lines: uuencode, yEnc, BinHex, base64 and quoted-printable. Returns one byte a line,
 * 1 for a line that must go. Each line is looked at a fixed number of times. A line can be a million characters long, and V8 keeps a
 * way back for every turn of `{4,}` (not of `*`) until its stack ends: hence `{4}` and then `*` in what sees whole lines.
 */
export function markEncodedLines(lines: readonly string[]): Uint8Array {
  const gone = new Uint8Array(lines.length);
  markUuencode(lines, gone);
  markFrom(lines, gone, { start: /^=ybegin\b/, end: /^=yend\b/, data: null });
  markFrom(lines, gone, {
    start: /\bBinHex\b|^:[!-&(-z]{40}/,
    end: /:\s*$/,
    data: /^:?[!-z]{1,100}:?\s*$/,
  });
  markBase64(lines, gone);
  markQuotedPrintable(lines, gone);
  return gone;
}

// ---------------------------------------------------------------- uuencode

const UU_BEGIN = /^\s*begin(?:-base64)?\s+[0-7]{3,4}\s+\S/;
/** A full line without its `begin`: 45 bytes, "M" and 60 characters; trailing blanks may be lost. */
const UU_FULL = /^M[\x20-\x60]{45,61}$/;

function markUuencode(lines: readonly string[], gone: Uint8Array): void {
  let inside = false;
  let loose = 0;
  for (const [index, line] of lines.entries()) {
    if (UU_BEGIN.test(line)) {
      gone[index] = 1;
      inside = true;
      continue;
    }
    if (inside) {
      if (/^end\s*$/.test(line)) {
        gone[index] = 1;
        inside = false;
      } else if (
        isUuLine(line) ||
        /^[A-Za-z0-9+/]{4}[A-Za-z0-9+/]*={0,4}$/.test(line)
      )
        gone[index] = 1;
      else if (line.trim() !== "") inside = false;
      continue;
    }
    if (UU_FULL.test(line)) {
      loose++;
      gone[index] = loose > 1 ? 1 : 0;
      if (loose === 2) gone[index - 1] = 1;
    } else {
      if (loose > 1 && isUuLine(line)) gone[index] = 1;
      loose = 0;
    }
  }
}

/** The first character counts the bytes; some encoders add one checksum character, some mailers cut trailing blanks. */
function isUuLine(line: string): boolean {
  const count = (line.charCodeAt(0) - 32) & 63;
  if (!/^[\x20-\x60]+$/.test(line)) return false;
  const wanted = Math.ceil(count / 3) * 4 + 1;
  return (
    line.length <= wanted + 2 && line.length >= Math.min(wanted, wanted / 2)
  );
}

// ---------------------------------------------------------------- yEnc, BinHex

interface Marks {
  readonly start: RegExp;
  readonly end: RegExp;
  /** What a data line looks like; null when it can be anything, then only `end` or the end of the text ends it. */
  readonly data: RegExp | null;
}

function markFrom(
  lines: readonly string[],
  gone: Uint8Array,
  marks: Marks,
): void {
  let inside = false;
  for (const [index, line] of lines.entries()) {
    if (!inside && marks.start.test(line)) inside = true;
    else if (!inside) continue;
    else if (
      marks.data !== null &&
      line.trim() !== "" &&
      !marks.data.test(line)
    ) {
      inside = false;
      continue;
    }
    gone[index] = 1;
    if (marks.end.test(line) && !marks.start.test(line)) inside = false;
  }
}

// ---------------------------------------------------------------- base64

const BASE64_LINE = /^[\s>|・*]*[A-Za-z0-9+/_-]{2,}(?:=[=A-F0-9]{0,5})?\s*$/;
/** Lines of base64 that HTML or a hand joined by blanks. */
const BASE64_WORDS =
  /^[\s>|・*]*[A-Za-z0-9+/_-]{4,}=*(?:[\s|]+[A-Za-z0-9+/_-]{4,}=*)+[\s|]*$/;
const LONG_LINE_CHARACTERS = 40;
const LONG_TOKEN_CHARACTERS = 120;
const LOOSE_BLOCK_CHARACTERS = 96;
const JUNK_LINE_LETTERS = 20;

function markBase64(lines: readonly string[], gone: Uint8Array): void {
  let from = 0;
  for (let index = 0; index <= lines.length; index++) {
    const line = lines[index];
    if (line !== undefined && gone[index] === 0 && looksLetters(line)) continue;
    markRun(lines, gone, from, index);
    from = index + 1;
    if (line !== undefined && gone[index] === 0 && hasDataToken(line))
      gone[index] = 1;
  }
}

/** A line that could be base64 as a whole: its letters only, or letters with single junk between. */
function looksLetters(line: string): boolean {
  if (BASE64_LINE.test(line)) return !isRule(line) && !isHex(line);
  return isJunked(line);
}

const MAX_SHAPE_CHARACTERS = 4096;
const JUNKED =
  /^[\x21-\x7e]*$|^(?:[\x21-\x7e]{1,3}[ \t]){10,}[\x21-\x7e]{0,3}$|^[^A-Za-z0-9+/]?(?:[A-Za-z0-9+/]{1,4}[^A-Za-z0-9+/]{1,4}){10,}[A-Za-z0-9+/=]{0,4}$/;

/** "U.E.s.D.B": no URL, no words, yet letters enough, and they change class as only data does. */
function isJunked(line: string): boolean {
  if (line.length < 2 * JUNK_LINE_LETTERS || line.includes("://")) return false;
  // A repeated group keeps its way back for every turn: on a line of megabytes that is more than the stack holds.
  const shape = line.slice(0, MAX_SHAPE_CHARACTERS);
  if (!BASE64_WORDS.test(shape) && !JUNKED.test(shape)) return false;
  const letters = line.replace(/[^A-Za-z0-9+/]/g, "");
  return (
    letters.length >= JUNK_LINE_LETTERS &&
    letters.length * 10 >= line.length * 3 &&
    looksRandom(letters, 0.45)
  );
}

function markRun(
  lines: readonly string[],
  gone: Uint8Array,
  from: number,
  to: number,
): void {
  if (to <= from) return;
  let long = 0;
  let letters = "";
  for (let index = from; index < to; index++) {
    const line = lines[index] ?? "";
    if (line.trim().length >= LONG_LINE_CHARACTERS) long++;
    letters += line.replace(/[^A-Za-z0-9+/_-]/g, "");
  }
  const block = to - from > 1;
  const isData =
    (long >= 2 && block) ||
    (block &&
      letters.length >= LOOSE_BLOCK_CHARACTERS &&
      looksRandom(letters, 0.42)) ||
    (letters.length >= LONG_TOKEN_CHARACTERS && looksRandom(letters, 0.3));
  if (isData && !(long === 0 && isCodeList(lines.slice(from, to))))
    gone.fill(1, from, to);
}

/** A long token of base64 inside a line of other text. A URL may carry one; `data:` may not. */
function hasDataToken(line: string): boolean {
  if (line.length < LONG_TOKEN_CHARACTERS) return false;
  for (const [run] of line.matchAll(WORD_RUN)) {
    const letters = run.replace(/[^A-Za-z0-9+/]/g, "");
    const lines = run
      .split(/\s+/)
      .filter((word) => word.length >= LONG_LINE_CHARACTERS)
      .filter((word) => !isRule(word) && !isHex(word));
    if (lines.length >= 2) return true;
    const inWords = run.split(/\s+/).length > run.length / 16;
    if (
      letters.length >= LOOSE_BLOCK_CHARACTERS &&
      looksRandom(letters, inWords ? 0.47 : 0.42)
    )
      return true;
  }
  for (const match of line.matchAll(/\S{120}\S*/g)) {
    const token = match[0];
    if (token.length < LONG_URL_CHARACTERS && URL_START.test(token)) continue;
    for (const run of token.matchAll(/[A-Za-z0-9+/_-]{120}[A-Za-z0-9+/_-]*/g)) {
      const before = token.slice(Math.max(0, run.index - 2048), run.index);
      const inUrl = /h(?:tt|xx)ps?:\/\/[^\s<>"「」（）]*$/i.test(before);
      if (
        (!inUrl || run[0].length > LONG_URL_CHARACTERS) &&
        !isRule(run[0]) &&
        !isHex(run[0]) &&
        looksRandom(run[0], 0.3)
      )
        return true;
    }
  }
  return false;
}

/** No server takes a longer one. */
const LONG_URL_CHARACTERS = 3000;
const URL_START = /^[<([「（"']*(?:h(?:tt|xx)ps?|ftp|mailto|tel|news|file):/i;
/** Anchored behind a letter's end, so that a failed try is not made again inside the same token. */
const WORD_RUN =
  /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{4}[A-Za-z0-9+/_-]*=*(?:\s{1,4}[A-Za-z0-9+/_-]{4}[A-Za-z0-9+/_-]*=*){1,200}/g;

/** `----` and `xxxx`: lines that people draw. */
function isRule(line: string): boolean {
  const drawn = line.replace(/^[\s>|]+/, "").trimEnd();
  return isOneLetter(drawn) || /^[-_=+/]+$/.test(drawn);
}

function isOneLetter(text: string): boolean {
  const letter = text.charCodeAt(0);
  for (let at = 1; at < text.length; at++)
    if (text.charCodeAt(at) !== letter) return false;
  return true;
}

/** Checksums; no file's base64 has hex digits only. */
function isHex(line: string): boolean {
  return /^[\s>|]*(?:[0-9a-f-]+|[0-9A-F-]+)\s*$/.test(line);
}

/**
 * Share of neighbours that differ in class (upper, lower, digit or sign): 0.6 in data, 0.1 in words, 0.4 in Title Case.
 * Lists of codes and numbers have a share as high, but not both upper and lower case.
 */
function looksRandom(letters: string, minimumShare: number): boolean {
  let changes = 0;
  const counts = [0, 0, 0];
  let last = -1;
  for (let at = 0; at < letters.length; at++) {
    const here = classOf(letters.charCodeAt(at));
    counts[here] = (counts[here] ?? 0) + 1;
    if (here !== last) changes++;
    last = here;
  }
  const tenth = letters.length / 10;
  const [lower = 0, upper = 0] = counts;
  return (
    lower > tenth && upper > tenth && changes >= minimumShare * letters.length
  );
}

function classOf(code: number): 0 | 1 | 2 {
  if (code >= 0x61 && code <= 0x7a) return 0;
  if (code >= 0x41 && code <= 0x5a) return 1;
  return 2;
}

// ---------------------------------------------------------------- quoted-printable

/** Escapes of control bytes other than TAB, LF, CR and ESC stand in data only. */
const BINARY_ESCAPE = /=(?:0[0-8BCEFbcef]|1[0-9ACDEFacdef]|7[Ff])/g;
const MANY_ESCAPES = 3;

function markQuotedPrintable(lines: readonly string[], gone: Uint8Array): void {
  let found = false;
  for (const [index, line] of lines.entries()) {
    const escapes = line.match(BINARY_ESCAPE)?.length ?? 0;
    if (escapes >= MANY_ESCAPES) found = true;
    if (escapes >= MANY_ESCAPES || (found && escapes > 0)) {
      gone[index] = 1;
      // A soft break means that the neighbour is the same line of data.
      for (
        let before = index - 1;
        before >= 0 &&
        gone[before] === 0 &&
        lines[before]?.endsWith("=") === true;
        before--
      )
        gone[before] = 1;
    } else if (
      found &&
      index > 0 &&
      gone[index - 1] === 1 &&
      lines[index - 1]?.endsWith("=") === true
    )
      gone[index] = 1;
    else if (line.trim() === "") found = false;
  }
}

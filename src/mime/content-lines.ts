import { Buffer } from "node:buffer";
import { decodeText } from "./charset.ts";

/** One line of iCalendar (RFC 5545 §3.1) or vCard (RFC 6350 §3.3), taken apart. Strings are the sender's. */
export interface ContentLine {
  /** Upper case, without a vCard group in front. */
  readonly name: string;
  /** Names in upper case; a bare vCard 2.1 parameter such as `HOME` counts as a TYPE. */
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  /** Still escaped. */
  readonly value: string;
}

/** More than any calendar or address book that somebody sends by mail. */
const MAX_LINES = 50_000;
const MAX_PARAMETERS = 30;
/** Bare words of vCard 2.1 §2.1.2 that name an encoding, not a type. */
const ENCODINGS: ReadonlySet<string> = new Set([
  "QUOTED-PRINTABLE",
  "BASE64",
  "8BIT",
  "7BIT",
]);

/** Folds may stand inside a character of several bytes, so they go before the text is decoded (RFC 5545 §3.1). */
export function unfoldBytes(bytes: Uint8Array): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const latin1 = buffer.toString("latin1");
  const unfolded = latin1.replace(/\r?\n[ \t]/g, "");
  return unfolded.length === latin1.length
    ? buffer
    : Buffer.from(unfolded, "latin1");
}

/** Lines that have no colon are left out. A quoted-printable value goes on where its line ends in "=" (vCard 2.1). */
export function* contentLines(text: string): Generator<ContentLine> {
  const lines = text.split(/\r?\n/, MAX_LINES);
  for (let at = 0; at < lines.length; at++) {
    const line = readLine(lines[at] ?? "");
    if (line === null) continue;
    if (!isQuotedPrintable(line)) {
      yield line;
      continue;
    }
    const pieces = [line.value];
    while ((pieces.at(-1) ?? "").endsWith("=") && at + 1 < lines.length)
      pieces.push(lines[++at] ?? "");
    yield { ...line, value: decodeQuotedPrintable(pieces, line) };
  }
}

function isQuotedPrintable(line: ContentLine): boolean {
  return line.parameters.get("ENCODING")?.[0] === "QUOTED-PRINTABLE";
}

function decodeQuotedPrintable(
  pieces: readonly string[],
  line: ContentLine,
): string {
  const joined = pieces
    .map((piece) => (piece.endsWith("=") ? piece.slice(0, -1) : piece))
    .join("");
  const bytes = Buffer.from(joined, "utf8")
    .toString("latin1")
    // A soft line end that was folded, too, has lost its line end by now.
    .replace(/=(?==[0-9A-Fa-f]{2})/g, "")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
  const charset = line.parameters.get("CHARSET")?.[0] ?? null;
  return decodeText(Buffer.from(bytes, "latin1"), charset).text;
}

/** One pass over the line; quotes hide colons, semicolons and commas (RFC 5545 §3.2). */
function readLine(line: string): ContentLine | null {
  const [written = ""] = NAME.exec(line) ?? [];
  if (written === "") return null;
  const parameters = new Map<string, string[]>();
  let at = written.length;
  while (line[at] === ";") {
    const end = pieceEnd(line, at + 1);
    if (parameters.size < MAX_PARAMETERS)
      addParameter(parameters, line.slice(at + 1, end));
    at = end;
  }
  if (line[at] !== ":") return null;
  return {
    name: written.slice(written.indexOf(".") + 1).toUpperCase(),
    parameters,
    value: line.slice(at + 1),
  };
}

const NAME = /^(?:[A-Za-z0-9-]{1,60}\.)?[A-Za-z0-9-]{1,60}(?=[;:])/;

function pieceEnd(line: string, from: number): number {
  let quoted = false;
  for (let at = from; at < line.length; at++) {
    const character = line[at];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === ";" || character === ":")) return at;
  }
  return line.length;
}

/** RFC 6868 §3.1; a line break becomes a blank. */
const CARET = /\^([n^'])/g;
const CARET_MEANS: Readonly<Record<string, string>> = {
  ...{ n: " ", "^": "^", "'": '"' },
};

function addParameter(parameters: Map<string, string[]>, piece: string): void {
  const equals = piece.indexOf("=");
  const bare = piece.toUpperCase();
  const name =
    equals >= 0
      ? piece.slice(0, equals).trim().toUpperCase()
      : ENCODINGS.has(bare)
        ? "ENCODING"
        : "TYPE";
  const value = (equals >= 0 ? piece.slice(equals + 1) : piece)
    .replaceAll('"', "")
    .replace(CARET, (_, escaped: string) => CARET_MEANS[escaped] ?? "")
    .trim();
  const shown = name === "ENCODING" ? value.toUpperCase() : value;
  const known = parameters.get(name);
  if (known === undefined) parameters.set(name, [shown]);
  else if (known.length < MAX_PARAMETERS) known.push(shown);
}

/** What stands behind the last `END:` of a component, as a reader must not lose it. */
export function textBehind(
  text: string,
  component: "VCALENDAR" | "VCARD",
): string {
  let behind: number | null = null;
  for (const end of text.matchAll(ENDS[component]))
    behind = end.index + end[0].length;
  return behind === null ? "" : text.slice(behind).trim();
}

const ENDS = { VCALENDAR: /^END:VCALENDAR/gim, VCARD: /^END:VCARD/gim };

/** TEXT values (RFC 5545 §3.3.11, RFC 6350 §3.4). */
export function unescapeText(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(/\\([\\;,:nN])/g, (_, escaped: string) =>
    escaped === "n" || escaped === "N" ? "\n" : escaped,
  );
}

/** A structured value by its components, unescaped; at most `max`. */
export function components(
  value: string,
  separator: ";" | ",",
  max: number,
): string[] {
  const found: string[] = [];
  let from = 0;
  for (let at = 0; at <= value.length && found.length < max; at++) {
    const character = value[at];
    if (character === "\\") at++;
    else if (character === separator || character === undefined) {
      found.push(unescapeText(value.slice(from, at)));
      from = at + 1;
    }
  }
  return found;
}

import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { HeaderField } from "../core/part.ts";

/** How the lines of a block end; "mixed" when not all alike, "none" when no line ends. */
export type LineEndings = "crlf" | "lf" | "mixed" | "none";

export interface HeaderBlock {
  /**
   * In order. The name as a lenient reader takes it (blanks and a comment before the colon removed); empty for a line
   * that has no colon. The value unfolded (RFC 5322 §2.2.3), outer blanks removed, bytes as latin1 code units.
   */
  readonly fields: readonly HeaderField[];
  readonly endings: LineEndings;
  /** A CR that ends no line: some readers see a line break there. */
  readonly bareCr: boolean;
  /** Readers differ on what the fields are. */
  readonly malformed: boolean;
}

const FIELD_NAME = /^[!-'*-9;-~]+$/;

/** Splits a header block, with or without its closing blank line. Faults: MIME_TOO_MANY_HEADERS. */
export function splitHeaderBlock(
  block: Buffer,
  limits: Pick<Limits, "maxHeaders">,
  options: { readonly startsMessage: boolean; readonly exactNames: boolean },
): HeaderBlock {
  const reading = new BlockReading(limits.maxHeaders, options.exactNames);
  const text = block.toString("latin1");
  let start = options.startsMessage ? skipEnvelopeLine(text) : 0;
  while (start < text.length) {
    const lf = text.indexOf("\n", start);
    const end = lf < 0 ? text.length : lf;
    const crlf = lf > start && text.charCodeAt(lf - 1) === 13;
    if (lf >= 0) reading.ending(crlf);
    reading.line(text.slice(start, crlf ? end - 1 : end));
    start = end + 1;
  }
  return reading.block();
}

/** The `From ` line that an mbox puts before each message is no header, nor is one that a store has quoted. */
function skipEnvelopeLine(text: string): number {
  if (!text.startsWith("From ") && !text.startsWith(">From ")) return 0;
  const lf = text.indexOf("\n");
  return lf < 0 ? text.length : lf + 1;
}

const FIELD = /^(?:\xef\xbb\xbf)?[!-9;-~]+[ \t]*(?:\([^()]*\)[ \t]*)?:/;
/** One of these and the block is a header, whatever else it holds. */
const USUAL_FIELD =
  /^(?:from|to|cc|sender|reply-to|subject|date|message-id|received|return-path|mime-version|content-[a-z-]+)[ \t]*:/i;

/**
 * Where the body of a mail or a part begins that has no blank line or no header at all, as devices and scripts write them: in a block
 * without any usual field that does not begin with a field, all is body; in one that no blank line ends, what stands behind
 * the fields. The length of the block where all is as it should be.
 */
export function bodyBegin(block: Buffer, startsMessage: boolean): number {
  const text = block.toString("latin1");
  const first = startsMessage ? skipEnvelopeLine(text) : 0;
  let odd: number | null = null;
  let hasUsual = false;
  let blank = false;
  for (let start = first; start < text.length;) {
    const lf = text.indexOf("\n", start);
    const end = lf < 0 ? text.length : lf;
    const line = text.slice(start, end);
    blank = isOnly(line, "\r");
    const folds = start > first && (line[0] === " " || line[0] === "\t");
    if (!blank && !folds && !FIELD.test(line)) odd ??= start;
    hasUsual ||= USUAL_FIELD.test(line);
    start = end + 1;
  }
  if (odd === first && !hasUsual) return first;
  return odd === null || blank ? text.length : odd;
}

class BlockReading {
  readonly #maxHeaders: number;
  readonly #exactNames: boolean;
  readonly #fields: HeaderField[] = [];
  #name: string | null = null;
  #pieces: string[] = [];
  #endings: LineEndings = "none";
  #bareCr = false;
  #malformed = false;

  constructor(maxHeaders: number, exactNames: boolean) {
    this.#maxHeaders = maxHeaders;
    this.#exactNames = exactNames;
  }

  ending(crlf: boolean): void {
    const seen = crlf ? "crlf" : "lf";
    if (this.#endings === "none") this.#endings = seen;
    else if (this.#endings !== seen) this.#endings = "mixed";
  }

  line(line: string): void {
    if (line.includes("\r")) this.#bareCr = true;
    if (line.includes("\0")) this.#malformed = true;
    if (line === "" || isOnly(line, "\r")) return;
    const first = line.charCodeAt(0);
    if (first === 32 || first === 9) this.#fold(line);
    else this.#open(line);
  }

  block(): HeaderBlock {
    this.#close();
    return {
      fields: this.#fields,
      endings: this.#endings,
      bareCr: this.#bareCr,
      malformed: this.#malformed,
    };
  }

  #fold(line: string): void {
    // A line of blanks ends the header block for some readers and continues the field for others.
    if (this.#name === null || trimBlanks(line) === "") this.#malformed = true;
    if (this.#name === null) this.#open(trimBlanks(line));
    else this.#pieces.push(line);
  }

  #open(line: string): void {
    this.#close();
    if (this.#fields.length >= this.#maxHeaders)
      throw new Fault("MIME_TOO_MANY_HEADERS", { limit: this.#maxHeaders });
    const colon = line.indexOf(":");
    const written = line.slice(0, Math.max(0, colon));
    if (!FIELD_NAME.test(written)) this.#malformed = true;
    this.#name = this.#exactNames ? written : lenientName(written);
    this.#pieces = [line.slice(colon + 1)];
  }

  #close(): void {
    if (this.#name === null) return;
    this.#fields.push({
      name: this.#name,
      untrustedValue: trimBlanks(this.#pieces.join("")),
    });
    this.#name = null;
  }
}

function lenientName(written: string): string {
  const bom = written.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
  const comment = written.indexOf("(");
  return trimBlanks(
    written.slice(bom, comment > bom ? comment : written.length),
  );
}

function isOnly(text: string, char: string): boolean {
  for (const each of text) if (each !== char) return false;
  return true;
}

/** Only SP and TAB: `String.trim` would also eat 0xA0, which is half a character in many charsets. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

export function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

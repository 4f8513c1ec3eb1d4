import { isUtf8 } from "node:buffer";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import { isBlank, trimBlanks } from "./header-block.ts";
import type { Dialect } from "./dialect.ts";
import { joinPieces, type Parameter, type Piece } from "./parameter-pieces.ts";

export type { Parameter } from "./parameter-pieces.ts";

/** A Content-Type or Content-Disposition value (RFC 2045 §5.1, RFC 2183, RFC 2231), read leniently. */
export interface StructuredValue {
  /** What stands before the first `;`, lower case, without comments. */
  readonly value: string;
  /** By lower-case name. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Names given more than once with different values; the first is taken. */
  readonly duplicates: ReadonlySet<string>;
  /** Names written so that readers differ on the value: comments, blanks, broken quotes, RFC 2231. */
  readonly doubtful: ReadonlySet<string>;
  /** A comment, an unclosed quote or text outside any parameter: readers may differ on all of it. */
  readonly irregular: boolean;
}

export interface StructuredOptions {
  readonly limits: Pick<Limits, "maxParameters" | "maxParameterBytes">;
  readonly dialect: Dialect;
}

/** Linear in the length of `raw`. Faults: MIME_TOO_MANY_PARAMETERS, MIME_PARAMETERS_TOO_BIG. */
export function readStructured(
  raw: string,
  { limits, dialect }: StructuredOptions,
): StructuredValue {
  const { maxParameters, maxParameterBytes } = limits;
  if (raw.length > maxParameterBytes)
    throw new Fault("MIME_PARAMETERS_TOO_BIG", { limit: maxParameterBytes });
  const scan = new Scan(raw, dialect);
  const value = scan.until(";", true).toLowerCase();
  const pieces: Piece[] = [];
  while (scan.next()) {
    const piece = scan.parameter();
    if (piece === null) continue;
    if (pieces.length >= maxParameters)
      throw new Fault("MIME_TOO_MANY_PARAMETERS", { limit: maxParameters });
    pieces.push(piece);
  }
  return { value, ...joinPieces(pieces, dialect), irregular: scan.irregular };
}

const QUOTE = 34;
const BACKSLASH = 92;
const ESC = 27;

class Scan {
  irregular = false;
  readonly #text: string;
  readonly #shiftJis: boolean;
  #at = 0;
  readonly #literal: boolean;
  #commentsEnd: boolean;
  #escapesEnd = true;
  #doubt = false;

  constructor(text: string, dialect: Dialect) {
    this.#text = text;
    this.#shiftJis = looksShiftJis(text);
    this.#literal = dialect.literalComments;
    this.#commentsEnd = !this.#literal;
  }

  /** Steps over separators; false at the end. */
  next(): boolean {
    while (this.#at < this.#text.length) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 59 && !isBlank(code)) return true;
      this.#at++;
    }
    return false;
  }

  /** Text up to one of `stops`, or the end, outer blanks removed; the stop itself stays. */
  until(stops: string, comments: boolean): string {
    const kept: string[] = [];
    let start = this.#at;
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text.charAt(this.#at);
      if (stops.includes(char)) break;
      if (!comments || char !== "(") continue;
      const end = this.#commentEnd();
      if (end < 0) continue;
      kept.push(this.#text.slice(start, this.#at));
      start = end;
      this.#at = end - 1;
    }
    kept.push(this.#text.slice(start, this.#at));
    return trimBlanks(kept.join(""));
  }

  parameter(): Piece | null {
    this.#doubt = false;
    const nameStart = this.#at;
    const name = this.until("=;", true).toLowerCase();
    if (this.#text.charAt(this.#at) !== "=") {
      if (name !== "") this.irregular = true;
      return null;
    }
    const nameEnd = this.#at;
    this.#at++;
    this.#skipBlanks();
    if (nameEnd - nameStart !== name.length) this.#doubt = true;
    if (name === "") this.irregular = true;
    const quoted = this.#text.charCodeAt(this.#at) === QUOTE;
    const value = quoted ? this.#quoted() : this.#unquoted(name);
    return { name, value, doubt: this.#doubt };
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      const end = code === 40 ? this.#commentEnd() : -1;
      if (end < 0 && !isBlank(code)) return;
      this.#doubt = true;
      this.#at = end < 0 ? this.#at + 1 : end;
    }
  }

  #unquoted(name: string): string {
    // Sender programs write `name=report(1).pdf` and mean it; only where structure hangs on it is it a comment.
    const isFileName = name.startsWith("name") || name.startsWith("filename");
    const value = this.until(";", !isFileName);
    if (/[^!#-'*-;=?-Z^-~]/.test(value)) this.#doubt = true;
    return value;
  }

  /** A quoted-string, and whatever stands between it and the next `;`. */
  #quoted(): string {
    const kept: string[] = [];
    let start = ++this.#at;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(code)) {
        this.irregular = this.#doubt = true;
        if (this.#literal) return this.#unclosed(start, kept);
        break;
      }
      if (code === QUOTE) break;
      const pair = this.#wideCharacter(code);
      if (code === BACKSLASH) {
        kept.push(this.#text.slice(start, this.#at));
        start = this.#at + 1;
        this.#at += 2;
      } else this.#at += pair;
    }
    kept.push(this.#text.slice(start, this.#at));
    this.#at++;
    if (this.until(";", true) !== "") this.irregular = this.#doubt = true;
    return kept.join("");
  }

  /** A quote that never closes is none. */
  #unclosed(start: number, kept: readonly string[]): string {
    this.#at = kept.length > 0 ? this.#text.length : start;
    return kept.join("") + this.until(";", false);
  }

  /**
   * Length of a raw ISO-2022-JP run or Shift_JIS character, whose second bytes may look like `"` or `\`; else 1.
   * Old Japanese mailers write file names so. When it hides such a byte, other readers see another value.
   */
  #wideCharacter(code: number): number {
    const text = this.#text;
    if (code === ESC && this.#escapesEnd && text.charAt(this.#at + 1) === "$") {
      const back = text.indexOf("\x1b(", this.#at + 2);
      // Looked for once only, as with comments below.
      if (back < 0) this.#escapesEnd = false;
      if (back < 0) return 1;
      if (/["\\]/.test(text.slice(this.#at, back))) this.#doubt = true;
      return back - this.#at;
    }
    const lead =
      this.#shiftJis &&
      ((code >= 0x81 && code <= 0x9f) || (code >= 0xe0 && code <= 0xfc));
    if (!lead || text.charCodeAt(this.#at + 1) !== BACKSLASH) return 1;
    this.#doubt = true;
    return 2;
  }

  /** Index after the comment that begins here, or -1 when it never ends and so is none. */
  #commentEnd(): number {
    if (!this.#commentsEnd) return -1;
    let depth = 0;
    for (let i = this.#at; i < this.#text.length; i++) {
      const code = this.#text.charCodeAt(i);
      if (code === BACKSLASH) i++;
      else if (code === 40) depth++;
      else if (code === 41 && --depth === 0) {
        this.irregular = this.#doubt = true;
        return i + 1;
      }
    }
    // Looked for once only: a header of parentheses must not cost its square.
    this.#commentsEnd = false;
    this.irregular = this.#doubt = true;
    return -1;
  }
}

function looksShiftJis(text: string): boolean {
  return /[\x81-\xff]/.test(text) && !isUtf8(Buffer.from(text, "latin1"));
}

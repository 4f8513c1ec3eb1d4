import { refuse } from "./refuse.ts";

/** PDF objects as far as an image PDF needs them (ISO 32000-1 §7.3); names without `#`, no strings but hexadecimal ones, no comments, nulls, booleans. */
export type PdfValue =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "hex"; readonly bytes: Buffer }
  | { readonly kind: "reference"; readonly number: number }
  | { readonly kind: "array"; readonly items: readonly PdfValue[] }
  | { readonly kind: "dictionary"; readonly entries: PdfEntries };

export type PdfEntries = ReadonlyMap<string, PdfValue>;

export interface PdfObject {
  readonly number: number;
  readonly at: number;
  readonly value: PdfValue;
  /** Null when the object is not a stream. */
  readonly stream: Buffer | null;
}

const MAX_DEPTH = 4;
const MAX_ITEMS = 2000;
const MAX_TOKEN_BYTES = 64;
/** A palette of 256 colours, two digits a byte. */
const MAX_HEX_DIGITS = 2 * 3 * 256;
const SPACE = 0x20;
const LF = 0x0a;
/** No sign, no needless digit: the shortest form, as JavaScript writes it. */
const NUMBER = /^\d{1,10}(?:\.\d{1,6})?$/;
const NAME = /^[A-Za-z0-9._-]{1,60}$/;

/** Takes tokens one after another; nothing between them but blanks and line feeds. */
export class PdfCursor {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** Exactly these bytes, or VERIFIER_REFUSED. */
  take(literal: string): void {
    if (!this.follows(literal)) refuse("pdf-form", this.at);
    this.at += literal.length;
  }

  follows(literal: string): boolean {
    for (let i = 0; i < literal.length; i++)
      if (this.bytes[this.at + i] !== literal.charCodeAt(i)) return false;
    return true;
  }

  takeInteger(): number {
    const at = this.at;
    const token = this.takeToken();
    if (!/^\d{1,10}$/.test(token)) refuse("pdf-number", at);
    return requireShortest(token, at);
  }

  takeObject(): PdfObject {
    const at = this.at;
    const number = this.takeInteger();
    this.take(" 0 obj\n");
    const value = this.takeValue(0);
    const stream = this.follows("\nstream\n") ? this.takeStream(value) : null;
    this.take("\nendobj\n\n");
    return { number, at, value, stream };
  }

  takeValue(depth: number): PdfValue {
    if (depth > MAX_DEPTH) refuse("pdf-form", this.at);
    if (this.follows("<<")) return this.takeDictionary(depth);
    if (this.follows("<")) return this.takeHex();
    if (this.follows("[")) return this.takeArray(depth);
    if (this.follows("/")) return { kind: "name", name: this.takeName() };
    return this.takeNumberOrReference();
  }

  /** One blank or line feed between tokens, or none. */
  private skipBlank(): void {
    const byte = this.bytes[this.at];
    if (byte === SPACE || byte === LF) this.at++;
  }

  private takeDictionary(depth: number): PdfValue {
    this.take("<<");
    const entries = new Map<string, PdfValue>();
    for (this.skipBlank(); !this.follows(">>"); this.skipBlank()) {
      const at = this.at;
      const key = this.takeName();
      if (entries.has(key) || entries.size === MAX_ITEMS)
        refuse("pdf-dictionary", at);
      this.skipBlank();
      entries.set(key, this.takeValue(depth + 1));
    }
    this.take(">>");
    return { kind: "dictionary", entries };
  }

  private takeArray(depth: number): PdfValue {
    this.take("[");
    const items: PdfValue[] = [];
    for (this.skipBlank(); !this.follows("]"); this.skipBlank()) {
      if (items.length === MAX_ITEMS) refuse("pdf-form", this.at);
      items.push(this.takeValue(depth + 1));
    }
    this.take("]");
    return { kind: "array", items };
  }

  /** Whole bytes in small letters, as `Buffer` writes them; not empty. */
  private takeHex(): PdfValue {
    const at = this.at;
    this.take("<");
    const digits = this.bytes.toString(
      "latin1",
      this.at,
      this.at + MAX_HEX_DIGITS + 1,
    );
    const [hex] = /^(?:[0-9a-f]{2})*/.exec(digits)!;
    if (hex === "") refuse("pdf-form", at);
    this.at += hex.length;
    this.take(">");
    return { kind: "hex", bytes: Buffer.from(hex, "hex") };
  }

  private takeName(): string {
    const at = this.at;
    this.take("/");
    const name = this.takeToken();
    return NAME.test(name) ? name : refuse("pdf-form", at);
  }

  /** `12` or `12 0 R`. */
  private takeNumberOrReference(): PdfValue {
    const at = this.at;
    const token = this.takeToken();
    if (!NUMBER.test(token)) refuse("pdf-number", at);
    if (/^\d+$/.test(token) && this.follows(" 0 R")) {
      this.take(" 0 R");
      return { kind: "reference", number: requireShortest(token, at) };
    }
    return { kind: "number", value: requireShortest(token, at) };
  }

  private takeStream(value: PdfValue): Buffer {
    const at = this.at;
    const length =
      value.kind === "dictionary" ? value.entries.get("Length") : undefined;
    if (length?.kind !== "number" || !Number.isInteger(length.value))
      refuse("pdf-stream", at);
    this.take("\nstream\n");
    const end = this.at + length.value;
    if (length.value < 0 || end > this.bytes.length) refuse("pdf-stream", at);
    const stream = this.bytes.subarray(this.at, end);
    this.at = end;
    if (!this.follows("\nendstream")) refuse("pdf-stream", at);
    this.take("\nendstream");
    return stream;
  }

  private takeToken(): string {
    const begin = this.at;
    const window = this.bytes.toString(
      "latin1",
      begin,
      begin + MAX_TOKEN_BYTES,
    );
    const [token] = /^[A-Za-z0-9.+_-]*/.exec(window)!;
    if (token === "" || token.length === MAX_TOKEN_BYTES)
      refuse("pdf-form", begin);
    this.at = begin + token.length;
    return token;
  }
}

function requireShortest(token: string, at: number): number {
  const number = Number(token);
  return String(number) === token ? number : refuse("pdf-number", at);
}

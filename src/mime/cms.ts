/**
 * The outermost shell of S/MIME (RFC 8551 §3.4, RFC 5652 §5): is it a signature alone, a signed content, or encrypted; and
 * the signed content itself. Only tags and lengths are read, by index, without recursion; nothing is verified and no
 * certificate is looked at, because nothing of a signature crosses.
 */
export type CmsKind = "signature" | "signed" | "encrypted";

/** 1.2.840.113549.1.7.n, RFC 5652 §4, §6, and 1.2.840.113549.1.9.16.1.23 of authenticated encryption (RFC 5083). */
const SIGNED_DATA = "2a864886f70d010702";
const ENCRYPTED: ReadonlySet<string> = new Set([
  "2a864886f70d010703",
  "2a864886f70d010704",
  "2a864886f70d010706",
  "2a864886f70d0109100117",
]);

const SEQUENCE = 0x30;
const SET = 0x31;
const OBJECT_ID = 0x06;
const INTEGER = 0x02;
const EXPLICIT_0 = 0xa0;
const OCTETS = 0x04;
const OCTETS_IN_PIECES = 0x24;

/** By the first bytes of a file; null for everything that is no CMS. */
export function cmsKind(head: Uint8Array): CmsKind | null {
  const shell = openShell(head);
  if (shell === null) return null;
  if (ENCRYPTED.has(shell.type)) return "encrypted";
  if (shell.type !== SIGNED_DATA) return null;
  const at = contentAt(head, shell.at);
  if (at === null) return null;
  return at === "detached" ? "signature" : "signed";
}

/** What was signed, usually a MIME entity. Null when there is none, or when the lengths do not fit together. */
export function signedContent(bytes: Uint8Array): Uint8Array | null {
  const shell = openShell(bytes);
  if (shell?.type !== SIGNED_DATA) return null;
  const at = contentAt(bytes, shell.at);
  return at === null || at === "detached" ? null : octetsAt(bytes, at);
}

interface Element {
  readonly tag: number;
  /** Where the content begins. */
  readonly at: number;
  /** Where it ends; null for the indefinite form (X.690 8.1.3.6). */
  readonly end: number | null;
}

const MAX_LENGTH_BYTES = 4;

/** Null for what no e-mail program writes: tags of several bytes, lengths beyond 4 GiB. The end may lie past the head. */
function elementAt(bytes: Uint8Array, at: number): Element | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f)
    return null;
  if (first < 0x80) return { tag, at: at + 2, end: at + 2 + first };
  if (first === 0x80) return { tag, at: at + 2, end: null };
  const count = first & 0x7f;
  if (count > MAX_LENGTH_BYTES || at + 2 + count > bytes.length) return null;
  let length = 0;
  for (let index = 0; index < count; index++)
    length = length * 256 + (bytes[at + 2 + index] ?? 0);
  return { tag, at: at + 2 + count, end: at + 2 + count + length };
}

function enter(bytes: Uint8Array, at: number, tag: number): number | null {
  const element = elementAt(bytes, at);
  return element?.tag === tag ? element.at : null;
}

/** Behind an element of known length and kind. */
function past(bytes: Uint8Array, at: number, tag: number): number | null {
  const element = elementAt(bytes, at);
  return element?.tag === tag ? element.end : null;
}

/** ContentInfo ::= SEQUENCE { contentType, [0] content }. */
function openShell(bytes: Uint8Array): { type: string; at: number } | null {
  const inside = enter(bytes, 0, SEQUENCE);
  const type = inside === null ? null : objectId(bytes, inside);
  if (inside === null || type === null) return null;
  const behind = past(bytes, inside, OBJECT_ID);
  const at = behind === null ? null : enter(bytes, behind, EXPLICIT_0);
  return at === null ? null : { type, at };
}

function objectId(bytes: Uint8Array, at: number): string | null {
  const element = elementAt(bytes, at);
  if (element?.tag !== OBJECT_ID || element.end === null) return null;
  if (element.end - element.at > 20) return null;
  return Array.from(bytes.subarray(element.at, element.end), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** SignedData ::= SEQUENCE { version, digestAlgorithms, SEQUENCE { type, [0] content OPTIONAL }, … }. */
function contentAt(
  bytes: Uint8Array,
  from: number,
): number | "detached" | null {
  const inside = enter(bytes, from, SEQUENCE);
  const version = inside === null ? null : past(bytes, inside, INTEGER);
  const digests = version === null ? null : past(bytes, version, SET);
  if (digests === null) return null;
  const encapsulated = elementAt(bytes, digests);
  if (encapsulated?.tag !== SEQUENCE) return null;
  const type = past(bytes, encapsulated.at, OBJECT_ID);
  if (type === null) return null;
  if (encapsulated.end !== null && type >= encapsulated.end) return "detached";
  const content = elementAt(bytes, type);
  return content?.tag === EXPLICIT_0 ? content.at : "detached";
}

const MAX_NESTED = 8;

/** An OCTET STRING in one piece or in any number of them, each level ended by its length or by two zero bytes. */
function octetsAt(bytes: Uint8Array, from: number): Uint8Array | null {
  const content = new Gathered(bytes);
  const ends: (number | null)[] = [];
  let at = from;
  do {
    const end = ends.at(-1);
    const zeros = bytes[at] === 0 && bytes[at + 1] === 0;
    if (end !== undefined && (end === null ? zeros : at >= end)) {
      if (end === null) at += 2;
      ends.pop();
      continue;
    }
    const element = elementAt(bytes, at);
    if (element === null || (element.end ?? 0) > bytes.length) return null;
    if (element.tag === OCTETS_IN_PIECES && ends.length < MAX_NESTED) {
      ends.push(element.end);
      at = element.at;
    } else if (element.tag === OCTETS && element.end !== null) {
      content.add(element.at, element.end);
      at = element.end;
    } else return null;
  } while (ends.length > 0);
  return content.bytes;
}

/** Pieces of one buffer put together; one alone is a view. Ten million pieces of one byte cost no more than the buffer. */
class Gathered {
  readonly #source: Uint8Array;
  #joined: Uint8Array | null = null;
  #start = 0;
  #end = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  add(start: number, end: number): void {
    if (this.#end === 0) {
      this.#start = start;
      this.#end = end;
      return;
    }
    if (this.#joined === null) {
      this.#joined = new Uint8Array(this.#source.byteLength);
      this.#joined.set(this.#source.subarray(this.#start, this.#end));
      this.#end -= this.#start;
      this.#start = 0;
    }
    this.#joined.set(this.#source.subarray(start, end), this.#end);
    this.#end += end - start;
  }

  get bytes(): Uint8Array {
    return (this.#joined ?? this.#source).subarray(this.#start, this.#end);
  }
}

import { Buffer } from "node:buffer";
import { decodeText } from "./charset.ts";
import { cleanLine } from "./clean-text.ts";
import { decodeHeaderText, encodeWords } from "./encoded-word.ts";

/**
 * Addresses of header fields (RFC 5322 §3.4), read leniently and kept strictly. A parser of our own: those at hand have
 * had several faults by which two readers saw two addresses. Names are decoded only after the line has been taken apart,
 * so no encoded word can make an address. Groups give their members, comments and routes go. Whoever has no address that
 * may be written (RFC 6532, quoted blanks, junk) stays as words, with `NO_ADDRESS`.
 */
export interface Address {
  /** Decoded, cleaned, may be empty. */
  readonly name: string;
  /** `local@domain`, ASCII, domain in lower case and punycode. */
  readonly address: string;
}

/** No mail ever gets there (RFC 6761 §6.4). */
export const NO_ADDRESS = "unknown@sekisho.invalid";

export const MAX_NAME_CHARACTERS = 100;
/** Of an address that stands as words, with its name. */
export const MAX_WORDS_CHARACTERS = 200;
const MAX_ADDRESS_CHARACTERS = 254;
const MAX_LOCAL_CHARACTERS = 64;

export function parseAddresses(
  untrustedLatin1: string,
  max: number,
): Address[] {
  const found: Address[] = [];
  let before: Mailbox | null = null;
  for (const box of mailboxes(decodeRawBytes(untrustedLatin1))) {
    if (found.length >= max) return found;
    if (before !== null && continues(before, box))
      box.words = `${before.words.trim()}, ${box.words.trim()}`;
    else if (before !== null) add(found, before);
    before = isWordsAlone(box) ? box : null;
    if (before === null) add(found, box);
  }
  if (before !== null && found.length < max) add(found, before);
  return found;
}

function add(found: Address[], box: Mailbox): void {
  const address = addressOf(box);
  if (address !== null) found.push(address);
}

/** `Yamada, Taro <x@y>`: a comma that should have stood in quotes. */
function isWordsAlone(box: Mailbox): boolean {
  return (
    box.beforeComma &&
    box.angle === null &&
    box.words.trim() !== "" &&
    !box.words.includes("@")
  );
}

function continues(before: Mailbox, box: Mailbox): boolean {
  const named = box.angle !== null && box.words.trim() !== "";
  return (
    before.words.length < MAX_WORDS_CHARACTERS && (named || isWordsAlone(box))
  );
}

/** Raw Shift_JIS and ISO-2022-JP have quotes, backslashes and @ inside their characters: they are decoded first. */
function decodeRawBytes(latin1: string): string {
  return /[\x1b\x80-\xff]/.test(latin1)
    ? decodeText(Buffer.from(latin1, "latin1"), null).text
    : latin1;
}

interface Mailbox {
  /** Words outside of everything: a name, or an address without brackets. */
  words: string;
  quoted: boolean;
  comment: string;
  /** Between < and >, null when there were none. */
  angle: string | null;
  beforeComma: boolean;
}

const emptyBox = (): Mailbox => ({
  ...{ words: "", quoted: false, comment: "" },
  ...{ angle: null, beforeComma: false },
});

const WORD_AT = /=\?[^?\s]{1,64}\?[BbQq]\?[^?]*\?=/y;

/** One pass; at most one mailbox is held at a time. A quote or a comment without an end is a character like others. */
function* mailboxes(text: string): Generator<Mailbox> {
  const closed = { quote: true, comment: true };
  let box = emptyBox();
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') {
      const quoted = closed.quote ? quotedAt(text, at) : null;
      closed.quote = quoted !== null;
      if (box.angle === null) box.words += quoted?.content ?? "";
      box.quoted ||= quoted !== null;
      at = quoted?.end ?? at + 1;
    } else if (character === "(" && closed.comment) {
      const comment = commentAt(text, at);
      closed.comment = comment !== null;
      if (comment === null) box.words += character;
      else box.comment ||= comment.content;
      at = comment?.end ?? at + 1;
    } else if (character === "<") {
      if (box.angle !== null && box.angle.trim() !== "") {
        // A comma is missing.
        yield box;
        box = emptyBox();
      }
      const { content, end } = angleAt(text, at, closed);
      box.angle = content;
      at = end;
    } else if (character === "," || character === ";") {
      box.beforeComma = character === ",";
      yield box;
      box = emptyBox();
      at++;
    } else if (
      character === ":" &&
      box.angle === null &&
      !box.words.includes("@")
    ) {
      // What stood before was the name of a group.
      box = emptyBox();
      at++;
    } else {
      WORD_AT.lastIndex = at;
      const word = character === "=" ? WORD_AT.exec(text) : null;
      const piece = word === null ? character : word[0];
      if (box.angle === null) box.words += piece;
      at += piece.length;
    }
  }
  yield box;
}

interface Piece {
  readonly content: string;
  readonly end: number;
}

/** Null when it has no end. */
function quotedAt(text: string, at: number): Piece | null {
  let content = "";
  for (let next = at + 1; next < text.length; next++) {
    const character = text.charAt(next);
    if (character === '"') return { content, end: next + 1 };
    if (character === "\\" && next + 1 < text.length) next++;
    content += text.charAt(next);
  }
  return null;
}

/** Null when it has no end. */
function commentAt(text: string, at: number): Piece | null {
  let depth = 0;
  let content = "";
  for (let next = at; next < text.length; next++) {
    const character = text.charAt(next);
    if (character === "(" && depth++ === 0) continue;
    if (character === ")" && --depth === 0) return { content, end: next + 1 };
    if (character === "\\" && next + 1 < text.length) next++;
    content += text.charAt(next);
  }
  return null;
}

/** Ends at the first >, or where a new mailbox clearly begins; quoted local parts may hold either. */
function angleAt(text: string, at: number, closed: { quote: boolean }): Piece {
  let content = "";
  for (let next = at + 1; next < text.length; next++) {
    const character = text.charAt(next);
    if (character === ">") return { content, end: next + 1 };
    if (character === "<") return { content, end: next };
    if (character === '"') {
      const quoted = closed.quote ? quotedAt(text, next) : null;
      closed.quote = quoted !== null;
      content += quoted?.content ?? "";
      next = (quoted?.end ?? next + 1) - 1;
    } else content += character;
  }
  return { content, end: text.length };
}

function addressOf(box: Mailbox): Address | null {
  if (box.angle !== null) {
    // A route (`@a,@b:user@c`, RFC 5322 §4.4) names relays, not people.
    const spec = box.angle.replace(/^\s*@[^:]*:/, "");
    const address =
      addrSpec(spec) ?? addrSpec(spec.replace(/^\s*mailto:/i, ""));
    const words = box.words || box.comment;
    return address === null
      ? inWords(words, spec.slice(0, MAX_ADDRESS_CHARACTERS))
      : named(words, address);
  }
  // Outlook puts an address that is its own name in apostrophes.
  const address =
    addrSpec(box.words) ?? addrSpec(box.words.trim().replace(/^'(.*)'$/, "$1"));
  if (address !== null) return named(box.comment, address);
  // "Taro Yamada taro@example.jp", as old mailers wrote it.
  const last = /(?:^|\s)(\S+@\S+)\s*$/.exec(box.words.slice(-400));
  const loose = last === null || box.quoted ? null : addrSpec(last[1] ?? "");
  if (loose === null) return inWords(box.words, "");
  return named(
    box.words.slice(0, box.words.lastIndexOf(last?.[1] ?? "")),
    loose,
  );
}

/** Never lost from view, though nobody can answer there. */
function inWords(words: string, spec: string): Address | null {
  const shown = [decodeName(words), decodeName(spec)].filter(
    (piece) => piece !== "",
  );
  return shown.length === 0
    ? null
    : {
        name: cleanLine(shown.join(" "), MAX_WORDS_CHARACTERS),
        address: NO_ADDRESS,
      };
}

function named(words: string, address: string): Address {
  const name = decodeName(words);
  return {
    name: name.toLowerCase() === address.toLowerCase() ? "" : name,
    address,
  };
}

/** The text around encoded words is Unicode already; only the words are still to be decoded. */
function decodeName(words: string): string {
  const bounded = words.slice(0, 4096);
  const decoded = bounded.replace(
    /=\?[^?\s]{1,64}\?[BbQq]\?[^?]*\?=(?:\s*=\?[^?\s]{1,64}\?[BbQq]\?[^?]*\?=)*/g,
    (run) => (/^[\x20-\x7e\t]*$/.test(run) ? decodeHeaderText(run) : run),
  );
  return cleanLine(decoded, MAX_NAME_CHARACTERS).replace(/^'(.*)'$/, "$1");
}

/**
 * The strict grammar of what leaves: atoms and dots, "@", domain labels. Dots may stand side by side or at an end, as in
 * many Japanese mobile addresses; `formatAddress` quotes those.
 */
function addrSpec(untrusted: string): string | null {
  const trimmed = untrusted.trim();
  if (trimmed.length > MAX_ADDRESS_CHARACTERS * 2) return null;
  const at = trimmed.lastIndexOf("@");
  const local = trimmed.slice(0, Math.max(0, at)).trim();
  if (!/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+$/.test(local)) return null;
  if (local.length > MAX_LOCAL_CHARACTERS || local.includes("=?")) return null;
  const domain = domainOf(trimmed.slice(at + 1).trim());
  if (domain === null) return null;
  const address = `${local}@${domain}`;
  return address.length <= MAX_ADDRESS_CHARACTERS ? address : null;
}

const DOMAIN =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

function domainOf(untrusted: string): string | null {
  const lower = untrusted.replace(/\.$/, "").toLowerCase();
  if (DOMAIN.test(lower)) return lower;
  if (/^[\x00-\x7f]*$/.test(lower) || !/^[\p{L}\p{N}\p{M}.。-]+$/u.test(lower))
    return null;
  const url = URL.parse(`http://${lower}/`);
  return url !== null && DOMAIN.test(url.hostname) ? url.hostname : null;
}

const MAX_LINE_CHARACTERS = 76;

/** One mailbox as it stands in a header that leaves, folded; `lineUsed` is what its first line already holds. */
export function formatAddress(mailbox: Address, lineUsed = 0): string {
  const spec = formatSpec(mailbox.address);
  if (mailbox.name === "") return spec;
  const phrase = formatPhrase(mailbox.name, lineUsed);
  const lastLine = phrase.slice(phrase.lastIndexOf("\n") + 1);
  const used = (phrase.includes("\n") ? 0 : lineUsed) + lastLine.length;
  const fits = used + spec.length + 3 <= MAX_LINE_CHARACTERS - 1;
  return `${phrase}${fits ? " " : "\r\n "}<${spec}>`;
}

/** Several, with commas; lines are broken between mailboxes where they must. */
export function formatAddresses(
  mailboxes: readonly Address[],
  lineUsed: number,
): string {
  let text = "";
  let used = lineUsed;
  for (const [index, mailbox] of mailboxes.entries()) {
    const last = index === mailboxes.length - 1;
    let piece = formatAddress(mailbox, used + 1);
    const firstLine = piece.split("\r\n", 1)[0] ?? "";
    if (index > 0 && used + firstLine.length + 2 > MAX_LINE_CHARACTERS) {
      text += "\r\n ";
      used = 1;
      piece = formatAddress(mailbox, used);
    } else if (index > 0) {
      text += " ";
      used += 1;
    }
    text += piece + (last ? "" : ",");
    const from = piece.lastIndexOf("\n") + 1;
    used = (from > 0 ? 0 : used) + piece.length - from + 1;
  }
  return text;
}

function formatSpec(address: string): string {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at);
  const dotAtom = /^[^.]+(?:\.[^.]+)*$/.test(local);
  return dotAtom ? address : `"${local}"${address.slice(at)}`;
}

function formatPhrase(name: string, lineUsed: number): string {
  const ascii = /^[\x20-\x7e]+$/.test(name) && !name.includes("=?");
  const short = name.length + 2 + lineUsed <= MAX_LINE_CHARACTERS;
  if (!ascii || !short)
    return encodeWords(name.toWellFormed(), lineUsed).join("\r\n ");
  if (
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(
      name,
    )
  )
    return name;
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}

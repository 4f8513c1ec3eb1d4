import { Buffer } from "node:buffer";
import { Fault } from "../core/fault.ts";
import { attachmentDisposition } from "./disposition-writer.ts";

/**
 * Writes the mail that leaves, in a grammar so small that the verifier can refuse everything else: CRLF, 7-bit ASCII,
 * one text/plain, then attachments one level deep, base64 in 76 columns, no preamble and no epilogue. The same message
 * gives the same bytes. Nothing is repaired here: what does not fit is a fault of ours.
 */
export interface NewMessage {
  /** Names and final values, encoded and folded. Checked again here. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** LF or CRLF line ends; written as UTF-8 with CRLF. */
  readonly text: string;
  readonly attachments: readonly NewAttachment[];
  /** 32 hex digits. */
  readonly boundarySeed: string;
}

export interface NewAttachment {
  /** Already clean (`file-name.ts`). */
  readonly name: string;
  /** A bare media type. */
  readonly type: string;
  readonly bytes: AsyncIterable<Uint8Array> | Uint8Array;
}

const BASE64_LINE_CHARACTERS = 76;
const BASE64_LINE_BYTES = 57;
/** Whole lines a chunk, about 88 KiB of base64. */
const CHUNK_BYTES = BASE64_LINE_BYTES * 1152;
const MAX_LINE_CHARACTERS = 998;

/** Small mails come as one chunk, large attachments stream. Faults: UNEXPECTED for what does not fit the grammar. */
export async function* writeMessage(
  message: NewMessage,
): AsyncGenerator<Uint8Array> {
  const { attachments, boundarySeed } = message;
  let pending = writeHeaders(message.headers) + "MIME-Version: 1.0\r\n";
  if (attachments.length === 0) {
    yield Buffer.from(pending + writeText(message.text), "latin1");
    return;
  }
  if (!/^[0-9a-f]{32}$/.test(boundarySeed)) throw unfit("boundary");
  const boundary = `=_sekisho_${boundarySeed}`;
  pending += `Content-Type: multipart/mixed;\r\n boundary="${boundary}"\r\n\r\n`;
  const text = writeText(message.text);
  // The CRLF before a delimiter belongs to the delimiter (RFC 2046 §5.1.1); base64 does not care, lines of text do.
  const own = text.includes(SEVEN_BIT) ? "\r\n" : "";
  pending += `--${boundary}\r\n${text}${own}`;
  for (const { name, type, bytes } of attachments) {
    pending += `--${boundary}\r\n${attachmentHeaders(name, type)}`;
    if (bytes instanceof Uint8Array && bytes.length <= CHUNK_BYTES) {
      pending += writeBase64(bytes);
      if (pending.length < CHUNK_BYTES) continue;
      yield Buffer.from(pending, "latin1");
      pending = "";
      continue;
    }
    yield Buffer.from(pending, "latin1");
    pending = "";
    const source = bytes instanceof Uint8Array ? [bytes] : bytes;
    for await (const chunk of streamBase64(source)) yield chunk;
  }
  yield Buffer.from(`${pending}--${boundary}--\r\n`, "latin1");
}

// ---------------------------------------------------------------- headers

const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;
/** Printable ASCII; a folded line begins with one blank, and no line ends in one. */
const HEADER_VALUE =
  /^(?! )[\x20-\x7e]*[\x21-\x7e](?:\r\n (?! )[\x20-\x7e]*[\x21-\x7e])*$/;
/** Written here and nowhere else. */
const OWN_HEADER = /^(?:mime-version|content-.*)$/i;

function writeHeaders(headers: NewMessage["headers"]): string {
  const seen = new Set<string>();
  let text = "";
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (!HEADER_NAME.test(name) || OWN_HEADER.test(name))
      throw unfit("header-name");
    if (seen.has(key)) throw unfit("header-twice");
    seen.add(key);
    if (!HEADER_VALUE.test(value)) throw unfit("header-value");
    const field = `${name}: ${value}\r\n`;
    if (field.split("\r\n").some((line) => line.length > MAX_LINE_CHARACTERS))
      throw unfit("header-line");
    text += field;
  }
  return text;
}

const MEDIA_TYPE = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,60}$/;

function attachmentHeaders(name: string, type: string): string {
  if (!MEDIA_TYPE.test(type) || /^(?:multipart|message)\//.test(type))
    throw unfit("media-type");
  const charset = type.startsWith("text/") ? "; charset=utf-8" : "";
  return (
    `Content-Type: ${type}${charset}\r\n` +
    "Content-Transfer-Encoding: base64\r\n" +
    `${attachmentDisposition(name)}\r\n\r\n`
  );
}

// ---------------------------------------------------------------- bodies

const SEVEN_BIT = "Content-Transfer-Encoding: 7bit";

/** Headers and body of the text part. */
function writeText(text: string): string {
  const crlf = text.toWellFormed().replace(/\r\n?|\n/g, "\r\n");
  const ended = crlf === "" || crlf.endsWith("\r\n") ? crlf : `${crlf}\r\n`;
  const type = "Content-Type: text/plain; charset=utf-8\r\n";
  return isPlainSevenBit(ended)
    ? `${type}${SEVEN_BIT}\r\n\r\n${ended}`
    : `${type}Content-Transfer-Encoding: base64\r\n\r\n${writeBase64(Buffer.from(ended))}`;
}

/** Lines that begin with "--" could be taken for a boundary, "From " is changed by old mail stores, blanks at an end get lost. */
function isPlainSevenBit(text: string): boolean {
  // Line by line: one pattern over megabytes of lines would need a stack as long.
  return (
    !/[^\t\r\n\x20-\x7e]/.test(text) &&
    text
      .split("\r\n")
      .every((line) => /^(?!--|From |\.)[^\r\n]{0,76}(?<![\t ])$/.test(line))
  );
}

function writeBase64(bytes: Uint8Array): string {
  const base64 = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    bytes.byteLength,
  ).toString("base64");
  let text = "";
  for (let at = 0; at < base64.length; at += BASE64_LINE_CHARACTERS)
    text += base64.slice(at, at + BASE64_LINE_CHARACTERS) + "\r\n";
  return text;
}

/** Regroups any chunks into whole base64 lines; holds less than one chunk of its own. */
async function* streamBase64(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  for await (const chunk of source) {
    let at = 0;
    if (rest.length > 0) {
      const wanted = Math.min(BASE64_LINE_BYTES - rest.length, chunk.length);
      rest = Buffer.concat([rest, chunk.subarray(0, wanted)]);
      at = wanted;
      if (rest.length < BASE64_LINE_BYTES) continue;
      yield Buffer.from(writeBase64(rest), "latin1");
    }
    const whole =
      at +
      Math.floor((chunk.length - at) / BASE64_LINE_BYTES) * BASE64_LINE_BYTES;
    for (; at < whole; at += CHUNK_BYTES) {
      const lines = chunk.subarray(at, Math.min(at + CHUNK_BYTES, whole));
      yield Buffer.from(writeBase64(lines), "latin1");
    }
    // A copy, since the source may use its buffer again.
    rest = Buffer.from(chunk.subarray(whole));
  }
  if (rest.length > 0) yield Buffer.from(writeBase64(rest), "latin1");
}

function unfit(what: string): Fault {
  return new Fault("UNEXPECTED", { writer: what });
}

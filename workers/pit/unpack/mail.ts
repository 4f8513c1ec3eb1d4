/** An unpacked item as the mail it once was (RFC 5322, RFC 2045): the parent reads it with the reader that it has for all mail. */
import type { UnpackedItem, UnpackedMember } from "./item.ts";

const CRLF = "\r\n";
const LINE_BYTES = 57;
const PIECE_LINES = 8000;
/** RFC 2047 §2: at most 75 characters a word, so that many UTF-8 bytes. */
const WORD_BYTES = 45;

export function* writeMail(
  item: UnpackedItem,
  level = 0,
): Generator<Uint8Array, void> {
  const boundary = `=_unpacked_${String(level)}`;
  yield ascii(
    [
      ...header(item),
      "MIME-Version: 1.0",
      `Content-Type: multipart/mixed; boundary="${boundary}"`,
      "",
      "",
    ].join(CRLF),
  );
  const open = `${CRLF}--${boundary}${CRLF}`;
  if (item.text !== null)
    yield* textPart(open, {
      type: "plain",
      charset: "utf-8",
      bytes: new TextEncoder().encode(item.text),
    });
  else if (item.html !== null)
    yield* textPart(open, { type: "html", ...item.html });
  for (const member of item.members) yield* memberPart(open, member, level);
  yield ascii(`${CRLF}--${boundary}--${CRLF}`);
}

function header(item: UnpackedItem): string[] {
  const lines: string[] = [];
  const add = (name: string, value: string | null) => {
    if (value !== null && value !== "") lines.push(`${name}: ${value}`);
  };
  add("Subject", item.subject === null ? null : words(item.subject));
  if (item.from !== null) {
    const { name, address } = item.from;
    add("From", `${words(name)}${address === "" ? "" : ` <${safe(address)}>`}`);
  }
  add("To", item.to === null ? null : words(item.to));
  add("Cc", item.cc === null ? null : words(item.cc));
  add("Date", item.date?.toUTCString().replace("GMT", "+0000") ?? null);
  return lines;
}

function* textPart(
  open: string,
  part: {
    readonly type: string;
    readonly charset: string;
    readonly bytes: Uint8Array;
  },
): Generator<Uint8Array, void> {
  yield ascii(
    `${open}Content-Type: text/${part.type}; charset=${part.charset}${CRLF}Content-Transfer-Encoding: base64${CRLF}${CRLF}`,
  );
  yield* base64(part.bytes);
}

function* memberPart(
  open: string,
  member: UnpackedMember,
  level: number,
): Generator<Uint8Array, void> {
  const disposition = `Content-Disposition: attachment; filename*=UTF-8''${encodeURIComponent(member.name.toWellFormed()).replace(/['()*]/g, percent)}`;
  if (member.kind === "item") {
    yield ascii(`${open}Content-Type: message/rfc822${CRLF}${CRLF}`);
    return yield* writeMail(member.item, level + 1);
  }
  // RFC 2046 §5.2.3: it stands for content that lies elsewhere.
  if (member.kind === "reference") {
    yield ascii(
      `${open}Content-Type: message/external-body; access-type=local-file${CRLF}${disposition}${CRLF}${CRLF}-${CRLF}`,
    );
    return;
  }
  yield ascii(
    `${open}Content-Type: application/octet-stream${CRLF}${disposition}${CRLF}Content-Transfer-Encoding: base64${CRLF}${CRLF}`,
  );
  yield* base64(member.bytes);
}

function* base64(bytes: Uint8Array): Generator<Uint8Array, void> {
  const step = LINE_BYTES * PIECE_LINES;
  for (let at = 0; at < bytes.length; at += step) {
    const piece = Buffer.from(bytes.subarray(at, at + step)).toString("base64");
    yield ascii(piece.replace(/.{1,76}/g, `$&${CRLF}`));
  }
}

function words(text: string): string {
  const pieces: string[] = [];
  let piece = "";
  for (const character of text.toWellFormed()) {
    if (Buffer.byteLength(piece + character) > WORD_BYTES) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  if (piece !== "") pieces.push(piece);
  return pieces
    .map((one) => `=?UTF-8?B?${Buffer.from(one).toString("base64")}?=`)
    .join(`${CRLF} `);
}

/** An address is put in as it stands, so nothing else may. */
function safe(address: string): string {
  return address.replace(/[^\x21-\x7e]|[<>]/g, "");
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function ascii(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

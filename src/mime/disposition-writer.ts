import { Buffer } from "node:buffer";
import { Fault } from "../core/fault.ts";

/**
 * `Content-Disposition` of a clean attachment, in one way only (RFC 2183, RFC 2231): a quoted string for plain ASCII, else
 * `filename*`, cut into `filename*0*` … where it is long. No `name` on Content-Type and no encoded word: two names are two
 * readings. One parameter a line, lines at most 76.
 */
const START = "Content-Disposition: attachment;\r\n ";
const MAX_LINE_CHARACTERS = 76;
const QUOTABLE = /^[A-Za-z0-9 !#$&'()+,.;=@[\]^_`{}~-]+$/;
const MAX_QUOTED_CHARACTERS = 60;
const CHARSET = "UTF-8''";

export function attachmentDisposition(name: string): string {
  if (name === "" || /[\u0000-\u001f\u007f/\\"]/.test(name))
    throw new Fault("UNEXPECTED", { writer: "file-name" });
  if (QUOTABLE.test(name) && name.length <= MAX_QUOTED_CHARACTERS)
    return `${START}filename="${name}"`;
  const single = `filename*=${CHARSET}${percentEncode(name)}`;
  if (single.length < MAX_LINE_CHARACTERS) return START + single;
  return START + pieces(name).join(";\r\n ");
}

/** Cut between characters, never inside one: some readers decode piece by piece. */
function pieces(name: string): string[] {
  const all: string[] = [];
  let piece = `filename*0*=${CHARSET}`;
  for (const character of name) {
    const encoded = percentEncode(character);
    // One blank before, one semicolon after.
    if (piece.length + encoded.length + 2 > MAX_LINE_CHARACTERS) {
      all.push(piece);
      piece = `filename*${all.length}*=`;
    }
    piece += encoded;
  }
  return [...all, piece];
}

/** RFC 2231 attribute-char, a little smaller still. */
function percentEncode(text: string): string {
  let encoded = "";
  for (const byte of Buffer.from(text.toWellFormed())) {
    const character = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9._-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

import { decodeBase64Text } from "./base64.ts";
import { refuse } from "./refuse.ts";
import { decodeUtf8, requireLineText } from "./text.ts";

/** RFC 2047 §2: 75 characters at most. One charset, one encoding. */
const WORD = /^=\?UTF-8\?B\?([A-Za-z0-9+/]{2,}={0,2})\?=$/;
const MAX_WORD_CHARACTERS = 75;
/** What a second decoding would take for an encoded word again. */
const LOOKS_ENCODED = /=\?[^?\s]*\?[bq]\?[^?]*\?=/i;

/** Unstructured text (RFC 5322 §2.2.1) with encoded words; the blank between two of them is not text (RFC 2047 §6.2). */
export function readHeaderText(value: string, at: number): string {
  let text = "";
  let blanks = "";
  let afterWord = false;
  for (const token of value.split(/( +)/)) {
    if (token === "" || token.startsWith(" ")) {
      blanks += token;
      continue;
    }
    const word = token.includes("=?") ? readWord(token, at) : null;
    text += (word !== null && afterWord ? "" : blanks) + (word ?? token);
    blanks = "";
    afterWord = word !== null;
  }
  requireLineText(text, at);
  if (LOOKS_ENCODED.test(text)) refuse("encoded-word", at);
  return text;
}

/** The text of one encoded word; each holds whole characters (RFC 2047 §5). */
export function readWord(token: string, at: number): string {
  const [, encoded] = WORD.exec(token) ?? refuse("encoded-word", at);
  if (token.length > MAX_WORD_CHARACTERS) refuse("encoded-word", at);
  return decodeUtf8(decodeBase64Text(encoded!, at), at);
}

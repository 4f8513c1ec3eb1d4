import { domainToASCII } from "node:url";
import { KIB } from "../core/units.ts";

/** A mail has one to three; each costs a key and may cost a reading of the whole mail of its own (RFC 6376 §6.1). */
export const MAX_SIGNATURES_A_MAIL = 5;

/** True ones have below 2 KiB; reading one takes time by the square of its length. */
const MAX_SIGNATURE_BYTES = 8 * KIB;
/** Of any field; unfolding takes time by the square of its folds. Room for thousands of recipients. */
const MAX_FIELD_LINES = 2000;

export interface SignedHeader {
  /** Without the signatures past the limits. Those that were written first, below, are the author's: they stay. */
  readonly block: Buffer;
  /** Whether a signature, or what one may speak of, was too long to be read. */
  readonly hasTooLong: boolean;
  /** Where the keys of the signatures lie, to be asked for before anything is read. */
  readonly keyNames: readonly string[];
}

/** A line that a lenient reader may take for the beginning of a signature. */
const SIGNATURE = /^dkim-signature/i;
const ARC_SIGNATURE = /^arc-message-signature/i;
/** Whatever is taken apart like a signature. */
const TAGGED = /^(?:dkim-signature|arc-)/i;
const FOLDED = /^[ \t]/;

export function boundSignatures(block: Buffer): SignedHeader {
  const whole = fieldsOf(block.toString("latin1"));
  const fields = whole.filter((field) => !isTooLong(field));
  const signatures = fields.filter((field) => SIGNATURE.test(field));
  let past = signatures.length - MAX_SIGNATURES_A_MAIL;
  const kept = fields.filter((field) => !SIGNATURE.test(field) || past-- <= 0);
  // The newest stands on top, and it alone is proven.
  const arc = fields.find((field) => ARC_SIGNATURE.test(field));
  const keyNames = [
    ...signatures.slice(-MAX_SIGNATURES_A_MAIL),
    ...(arc === undefined ? [] : [arc]),
  ]
    .map(keyNameIn)
    .filter((name) => name !== null);
  const isWhole = kept.length === whole.length;
  return {
    block: isWhole ? block : Buffer.from(kept.join(""), "latin1"),
    hasTooLong: fields.length < whole.length,
    keyNames,
  };
}

function isTooLong(field: string): boolean {
  if (field.length > MAX_SIGNATURE_BYTES && TAGGED.test(field)) return true;
  let lines = 0;
  for (let at = 0; at >= 0; at = field.indexOf("\n", at + 1)) lines += 1;
  return lines > MAX_FIELD_LINES;
}

/** With its line ends and folded lines. */
function fieldsOf(text: string): readonly string[] {
  const fields: string[][] = [];
  for (const line of text.split(/(?<=\n)/)) {
    const last = fields.at(-1);
    if (last !== undefined && FOLDED.test(line)) last.push(line);
    else fields.push([line]);
  }
  return fields.map((lines) => lines.join(""));
}

/** `selector._domainkey.domain` (RFC 6376 §3.6.2.1), in lower case. */
function keyNameIn(field: string): string | null {
  const value = field.slice(field.indexOf(":") + 1);
  const tags = new Map(
    value.split(";").map((tag) => {
      const at = tag.indexOf("=");
      const [name, word] = [tag.slice(0, at), tag.slice(at + 1)];
      return [name.trim(), word.replace(/\s+/g, "")] as const;
    }),
  );
  const [selector, domain] = [tags.get("s") ?? "", tags.get("d") ?? ""];
  if (selector === "" || domain === "") return null;
  const name = Buffer.from(`${selector}._domainkey.${domain}`, "latin1");
  return keyNameOf(name.toString("utf8"));
}

/** One spelling for one name. */
export function keyNameOf(name: string): string {
  const isAscii = !/[^\x20-\x7e]/.test(name);
  return (isAscii ? name : domainToASCII(name)).toLowerCase();
}

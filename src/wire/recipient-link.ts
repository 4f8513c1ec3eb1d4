import { parseItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import { DAY } from "../core/units.ts";

/**
 * The link to the recipients' page, as it stands in a clean mail. The token is the item, one of its recipients, the day of
 * expiry and a signature over them, in base 64 for URLs: 48 characters. Whoever has it may ask about this one mail.
 */
export interface RecipientLink {
  readonly item: ItemId;
  /** Place in the envelope; null where one mail goes to several. */
  readonly recipient: number | null;
  /** Epoch ms, the beginning of a day (UTC). */
  readonly expiresAt: number;
}

/** Gives at least 16 bytes that only the holder of the key can give. */
export type SignBytes = (bytes: Uint8Array) => Uint8Array;

/** What the address begins with, behind the origin. */
export const LINK_PATH = "/a/";

const ITEM_BYTES = 16;
const FACT_BYTES = ITEM_BYTES + 4;
const SIGNATURE_BYTES = 16;
const ANY_RECIPIENT = 0xffff;
const MAX_DAY = 0xffff;
const TOKEN = /^[A-Za-z0-9_-]{48}$/;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_CHARACTERS = 26;

/**
 * When a link made for a mail ends: whole days, told by when the mail came in, so that the same mail made again has the
 * same link. At least `days` days, at most one more.
 */
export function linkExpiry(receivedAt: number, days: number): number {
  return (Math.floor(receivedAt / DAY) + days + 1) * DAY;
}

export function writeLinkToken(link: RecipientLink, sign: SignBytes): string {
  const facts = new Uint8Array(FACT_BYTES);
  const view = new DataView(facts.buffer);
  facts.set(bytesOfId(link.item));
  view.setUint16(ITEM_BYTES, link.recipient ?? ANY_RECIPIENT);
  view.setUint16(ITEM_BYTES + 2, Math.min(MAX_DAY, link.expiresAt / DAY));
  const token = new Uint8Array(FACT_BYTES + SIGNATURE_BYTES);
  token.set(facts);
  token.set(sign(facts).subarray(0, SIGNATURE_BYTES), FACT_BYTES);
  return base64Url(token);
}

/** Null for whatever was not made with this key. The expiry is the caller's to look at. */
export function readLinkToken(
  untrusted: string,
  sign: SignBytes,
): RecipientLink | null {
  const token = TOKEN.test(untrusted) ? bytesOf(untrusted) : null;
  if (token === null) return null;
  const facts = token.subarray(0, FACT_BYTES);
  const signature = token.subarray(FACT_BYTES);
  if (!isSame(signature, sign(facts).subarray(0, SIGNATURE_BYTES))) return null;
  const item = idOf(facts.subarray(0, ITEM_BYTES));
  if (item === null) return null;
  const view = new DataView(facts.buffer, facts.byteOffset, FACT_BYTES);
  const recipient = view.getUint16(ITEM_BYTES);
  return {
    item,
    recipient: recipient === ANY_RECIPIENT ? null : recipient,
    expiresAt: view.getUint16(ITEM_BYTES + 2) * DAY,
  };
}

/** Takes as long wherever the first difference is. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  a.forEach((byte, at) => (difference |= byte ^ (b[at] ?? 0)));
  return difference === 0;
}

function bytesOfId(item: ItemId): Uint8Array {
  const bytes = new Uint8Array(ITEM_BYTES);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const character of item) {
    held = (held << 5) | ALPHABET.indexOf(character);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    if (at < ITEM_BYTES) bytes[at++] = (held >> bits) & 0xff;
    held &= (1 << bits) - 1;
  }
  return bytes;
}

function idOf(bytes: Uint8Array): ItemId | null {
  let bits = 0;
  let held = 0;
  let id = "";
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      id += ALPHABET.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  id += ALPHABET.charAt((held << (5 - bits)) & 31);
  return id.length === ID_CHARACTERS ? parseItemId(id) : null;
}

function base64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_");
}

function bytesOf(text: string): Uint8Array {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

declare const itemIdBrand: unique symbol;

/** 26 characters of Crockford base 32 carrying 128 random bits: no order, no meaning, safe as a file name. */
export type ItemId = string & { readonly [itemIdBrand]: true };

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const SHAPE = /^[0-9a-hjkmnp-tv-z]{26}$/;

export function newItemId(): ItemId {
  return encode(crypto.getRandomValues(new Uint8Array(16)));
}

/** For files that belong to no ledger: the same content has the same id, so that its output is the same too. */
export function itemIdOf(sha256: string): ItemId {
  return encode(
    Uint8Array.from({ length: 16 }, (_, index) =>
      Number.parseInt(sha256.slice(2 * index, 2 * index + 2), 16),
    ),
  );
}

function encode(bytes: Uint8Array): ItemId {
  let bits = 0;
  let held = 0;
  let id = "";
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      id += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return (id + ALPHABET[(held << (5 - bits)) & 31]) as ItemId;
}

/** The only way from a string of unknown origin to an id; anything else is null and never touches a path or a query. */
export function parseItemId(text: unknown): ItemId | null {
  return typeof text === "string" && SHAPE.test(text) ? (text as ItemId) : null;
}

/**
 * Machine code of PDFium that one pit made beforehand, as it leaves that pit and enters every later one:
 *   0  32  SHA-256 of the WebAssembly that it was made of
 *  32   …  as V8 writes it down, for this version, these switches and this processor
 */
const HASH_BYTES = 32;

export function encodeKeptCode(
  sha256: Uint8Array,
  code: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(HASH_BYTES + code.length);
  bytes.set(sha256);
  bytes.set(code, HASH_BYTES);
  return bytes;
}

/** Null unless it was made of the very same WebAssembly: with any other, V8 would run code that means something else. */
export function decodeKeptCode(
  kept: Uint8Array,
  sha256: Uint8Array,
): Uint8Array | null {
  if (sha256.length !== HASH_BYTES || kept.length <= HASH_BYTES) return null;
  return sha256.every((byte, place) => byte === kept[place])
    ? kept.subarray(HASH_BYTES)
    : null;
}

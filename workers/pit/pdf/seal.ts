/**
 * Machine code of PDFium that one pit made for later ones, with what it was made by and made of: V8 looks at its own version
 * only, and Node brings a V8 with changes of its own under one number. 32 bytes of SHA-256, then the code.
 */
import { createHash } from "node:crypto";

const SEAL_BYTES = 32;

export function seal(code: Uint8Array, wasm: Uint8Array): Uint8Array {
  return Buffer.concat([sealOf(code, wasm), code]);
}

/** The code; null where another Node, another processor or another PDFium made it, or where it is damaged. */
export function unseal(
  sealed: Uint8Array,
  wasm: Uint8Array,
): Uint8Array<ArrayBuffer> | null {
  const code = new Uint8Array(sealed.subarray(SEAL_BYTES));
  const found = sealed.subarray(0, SEAL_BYTES);
  return sealOf(code, wasm).equals(found) ? code : null;
}

function sealOf(code: Uint8Array, wasm: Uint8Array): Buffer {
  const { version, versions, arch } = process;
  return createHash("sha256")
    .update(`${version} ${versions.v8} ${arch} ${code.length}\n`)
    .update(code)
    .update(wasm)
    .digest();
}

import { Buffer } from "node:buffer";

/** Chinese and Korean in seven bits, which neither TextDecoder nor iconv-lite read. */
const GB = new TextDecoder("gb18030");
const KSC = new TextDecoder("euc-kr");

const TILDE = 0x7e;
const HIGH = 0x80;

/** HZ (RFC 1843): `~{` begins GB 2312, `~}` ends it, as does the line; `~~` is a tilde and `~` before a line end nothing. */
export function decodeHz(bytes: Uint8Array): string {
  const wide = Buffer.alloc(bytes.length);
  let used = 0;
  let inside = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1];
    if (byte === TILDE && !inside && (next === TILDE || next === 0x7b)) {
      inside = next === 0x7b;
      if (!inside) wide[used++] = TILDE;
      at++;
    } else if (byte === TILDE && inside && next === 0x7d) {
      inside = false;
      at++;
    } else if (byte === TILDE && !inside && next === 0x0a) {
      at++;
    } else if (byte === 0x0a || byte === 0x0d) {
      inside = false;
      wide[used++] = byte;
    } else wide[used++] = inside && byte > 0x20 ? byte | HIGH : byte;
  }
  return GB.decode(wide.subarray(0, used));
}

/** ISO-2022-KR (RFC 1557): `ESC $ ) C` once, then SO begins KS C 5601 and SI or the end of a line ends it. */
export const KOREAN_DESIGNATOR = "\x1b$)C";

export function decodeIso2022Kr(bytes: Uint8Array): string {
  const wide = Buffer.alloc(bytes.length);
  let used = 0;
  let inside = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0e || byte === 0x0f) inside = byte === 0x0e;
    else if (byte === 0x1b && isDesignator(bytes, at)) at += 3;
    else {
      if (byte === 0x0a || byte === 0x0d) inside = false;
      wide[used++] = inside && byte > 0x20 ? byte | HIGH : byte;
    }
  }
  return KSC.decode(wide.subarray(0, used));
}

function isDesignator(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at + 1] === 0x24 && bytes[at + 2] === 0x29 && bytes[at + 3] === 0x43
  );
}

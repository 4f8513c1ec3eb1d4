import type { Anomaly } from "../core/part.ts";
import { Base64Decoder } from "./base64.ts";
import { QuotedPrintableDecoder } from "./quoted-printable.ts";
import { UuDecoder } from "./uuencode.ts";

/** Undoes a Content-Transfer-Encoding (RFC 2045 §6), any chunking. */
export interface TransferDecoder {
  /** The result is the caller's; it may be a view of `bytes` when nothing had to be changed. */
  write(bytes: Buffer): Uint8Array;
  finish(): Uint8Array;
  /** Complete after `finish`. */
  readonly anomaly: Anomaly | null;
}

const IDENTITY: ReadonlySet<string> = new Set(["7bit", "8bit", "binary"]);

/** True for encodings that leave the bytes alone. */
export function isIdentity(encoding: string): boolean {
  return IDENTITY.has(encoding);
}

export function isKnownEncoding(encoding: string): boolean {
  return (
    isIdentity(encoding) ||
    encoding === "base64" ||
    encoding === "uuencode" ||
    encoding === "quoted-printable"
  );
}

/** Null when the bytes stay as they are: identity, and every encoding that nobody knows. */
export function decoderFor(encoding: string): TransferDecoder | null {
  if (encoding === "base64") return new Base64Decoder();
  if (encoding === "uuencode") return new UuDecoder();
  if (encoding === "quoted-printable") return new QuotedPrintableDecoder();
  return null;
}

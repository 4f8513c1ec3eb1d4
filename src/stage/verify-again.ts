/*
NAME       verify-again: prove bytes and read them by the grammar of what may cross
ZONE       airlock (before the outbox) and lgwan (before the courier speaks)
READS      one rebuilt or sealed mail
SECURITY   the one wall both zones share; imports no reader of the internet side
STANDARDS  RFC 5322, RFC 2045, RFC 2046 §5.1, RFC 2047, RFC 2231, as narrow as src/verify reads them
LIMITS     bytes of the mail as announced, 128 MiB
FAULTS     VERIFIER_REFUSED with the rule and the offset
NOT HERE   the seal (store/outbox), the second reader (clear)
*/
import { createHash } from "node:crypto";
import { crc32, inflateSync } from "node:zlib";
import type { Content } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { CleanPart, SealedMessage } from "../core/message.ts";
import { MIB } from "../core/units.ts";
import { verifyFile, type Sums } from "../verify/file.ts";
import { verifyMail, type VerifiedMail } from "../verify/mail.ts";
import { refuse } from "../verify/refuse.ts";

const MAX_MAIL_BYTES = 128 * MIB;
const SUMS: Sums = { inflate, crc32: (bytes) => crc32(bytes) };

/** For the courier: hash, grammar, files. */
export async function verifyAgain(message: SealedMessage): Promise<void> {
  verifyBytes(await readProven(message.content));
}

/** For the file door: one new file by the grammar of its type. */
export async function verifyPart(part: CleanPart): Promise<void> {
  verifyFile(part.type, await readProven(part.content), SUMS);
}

/** A mail by the grammar, and each of its files by the grammar of its type. */
export function verifyBytes(bytes: Uint8Array): VerifiedMail {
  const mail = verifyMail(bytes);
  for (const [index, { type, bytes }] of mail.attachments.entries()) {
    try {
      verifyFile(type, bytes, SUMS);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new Fault(error.code, { ...error.facts, attachment: index }, error);
    }
  }
  return mail;
}

/** All bytes of a content, which must be as many as announced and have the announced hash. */
export async function readProven(content: Content): Promise<Buffer> {
  if (content.bytes > MAX_MAIL_BYTES) refuse("message-size", MAX_MAIL_BYTES);
  const bytes = Buffer.allocUnsafe(content.bytes);
  let at = 0;
  for await (const piece of content.open()) {
    if (piece.length > content.bytes - at) refuse("hash", at);
    bytes.set(piece, at);
    at += piece.length;
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (at !== content.bytes || sha256 !== content.sha256) refuse("hash", at);
  return bytes;
}

/** Null when the stream is broken, gives more than `maxBytes`, or is followed by anything. */
export function inflate(
  deflated: Uint8Array,
  maxBytes: number,
): Uint8Array | null {
  try {
    const inflated = inflateSync(deflated, {
      maxOutputLength: Math.max(1, maxBytes),
      info: true,
    }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return inflated.engine.bytesWritten === deflated.length
      ? inflated.buffer
      : null;
  } catch {
    return null;
  }
}

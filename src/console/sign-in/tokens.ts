import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
} from "node:crypto";
import type { KeyObject } from "node:crypto";
import { base32 } from "./one-time-code.ts";

const TOKEN_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const CODE_BYTES = 10;
const RECOVERY_CODES = 10;

/** 256 random bits, for a session or a link. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** What stands in the store in a token's place; null for what cannot be one. */
export function tokenHash(untrustedToken: string): string | null {
  if (!TOKEN.test(untrustedToken)) return null;
  return createHash("sha256").update(untrustedToken).digest("hex");
}

/** Only a page that was answered with it can know it: another site can neither read the cookie nor our answers. */
export function antiForgeryToken(token: string): string {
  return createHash("sha256")
    .update(`anti-forgery:${token}`)
    .digest("base64url");
}

/** `context` says whose it is: sealed for one, it opens for no other. */
export function seal(
  key: KeyObject,
  secret: Uint8Array,
  context: string,
): Uint8Array {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** Null when it does not prove itself. */
export function unseal(
  key: KeyObject,
  sealed: Uint8Array,
  context: string,
): Uint8Array | null {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv(
    "aes-256-gcm",
    key,
    bytes.subarray(0, IV_BYTES),
    { authTagLength: TAG_BYTES },
  );
  decipher.setAAD(Buffer.from(context));
  try {
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([
      decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)),
      decipher.final(),
    ]);
  } catch {
    return null;
  }
}

/** Each 80 random bits in four groups, to be kept on paper. */
export function newRecoveryCodes(): readonly string[] {
  return Array.from({ length: RECOVERY_CODES }, () =>
    (base32(randomBytes(CODE_BYTES)).match(/.{4}/g) ?? []).join("-"),
  );
}

const RECOVERY_CODE = /^[A-Z2-7]{16}$/;

/** Null for what cannot be one. Typed with or without hyphens, in any case. */
export function recoveryHash(
  key: KeyObject,
  untrustedCode: string,
): string | null {
  const code = untrustedCode.toUpperCase().replace(/[\s-]/g, "");
  if (!RECOVERY_CODE.test(code)) return null;
  return createHmac("sha256", key).update(`recovery:${code}`).digest("hex");
}

import { createHmac, timingSafeEqual } from "node:crypto";
import { SECOND } from "../../core/units.ts";

/** What authenticator apps take for granted: SHA-1, six digits, steps of 30 seconds (RFC 6238 §4, RFC 4226 §5.3). */
export const STEP_MS = 30 * SECOND;
const DIGITS = 6;
/** Clocks of telephones are off by some seconds, and typing takes time: one step back, one ahead (RFC 6238 §5.2). */
const STEPS_AROUND = [0, -1, 1] as const;
/** RFC 4226 §4 asks for 128 bits and recommends 160. */
export const SECRET_BYTES = 20;

export function stepAt(epochMs: number): number {
  return Math.floor(epochMs / STEP_MS);
}

/** HOTP (RFC 4226 §5.3); with a time step for the counter it is TOTP. */
export function oneTimeCode(
  secret: Uint8Array,
  counter: number,
  digits = DIGITS,
): string {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac("sha1", secret).update(moving).digest();
  const at = mac.readUInt8(mac.length - 1) & 0xf;
  const number = mac.readUInt32BE(at) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/** The step whose code this is, null when it is none of those around now. Takes as long whichever it is. */
export function stepOf(
  secret: Uint8Array,
  untrustedCode: string,
  epochMs: number,
): number | null {
  const given = Buffer.alloc(DIGITS);
  given.write(untrustedCode, "latin1");
  let found: number | null = null;
  for (const around of STEPS_AROUND) {
    const step = stepAt(epochMs) + around;
    const right = Buffer.from(oneTimeCode(secret, step), "latin1");
    if (timingSafeEqual(given, right)) found ??= step;
  }
  return untrustedCode.length === DIGITS ? found : null;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648 §6, without padding, as it is typed into an app. */
export function base32(bytes: Uint8Array): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => BASE32[Number.parseInt(five.padEnd(5, "0"), 2)])
    .join("");
}

/** What apps read out of a QR code. */
export function otpauthAddress(account: string, secret: Uint8Array): string {
  const label = encodeURIComponent(`Sekisho:${account}`);
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=Sekisho&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / SECOND}`;
}

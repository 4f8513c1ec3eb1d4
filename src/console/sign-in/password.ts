import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { guessable } from "./guessable.ts";

const derive = promisify(argon2);

export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** The second of RFC 9106 §4's two: about 0.4 s of one core here, 64 MiB. */
export const ARGON2_COST: Argon2Cost = {
  memoryKib: 64 * 1024,
  passes: 3,
  parallelism: 4,
};
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** PHC string. What it costs stands in it, so that a later, dearer one needs no new passwords. */
export async function hashPassword(
  password: string,
  cost: Argon2Cost = ARGON2_COST,
): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await tagOf(password, salt, cost);
  const { memoryKib, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** False also for a hash that is none. Takes as long whether the password is right or not. */
export async function isPassword(
  password: string,
  hash: string,
): Promise<boolean> {
  const [, m, t, p, salt = "", tag = ""] = PHC.exec(hash) ?? [];
  if (m === undefined) return false;
  const expected = Buffer.from(tag, "base64");
  const found = await tagOf(password, Buffer.from(salt, "base64"), {
    memoryKib: Number(m),
    passes: Number(t),
    parallelism: Number(p),
  });
  return expected.length === found.length && timingSafeEqual(expected, found);
}

/** Keyboards of one office type the same letter in full and half width; NFKC makes them one. */
function tagOf(
  password: string,
  salt: Uint8Array,
  cost: Argon2Cost,
): Promise<Buffer> {
  return derive("argon2id", {
    message: Buffer.from(password.normalize("NFKC")),
    nonce: salt,
    memory: cost.memoryKib,
    passes: cost.passes,
    parallelism: cost.parallelism,
    tagLength: TAG_BYTES,
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}

/** OWASP ASVS 5.0, 6.2: at least 12, no rules of composition, none that everybody tries. */
export const MIN_PASSWORD_CHARACTERS = 12;
export const MAX_PASSWORD_CHARACTERS = 128;

/** What is wrong with a new password, in words for the person; null when it will do. */
export function complaintOnPassword(
  password: string,
  names: readonly string[],
): string | null {
  const length = [...password].length;
  if (length < MIN_PASSWORD_CHARACTERS)
    return `パスワードは ${MIN_PASSWORD_CHARACTERS} 文字以上にしてください。`;
  if (length > MAX_PASSWORD_CHARACTERS)
    return `パスワードは ${MAX_PASSWORD_CHARACTERS} 文字以内にしてください。`;
  if (guessable(password, names))
    return "推測されやすいパスワードです。名前、よくある言葉、並び順の文字、繰り返しだけのものは使えません。";
  return null;
}

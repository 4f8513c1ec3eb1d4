import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  scryptSync,
} from "node:crypto";
import { Fault } from "../../core/fault.ts";
import { MIB } from "../../core/units.ts";

/** Secret keys under a passphrase: scrypt (RFC 7914) at 128 MiB, then AES-256-GCM. Head, salt, nonce, tag, then the keys. */
const HEAD = Buffer.from("SEKISHO-KEYS 1\n");
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * MIB } as const;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type KeyFiles = Readonly<Record<string, string>>;

export function sealKeys(keys: KeyFiles, passphrase: string): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const key = scryptSync(passphrase, salt, 32, COST);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(HEAD);
  const sealed = Buffer.concat([
    cipher.update(JSON.stringify(keys), "utf8"),
    cipher.final(),
  ]);
  return Buffer.concat([HEAD, salt, nonce, cipher.getAuthTag(), sealed]);
}

/** Faults: STORE_DAMAGED for another passphrase as for a changed file; the two can't be told apart. */
export function openKeys(file: Buffer, passphrase: string): KeyFiles {
  let at = HEAD.length;
  const next = (bytes: number) => file.subarray(at, (at += bytes));
  const [salt, nonce, tag] = [SALT_BYTES, NONCE_BYTES, TAG_BYTES].map(next);
  try {
    if (!file.subarray(0, HEAD.length).equals(HEAD)) throw new Error("head");
    const key = scryptSync(passphrase, salt as Buffer, 32, COST);
    const open = createDecipheriv("aes-256-gcm", key, nonce as Buffer);
    open.setAAD(HEAD);
    open.setAuthTag(tag as Buffer);
    const text = Buffer.concat([open.update(file.subarray(at)), open.final()]);
    return JSON.parse(text.toString("utf8")) as KeyFiles;
  } catch (error) {
    throw new Fault(
      "STORE_DAMAGED",
      { place: "copy", part: "keys", hint: "wrong passphrase?" },
      error,
    );
  }
}

/** Members under a password: PKWARE's old cipher (APPNOTE §6.1) and WinZip's AES. The password lies in memory only. */
import {
  createCipheriv,
  createHmac,
  pbkdf2Sync,
  timingSafeEqual,
} from "node:crypto";
import { crc32 } from "node:zlib";
import { PitRefusal } from "../speak.ts";
import { ByteReader } from "./bytes.ts";
import { FLAG, type ZipEntry } from "./zip-directory.ts";

const AES_METHOD = 99;

/** The packed bytes, and the method that they are packed by, in the clear. */
export interface Opened {
  readonly packed: Uint8Array;
  readonly method: number;
  /** False where a sum of its own stands for that of the entry (AE-2). */
  readonly hasCrc: boolean;
}

/** The same words as programs of different age turn them into bytes. */
export function passwordForms(password: Uint8Array): Uint8Array[] {
  if (password.every((byte) => byte < 0x80)) return [password];
  const shiftJis = encodeShiftJis(new TextDecoder().decode(password));
  return shiftJis === null ? [password] : [password, shiftJis];
}

/** How an entry is packed below its encryption; DOCUMENT_ENCRYPTED where that is one that nobody opens here. */
export function methodOf(entry: ZipEntry): number {
  if (!entry.encrypted) return entry.method;
  if ((entry.flags & FLAG.strongEncryption) !== 0) encrypted();
  if (entry.method !== AES_METHOD) return entry.method;
  return aesFieldOf(entry).method;
}

/** Faults: DOCUMENT_ENCRYPTED when none of the passwords opens it. */
export function decryptMember(
  entry: ZipEntry,
  packed: Uint8Array,
  passwords: readonly Uint8Array[],
): Opened {
  if (!entry.encrypted) {
    const { method } = entry;
    return { packed, method, hasCrc: true };
  }
  for (const password of passwords) {
    if (password.length === 0) continue;
    const opened =
      entry.method === AES_METHOD
        ? openAes(entry, packed, password)
        : openOld(entry, packed, password);
    if (opened !== null) return opened;
  }
  return encrypted();
}

// ---------------------------------------------------------------- PKWARE

const HEADER_BYTES = 12;
const CRC_TABLE = Uint32Array.from(
  { length: 256 },
  (_, byte) =>
    // The sum of one byte that begins at all ones, taken back to the bare table.
    (crc32(Uint8Array.of(byte), 0xffffffff) ^ 0xffffffff) >>> 0,
);

function openOld(
  entry: ZipEntry,
  packed: Uint8Array,
  password: Uint8Array,
): Opened | null {
  if (packed.length < HEADER_BYTES) throw new PitRefusal("DOCUMENT_UNREADABLE");
  const plain = decryptOld(packed, password);
  const check =
    (entry.flags & FLAG.descriptor) !== 0 ? entry.time >>> 8 : entry.crc >>> 24;
  if (plain[HEADER_BYTES - 1] !== check) return null;
  return {
    packed: plain.subarray(HEADER_BYTES),
    method: entry.method,
    hasCrc: true,
  };
}

function decryptOld(packed: Uint8Array, password: Uint8Array): Uint8Array {
  let [key0, key1, key2] = [0x12345678, 0x23456789, 0x34567890];
  const update = (byte: number) => {
    key0 = (CRC_TABLE[(key0 ^ byte) & 0xff] ?? 0) ^ (key0 >>> 8);
    key1 = (Math.imul((key1 + (key0 & 0xff)) | 0, 134775813) + 1) | 0;
    key2 = (CRC_TABLE[(key2 ^ (key1 >>> 24)) & 0xff] ?? 0) ^ (key2 >>> 8);
  };
  for (const byte of password) update(byte);
  const plain = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at++) {
    const word = (key2 | 2) & 0xffff;
    const byte = (packed[at] ?? 0) ^ ((Math.imul(word, word ^ 1) >>> 8) & 0xff);
    plain[at] = byte;
    update(byte);
  }
  return plain;
}

// ---------------------------------------------------------------- AES

const SALT_BYTES: Readonly<Record<number, number>> = { 1: 8, 2: 12, 3: 16 };
const KEY_BYTES: Readonly<Record<number, number>> = { 1: 16, 2: 24, 3: 32 };
const CHECK_BYTES = 2;
const SEAL_BYTES = 10;
const ROUNDS = 1000;
const BLOCK_BYTES = 16;
const AE_2 = 2;

function aesFieldOf({ aes }: ZipEntry) {
  if (aes === null || aes.length < 7)
    throw new PitRefusal("DOCUMENT_UNREADABLE");
  const reader = new ByteReader(aes);
  const version = reader.u16();
  reader.skip(2);
  const strength = reader.u8();
  return { version, strength, method: reader.u16() };
}

function openAes(
  entry: ZipEntry,
  packed: Uint8Array,
  password: Uint8Array,
): Opened | null {
  const { version, strength, method } = aesFieldOf(entry);
  const saltBytes = SALT_BYTES[strength];
  const keyBytes = KEY_BYTES[strength];
  if (saltBytes === undefined || keyBytes === undefined) encrypted();
  const reader = new ByteReader(packed);
  const salt = reader.take(saltBytes);
  const check = reader.take(CHECK_BYTES);
  const cipher = reader.take(reader.left - SEAL_BYTES);
  const seal = reader.take(SEAL_BYTES);
  const keys = pbkdf2Sync(
    password,
    salt,
    ROUNDS,
    2 * keyBytes + CHECK_BYTES,
    "sha1",
  );
  if (!timingSafeEqual(check, keys.subarray(2 * keyBytes))) return null;
  const sealed = createHmac("sha1", keys.subarray(keyBytes, 2 * keyBytes))
    .update(cipher)
    .digest()
    .subarray(0, SEAL_BYTES);
  if (!timingSafeEqual(seal, sealed)) return null;
  const plain = counted(cipher, keys.subarray(0, keyBytes));
  return { packed: plain, method, hasCrc: version !== AE_2 };
}

/** Counter mode whose counter begins at 1 and has its low byte first: Node's own has it last. */
function counted(cipher: Uint8Array, key: Uint8Array): Uint8Array {
  const blocks = Math.ceil(cipher.length / BLOCK_BYTES);
  const counters = Buffer.alloc(blocks * BLOCK_BYTES);
  for (let block = 0; block < blocks; block++)
    counters.writeUInt32LE(block + 1, block * BLOCK_BYTES);
  const aes = createCipheriv(`aes-${key.length * 8}-ecb`, key, null);
  aes.setAutoPadding(false);
  const stream = aes.update(counters);
  for (let at = 0; at < cipher.length; at++)
    stream[at] = (stream[at] ?? 0) ^ (cipher[at] ?? 0);
  return stream.subarray(0, cipher.length);
}

// ---------------------------------------------------------------- CP932

/** Null when a character has no place in it. */
function encodeShiftJis(text: string): Uint8Array | null {
  const bytesOf = new Map<string, readonly number[]>();
  const decoder = new TextDecoder("shift_jis");
  for (let byte = 0; byte < 0xe0; byte++)
    bytesOf.set(decoder.decode(Uint8Array.of(byte)), [byte]);
  for (let lead = 0x81; lead <= 0xfc; lead++)
    for (let low = 0x40; low <= 0xfc; low++) {
      const character = decoder.decode(Uint8Array.of(lead, low));
      if (!bytesOf.has(character)) bytesOf.set(character, [lead, low]);
    }
  const bytes: number[] = [];
  for (const character of text) {
    const own = bytesOf.get(character);
    if (own === undefined) return null;
    bytes.push(...own);
  }
  return Uint8Array.from(bytes);
}

function encrypted(): never {
  throw new PitRefusal("DOCUMENT_ENCRYPTED");
}

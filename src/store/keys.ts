import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
} from "node:crypto";
import type { KeyObject } from "node:crypto";
import { link, mkdir, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../core/fault.ts";
import { errnoOf, ifPresent, onDisk } from "./disk-fault.ts";
import { syncFolder } from "./durable-folder.ts";
import {
  close,
  CREATE_FLAGS,
  fsync,
  open,
  OWNER_ONLY,
  writeAll,
} from "./file-calls.ts";

/** Signs what may cross. The private half lives where mails are cleared and nowhere else. */
export interface ClearKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface Keys {
  readonly vault: KeyObject;
  readonly clear: ClearKeys;
}

/** 64 hexadecimal digits each, from outside of the folder; null: the folder keeps the key. */
export interface GivenKeys {
  readonly vault: string | null;
  /** The seed of the Ed25519 key (RFC 8032 §5.1.5). */
  readonly clear: string | null;
}

const VAULT_KEY = "vault.key";
/** Says which key the vault is encrypted under, and nothing about it. */
const VAULT_ID = "vault.id";
/** Of the console alone: seals the secrets of second factors. */
const CONSOLE_KEY = "console.key";
/** Of the janitor: signs how far the record had come, and nothing that crosses. */
const RECORD_KEY = "record.key";
const RECORD_PUBLIC_KEY = "record.pub";
/** Signs the links in clean mails to the recipients' page, and the forms there. */
const RECIPIENTS_KEY = "recipients.key";
/** Makes recipients for the self-test, and knows them again. */
const SELF_TEST_KEY = "self-test.key";
const CLEAR_KEY = "clear.key";
const CLEAR_PUBLIC_KEY = "clear.pub";
/** Of the viewer alone. */
const CERTIFICATE_KEY = "certificate.key";
const CERTIFICATE_PUBLIC_KEY = "certificate.pub";
/** Every file that may lie in the folder. The open ones tell which key it is, and nothing that must be kept. */
export const KEY_FILES: {
  readonly secret: readonly string[];
  readonly open: readonly string[];
} = {
  secret: [
    ...[VAULT_KEY, CLEAR_KEY, CONSOLE_KEY, RECORD_KEY],
    ...[RECIPIENTS_KEY, SELF_TEST_KEY, CERTIFICATE_KEY],
  ],
  open: [
    ...[CLEAR_PUBLIC_KEY, RECORD_PUBLIC_KEY, VAULT_ID, CERTIFICATE_PUBLIC_KEY],
  ],
};
/** How each file's key is called where it is given. */
const GIVEN_AS: Readonly<Record<string, string>> = {
  [VAULT_KEY]: "SEKISHO_VAULT_KEY",
  [CLEAR_KEY]: "SEKISHO_SEAL_KEY",
};
const SECRET_KEY_BYTES = 32;
const OTHERS_ANY = 0o077;
const OTHERS_WRITE = 0o022;
const NONE_GIVEN: GivenKeys = { vault: null, clear: null };

/**
 * The keys that are given, and from `folder` the others, which are made when missing. Beside each key stands a file that
 * tells it without holding it: with another key the vault could not be opened nor the outbox believed. Faults:
 * CONFIG_INVALID when a given key is not that of the folder, STORE_KEY_EXPOSED when anyone but our own user can read a
 * secret, STORE_DAMAGED when a file is not the key it should be, STORE_FAILED, STORE_FULL.
 */
export async function loadKeys(
  folder: string,
  given: GivenKeys = NONE_GIVEN,
): Promise<Keys> {
  await onDisk("make folder", mkdir(folder, { recursive: true, mode: 0o700 }));
  const vault = await loadVaultKey(folder, given.vault);
  const privateKey = await keyOf(folder, given.clear, {
    ...{ name: CLEAR_KEY, telling: CLEAR_PUBLIC_KEY, tell: publicPem },
    make: makePrivateKey,
    read: (text) => parsed(CLEAR_KEY, () => createPrivateKey(text)),
    fromHex: fromSeed,
  });
  return {
    vault,
    clear: { privateKey, publicKey: createPublicKey(privateKey) },
  };
}

/** For who reads what is held and seals nothing. Faults as `loadKeys`. */
export async function loadVaultKey(
  folder: string,
  given: string | null = null,
): Promise<KeyObject> {
  return keyOf(folder, given, {
    ...{ name: VAULT_KEY, telling: VAULT_ID, tell: idOf },
    make: () => randomBytes(SECRET_KEY_BYTES).toString("base64"),
    read: (text) => secretKey(text, VAULT_KEY),
    fromHex: (hex) => createSecretKey(Buffer.from(hex, "hex")),
  });
}

interface KeyKind {
  readonly name: string;
  /** The file that tells the key, and what stands in it. */
  readonly telling: string;
  readonly tell: (key: KeyObject) => string;
  readonly make: () => string;
  readonly read: (text: string) => KeyObject;
  readonly fromHex: (hex: string) => KeyObject;
}

async function keyOf(
  folder: string,
  given: string | null,
  kind: KeyKind,
): Promise<KeyObject> {
  // In this order: whoever makes a key writes it before the file that tells it.
  const told = await load(folder, kind.telling);
  const kept = await load(folder, kind.name);
  if (given === null && kept === null && told !== null)
    throw wrongKey(folder, kind, "must be given");
  const key =
    given === null
      ? kind.read(kept ?? (await loadOrMake(folder, kind.name, kind.make)))
      : kind.fromHex(given);
  if (given !== null && kept !== null && !key.equals(kind.read(kept)))
    throw wrongKey(folder, kind, `is not the key in ${kind.name}`);
  const telling = kind.tell(key);
  const found = told ?? (await loadOrMake(folder, kind.telling, () => telling));
  if (found.trim() === telling.trim()) return key;
  throw given === null
    ? damaged(kind.telling)
    : wrongKey(folder, kind, "is another key");
}

function wrongKey(folder: string, kind: KeyKind, rule: string): Fault {
  return new Fault("CONFIG_INVALID", {
    complaints: `${GIVEN_AS[kind.name]} ${rule}: ${join(folder, kind.telling)} tells which key this gateway works with`,
  });
}

function idOf(key: KeyObject): string {
  return createHmac("sha256", key).update("sekisho vault key").digest("hex");
}

function publicPem(privateKey: KeyObject): string {
  const publicKey = createPublicKey(privateKey);
  return String(publicKey.export({ type: "spki", format: "pem" }));
}

/** PKCS #8 (RFC 8410 §7) is a fixed head and the seed. */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

function fromSeed(hex: string): KeyObject {
  const der = Buffer.concat([PKCS8_HEAD, Buffer.from(hex, "hex")]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

/** For the courier: reads the public half only, and never makes one. */
export async function loadClearPublicKey(folder: string): Promise<KeyObject> {
  const text = await load(folder, CLEAR_PUBLIC_KEY);
  if (text === null) throw damaged(CLEAR_PUBLIC_KEY);
  return ed25519(
    CLEAR_PUBLIC_KEY,
    parsed(CLEAR_PUBLIC_KEY, () => createPublicKey(text)),
  );
}

/** The console's own key, made when missing; it opens neither vault nor outbox. Faults as `loadKeys`. */
export async function loadConsoleKey(folder: string): Promise<KeyObject> {
  await onDisk("make folder", mkdir(folder, { recursive: true, mode: 0o700 }));
  const make = () => randomBytes(SECRET_KEY_BYTES).toString("base64");
  return secretKey(await loadOrMake(folder, CONSOLE_KEY, make), CONSOLE_KEY);
}

/** The janitor's own key for the record, made when missing. Faults as `loadKeys`. */
export async function loadRecordKeys(folder: string): Promise<ClearKeys> {
  await onDisk("make folder", mkdir(folder, { recursive: true, mode: 0o700 }));
  const privateKey = await keyOf(folder, null, {
    ...{ name: RECORD_KEY, telling: RECORD_PUBLIC_KEY, tell: publicPem },
    make: makePrivateKey,
    read: (text) => parsed(RECORD_KEY, () => createPrivateKey(text)),
    fromHex: fromSeed,
  });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** Signs certificates, made when missing; it seals nothing that crosses. Faults as `loadKeys`. */
export async function loadCertificateKey(folder: string): Promise<KeyObject> {
  await onDisk("make folder", mkdir(folder, { recursive: true, mode: 0o700 }));
  const text = await loadOrMake(folder, CERTIFICATE_KEY, makePrivateKey);
  const key = parsed(CERTIFICATE_KEY, () => createPrivateKey(text));
  const told = await loadOrMake(folder, CERTIFICATE_PUBLIC_KEY, () =>
    publicPem(key),
  );
  if (told.trim() !== publicPem(key).trim())
    throw damaged(CERTIFICATE_PUBLIC_KEY);
  return key;
}

/** The key of the recipients' links, made when missing; it opens neither vault nor outbox. Faults as `loadKeys`. */
export async function loadRecipientsKey(folder: string): Promise<KeyObject> {
  await onDisk("make folder", mkdir(folder, { recursive: true, mode: 0o700 }));
  const make = () => randomBytes(SECRET_KEY_BYTES).toString("base64");
  return secretKey(
    await loadOrMake(folder, RECIPIENTS_KEY, make),
    RECIPIENTS_KEY,
  );
}

/** For intake and whoever runs the self-test, made when missing. Faults as `loadKeys`. */
export async function loadSelfTestKey(folder: string): Promise<KeyObject> {
  await onDisk("make folder", mkdir(folder, { recursive: true, mode: 0o700 }));
  const make = () => randomBytes(SECRET_KEY_BYTES).toString("base64");
  const text = await loadOrMake(folder, SELF_TEST_KEY, make);
  return secretKey(text, SELF_TEST_KEY);
}

function makePrivateKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
}

function secretKey(text: string, file: string): KeyObject {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== SECRET_KEY_BYTES) throw damaged(file);
  return createSecretKey(bytes);
}

function parsed(file: string, read: () => KeyObject): KeyObject {
  try {
    return ed25519(file, read());
  } catch {
    // Without the cause: a parser's words may quote the key.
    throw damaged(file);
  }
}

function ed25519(file: string, key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== "ed25519") throw damaged(file);
  return key;
}

async function loadOrMake(
  folder: string,
  name: string,
  make: () => string,
): Promise<string> {
  const found = await load(folder, name);
  if (found !== null) return found;
  await publish(folder, name, make());
  const made = await load(folder, name);
  if (made === null) throw damaged(name);
  return made;
}

async function load(folder: string, name: string): Promise<string | null> {
  const path = join(folder, name);
  const found = await ifPresent("stat", stat(path));
  if (found === null) return null;
  const open = KEY_FILES.open.includes(name);
  const forbidden = open ? OTHERS_WRITE : OTHERS_ANY;
  if ((found.mode & forbidden) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, "0");
    throw new Fault("STORE_KEY_EXPOSED", { file: name, mode });
  }
  if (!open && found.uid !== process.geteuid?.())
    throw new Fault("STORE_KEY_EXPOSED", { file: name, owner: found.uid });
  return onDisk("read", readFile(path, "utf8"));
}

/** By link, which refuses an existing name: of two processes that start at once, both end up with the same key. */
async function publish(
  folder: string,
  name: string,
  text: string,
): Promise<void> {
  const part = join(folder, `${name}.${randomBytes(8).toString("hex")}.part`);
  const fd = await onDisk("create", open(part, CREATE_FLAGS, OWNER_ONLY));
  try {
    await onDisk("write", writeAll(fd, Buffer.from(text)));
    await onDisk("fsync", fsync(fd));
    await link(part, join(folder, name)).catch((error: unknown) => {
      if (errnoOf(error) !== "EEXIST") throw error;
    });
  } finally {
    await close(fd).catch(() => undefined);
    await unlink(part).catch(() => undefined);
  }
  await syncFolder(folder);
}

function damaged(file: string): Fault {
  return new Fault("STORE_DAMAGED", { file });
}

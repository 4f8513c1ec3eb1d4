import {
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

const VAULT_KEY = "vault.key";
const CLEAR_KEY = "clear.key";
const CLEAR_PUBLIC_KEY = "clear.pub";
const VAULT_KEY_BYTES = 32;
const OTHERS_ANY = 0o077;
const OTHERS_WRITE = 0o022;

/**
 * Loads the keys of `folder`, making those that are missing. Faults: STORE_KEY_EXPOSED when anyone but our own user can
 * read a secret, STORE_DAMAGED when a file is not the key it should be, STORE_FAILED, STORE_FULL.
 */
export async function loadKeys(folder: string): Promise<Keys> {
  await onDisk("make folder", mkdir(folder, { recursive: true, mode: 0o700 }));
  const vault = await loadOrMake(folder, VAULT_KEY, () =>
    randomBytes(VAULT_KEY_BYTES).toString("base64"),
  );
  const clear = await loadOrMake(folder, CLEAR_KEY, makePrivateKey);
  const privateKey = parsed(CLEAR_KEY, () => createPrivateKey(clear));
  const publicKey = createPublicKey(privateKey);
  const pem = String(publicKey.export({ type: "spki", format: "pem" }));
  const published = await loadOrMake(folder, CLEAR_PUBLIC_KEY, () => pem);
  if (published.trim() !== pem.trim()) throw damaged(CLEAR_PUBLIC_KEY);
  return { vault: vaultKey(vault), clear: { privateKey, publicKey } };
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

function makePrivateKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
}

function vaultKey(text: string): KeyObject {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== VAULT_KEY_BYTES) throw damaged(VAULT_KEY);
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
  const forbidden = name === CLEAR_PUBLIC_KEY ? OTHERS_WRITE : OTHERS_ANY;
  if ((found.mode & forbidden) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, "0");
    throw new Fault("STORE_KEY_EXPOSED", { file: name, mode });
  }
  if (name !== CLEAR_PUBLIC_KEY && found.uid !== process.geteuid?.())
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

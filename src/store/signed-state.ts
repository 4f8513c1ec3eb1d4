import { createHash, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ifPresent, onDisk } from "./disk-fault.ts";

/** Which files run here, and which configuration: written down and signed once, held against what is there each day. */
export interface SignedState {
  readonly version: 1;
  /** ISO 8601. */
  readonly signedAt: string;
  readonly by: string;
  /** Lower-case hex of SHA-256, by path. */
  readonly files: Readonly<Record<string, string>>;
}

export interface StatePlaces {
  /** Where package.json stands. */
  readonly home: string;
  /** The configuration in force, as the administrator wrote it; null when it is gone. */
  readonly config: string | null;
  /** Where the signed list lies. */
  readonly list: string;
}

/** What a program folder consists of; the packages are told by their lock files. */
const FOLDERS = ["src", "workers"] as const;
const FILES = [
  ...["package.json", "package-lock.json", "node_modules/.package-lock.json"],
] as const;
const CONFIG = "configuration in force";
/** In place of a path: the list is not the one that was signed. */
export const LIST_ITSELF = "the signed list itself";

export async function signState(
  places: StatePlaces,
  by: string,
  privateKey: KeyObject,
): Promise<SignedState> {
  const signedAt = new Date().toISOString();
  const files = await filesOf(places);
  const state: SignedState = { version: 1, signedAt, by, files };
  const text = JSON.stringify(state);
  const signature = sign(null, Buffer.from(text), privateKey);
  const part = `${places.list}.part`;
  const both = `${text}\n${signature.toString("base64")}\n`;
  await onDisk("write", writeFile(part, both, { mode: 0o600 }));
  await onDisk("rename", rename(part, places.list));
  return state;
}

export interface StateAnswer {
  readonly signedAt: string;
  readonly by: string;
  /** Paths that are changed, gone or new; empty when all is as it was signed. */
  readonly differing: readonly string[];
}

/** Null when nothing was ever signed. */
export async function verifyState(
  places: StatePlaces,
  publicKey: KeyObject,
): Promise<StateAnswer | null> {
  const found = await ifPresent("read", readFile(places.list, "utf8"));
  if (found === null) return null;
  const [text = "", signature = ""] = found.split("\n");
  const bytes = Buffer.from(signature, "base64");
  if (!verify(null, Buffer.from(text), publicKey, bytes))
    return { signedAt: "", by: "", differing: [LIST_ITSELF] };
  const { signedAt, by, files } = JSON.parse(text) as SignedState;
  const now = await filesOf(places);
  const differing = [...new Set([...Object.keys(files), ...Object.keys(now)])]
    .filter((path) => files[path] !== now[path])
    .sort();
  return { signedAt, by, differing };
}

async function filesOf({
  home,
  config,
}: StatePlaces): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const keep = (bytes: Uint8Array | string | null, name: string) => {
    if (bytes !== null)
      found[name] = createHash("sha256").update(bytes).digest("hex");
  };
  const put = async (path: string, name: string) =>
    keep(await ifPresent("read", readFile(path)), name);
  for (const folder of FOLDERS) {
    const entries = await onDisk(
      "list folder",
      readdir(join(home, folder), { recursive: true, withFileTypes: true }),
    );
    for (const entry of entries) {
      if (entry.isDirectory()) continue;
      const path = join(entry.parentPath, entry.name);
      await put(path, relative(home, path));
    }
  }
  for (const name of FILES) await put(join(home, name), name);
  keep(config, CONFIG);
  return found;
}

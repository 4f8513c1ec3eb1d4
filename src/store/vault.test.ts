import { createSecretKey, hash, randomBytes } from "node:crypto";
import {
  copyFile,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { UntrustedContent } from "../core/content.ts";
import { newItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import { KIB } from "../core/units.ts";
import { memoryContent } from "./file-content.ts";
import { createVault } from "./vault.ts";

const CHUNK = 64 * KIB;
const HEAD = 112;
const key = createSecretKey(randomBytes(32));
const damaged = { code: "STORE_DAMAGED" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-vault-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function original(bytes: Uint8Array): UntrustedContent {
  return memoryContent(bytes, hash("sha256", bytes)) as UntrustedContent;
}

async function readBack(item: ItemId): Promise<Buffer | null> {
  const content = await (await createVault(folder, key)).read(item);
  if (content === null) return null;
  const all: Uint8Array[] = [];
  for await (const piece of content.open()) all.push(piece);
  return Buffer.concat(all);
}

async function put(bytes: Uint8Array): Promise<ItemId> {
  const item = newItemId();
  await (await createVault(folder, key)).put(item, original(bytes));
  return item;
}

const fileOf = (item: ItemId) => join(folder, `${item}.vault`);

describe("vault", () => {
  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 5 * CHUNK + 9])(
    "gives %d bytes back, with length and SHA-256 from its own header",
    async (length) => {
      const bytes = randomBytes(length);
      const item = await put(bytes);
      expect((await readBack(item))?.equals(bytes)).toBe(true);
      const content = await (await createVault(folder, key)).read(item);
      expect(content).toMatchObject({
        bytes: length,
        sha256: hash("sha256", bytes),
      });
    },
  );

  it("writes nothing of the plain bytes, and never the same file twice", async () => {
    const bytes = Buffer.alloc(1000, "SECRET-WORDS ");
    const item = await put(bytes);
    const first = await readFile(fileOf(item));
    await (await createVault(folder, key)).put(item, original(bytes));
    const second = await readFile(fileOf(item));
    expect(first.includes("SECRET")).toBe(false);
    expect(first.equals(second)).toBe(false);
    expect((await readBack(item))?.equals(bytes)).toBe(true);
  });

  it("finds every single changed byte of head, chunk and tag", async () => {
    const item = await put(randomBytes(40));
    const whole = await readFile(fileOf(item));
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(fileOf(item), changed);
      await expect(readBack(item)).rejects.toMatchObject(damaged);
    }
  });

  it.each([
    ["the last byte gone", (file: Buffer) => file.subarray(0, -1)],
    ["the last chunk gone", (file: Buffer) => file.subarray(0, -(10 + 16))],
    [
      "one byte more",
      (file: Buffer) => Buffer.concat([file, Buffer.from("x")]),
    ],
    ["half a head", (file: Buffer) => file.subarray(0, 50)],
    ["nothing", () => Buffer.alloc(0)],
    [
      "two chunks swapped",
      (file: Buffer) => {
        const one = file.subarray(HEAD, HEAD + CHUNK + 16);
        const two = file.subarray(HEAD + CHUNK + 16, HEAD + 2 * (CHUNK + 16));
        const rest = file.subarray(HEAD + 2 * (CHUNK + 16));
        return Buffer.concat([file.subarray(0, HEAD), two, one, rest]);
      },
    ],
  ])("says STORE_DAMAGED for a file with %s", async (_what, change) => {
    const item = await put(randomBytes(2 * CHUNK + 10));
    await writeFile(fileOf(item), change(await readFile(fileOf(item))));
    await expect(readBack(item)).rejects.toMatchObject(damaged);
  });

  it("does not take one item's file for another's", async () => {
    const one = await put(randomBytes(10));
    const other = newItemId();
    await copyFile(fileOf(one), fileOf(other));
    await expect(readBack(other)).rejects.toMatchObject(damaged);
  });

  it("does not open with another key", async () => {
    const item = await put(randomBytes(10));
    const stranger = createSecretKey(randomBytes(32));
    const vault = await createVault(folder, stranger);
    await expect(vault.read(item)).rejects.toMatchObject(damaged);
  });

  it("keeps nothing of an original that is not what it says it is", async () => {
    const vault = await createVault(folder, key);
    const item = newItemId();
    const lying = {
      ...original(randomBytes(9)),
      sha256: "0".repeat(64),
    };
    await expect(vault.put(item, lying)).rejects.toMatchObject(damaged);
    expect(await vault.read(item)).toBeNull();
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
  });

  it("takes the same item from two writers at once and holds one whole file", async () => {
    const vault = await createVault(folder, key);
    const item = newItemId();
    const bytes = randomBytes(3 * CHUNK);
    await Promise.all([
      vault.put(item, original(bytes)),
      vault.put(item, original(bytes)),
    ]);
    expect((await readBack(item))?.equals(bytes)).toBe(true);
  });

  it("has null for an item that was removed", async () => {
    const item = await put(randomBytes(9));
    await (await createVault(folder, key)).remove(item);
    expect(await readBack(item)).toBeNull();
  });
});

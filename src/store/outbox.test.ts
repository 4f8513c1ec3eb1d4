import { generateKeyPairSync, hash, randomBytes, sign } from "node:crypto";
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
import { newItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import type { ClearedMessage } from "../core/message.ts";
import { MIB } from "../core/units.ts";
import { memoryContent } from "./file-content.ts";
import { createOutbox, createOutboxReader } from "./outbox.ts";

const keys = generateKeyPairSync("ed25519");
const broken = { code: "SEAL_BROKEN" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-outbox-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Only `stage/clear.ts` makes a real one. */
function cleared(item: ItemId, bytes: Uint8Array): ClearedMessage {
  const content = memoryContent(bytes, hash("sha256", bytes));
  return { item, content } as ClearedMessage;
}

function manifestOf(item: ItemId) {
  return {
    version: 1,
    item,
    tenant: "city",
    reversePath: "",
    recipients: ["a@city.example"],
    verdict: "cleaned",
    policyVersion: "p1",
    clearedAt: "2026-11-21T00:00:00.000Z",
  } as const;
}

async function put(bytes: Uint8Array): Promise<ItemId> {
  const item = newItemId();
  const outbox = await createOutbox(folder, keys);
  await outbox.put(cleared(item, bytes), manifestOf(item));
  return item;
}

async function readBack(item: ItemId): Promise<Buffer | null> {
  const reader = await createOutboxReader(folder, keys.publicKey);
  const message = await reader.read(item);
  if (message === null) return null;
  const all: Uint8Array[] = [];
  for await (const piece of message.content.open()) all.push(piece);
  return Buffer.concat(all);
}

const fileOf = (item: ItemId) => join(folder, `${item}.sealed`);

describe("outbox", () => {
  it.each([0, 1, 4096, 128 * 1024, 2 * MIB + 3])(
    "gives a mail of %d bytes to a reader that has the public key only",
    async (length) => {
      const bytes = randomBytes(length);
      const item = await put(bytes);
      const reader = await createOutboxReader(folder, keys.publicKey);
      expect((await reader.read(item))?.manifest).toEqual({
        ...manifestOf(item),
        bytes: length,
        sha256: hash("sha256", bytes),
      });
      expect((await readBack(item))?.equals(bytes)).toBe(true);
    },
  );

  it("begins with its name and version, the manifest, and a signature anyone can check", async () => {
    const item = await put(Buffer.from("body\n"));
    const lines = (await readFile(fileOf(item), "latin1")).split("\n");
    expect(lines[0]).toBe("SEKISHO-OUTBOX 1");
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ item, bytes: 5 });
    const signature = sign(null, Buffer.from(lines[1] ?? ""), keys.privateKey);
    expect(lines[2]).toBe(signature.toString("base64"));
    expect(lines.slice(3)).toEqual(["body", ""]);
  });

  it("finds every single changed byte of a small mail", async () => {
    const item = await put(Buffer.from("Subject: x\r\n\r\nbody\r\n"));
    const whole = await readFile(fileOf(item));
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(fileOf(item), changed);
      await expect(readBack(item)).rejects.toMatchObject(broken);
    }
  });

  it.each([
    ["one byte less", (file: Buffer) => file.subarray(0, -1)],
    [
      "one byte more",
      (file: Buffer) => Buffer.concat([file, Buffer.from("x")]),
    ],
    ["only its first line", (file: Buffer) => file.subarray(0, 17)],
    ["nothing", () => Buffer.alloc(0)],
    ["no line end at all", () => Buffer.alloc(3 * MIB, "x")],
  ])("says SEAL_BROKEN for a file with %s", async (_what, change) => {
    for (const bytes of [1000, MIB]) {
      const item = await put(randomBytes(bytes));
      await writeFile(fileOf(item), change(await readFile(fileOf(item))));
      await expect(readBack(item)).rejects.toMatchObject(broken);
    }
  });

  it("breaks the stream before its end when a large mail changes after it was proven", async () => {
    const item = await put(Buffer.alloc(MIB, "a"));
    const reader = await createOutboxReader(folder, keys.publicKey);
    const message = await reader.read(item);
    const whole = await readFile(fileOf(item));
    whole[whole.length - 1] = 98;
    await writeFile(fileOf(item), whole);
    const drain = async () => {
      for await (const piece of message!.content.open())
        expect(piece.length).toBeGreaterThan(0);
    };
    await expect(drain()).rejects.toMatchObject(broken);
  });

  it("does not take one item's file for another's", async () => {
    const one = await put(Buffer.from("one"));
    const other = newItemId();
    await copyFile(fileOf(one), fileOf(other));
    await expect(readBack(other)).rejects.toMatchObject(broken);
  });

  it("does not believe a seal made with another key", async () => {
    const item = newItemId();
    const stranger = generateKeyPairSync("ed25519");
    const outbox = await createOutbox(folder, stranger);
    await outbox.put(cleared(item, Buffer.from("x")), manifestOf(item));
    await expect(readBack(item)).rejects.toMatchObject(broken);
  });

  it("seals nothing whose bytes are not what they say, or whose item is another", async () => {
    const outbox = await createOutbox(folder, keys);
    const item = newItemId();
    const content = { ...memoryContent(Buffer.from("x"), "0".repeat(64)) };
    const lying = { item, content } as unknown as ClearedMessage;
    const wrote = outbox.put(lying, manifestOf(item));
    await expect(wrote).rejects.toMatchObject(broken);
    const swapped = outbox.put(
      cleared(item, Buffer.from("x")),
      manifestOf(newItemId()),
    );
    await expect(swapped).rejects.toMatchObject(broken);
    expect(await readdir(folder)).toEqual(["incoming", "spare"]);
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
  });

  it("lists what waits and has null for what was removed", async () => {
    const item = await put(Buffer.from("x"));
    const reader = await createOutboxReader(folder, keys.publicKey);
    const listed: ItemId[] = [];
    for await (const one of reader.list()) listed.push(one);
    expect(listed).toEqual([item]);
    await reader.remove(item);
    expect(await reader.read(item)).toBeNull();
  });
});

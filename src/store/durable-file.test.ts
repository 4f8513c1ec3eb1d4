import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { writeDurably } from "./durable-file.ts";
import type { NewFile } from "./durable-file.ts";
import { durableFolder } from "./durable-folder.ts";
import { CREATE_FLAGS, open, OWNER_ONLY } from "./file-calls.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-durable-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function newFile(): NewFile {
  const create = (path: string) => open(path, CREATE_FLAGS, OWNER_ONLY);
  return { part: join(folder, "a.part"), name: "a.eml", create };
}

async function* words(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("words");
}

describe("durable file", () => {
  it("has its name, and the part is gone, before the folder is synced", async () => {
    const seen: string[][] = [];
    const watched = durableFolder(folder, async (path) => {
      seen.push(await readdir(path));
    });
    const file = newFile();
    await writeDurably(watched, file, words());
    expect(seen).toEqual([["a.eml"]]);
  });

  it("is not there at all when the folder cannot be synced", async () => {
    const failing = durableFolder(folder, async () => {
      throw new Error("EIO");
    });
    const file = newFile();
    await expect(writeDurably(failing, file, words())).rejects.toThrow("EIO");
    expect(await readdir(folder)).toEqual([]);
  });

  it("leaves no part when the name cannot be taken", async () => {
    await mkdir(join(folder, "a.eml"));
    const file = newFile();
    await expect(
      writeDurably(durableFolder(folder), file, words()),
    ).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(await readdir(folder)).toEqual(["a.eml"]);
  });
});

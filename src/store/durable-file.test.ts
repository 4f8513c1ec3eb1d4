import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { writeDurably } from "./durable-file.ts";
import { durableFolder } from "./durable-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-durable-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function* words(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("words");
}

describe("durable file", () => {
  it("has its name, and the part is gone, before the folder is synced", async () => {
    const seen: string[][] = [];
    const watched = durableFolder(folder, async (path) => {
      seen.push(await readdir(path));
    });
    const file = { part: join(folder, "a.part"), name: "a.eml" };
    await writeDurably(watched, file, words());
    expect(seen).toEqual([["a.eml"]]);
  });

  it("is not there at all when the folder cannot be synced", async () => {
    const failing = durableFolder(folder, async () => {
      throw new Error("EIO");
    });
    const file = { part: join(folder, "a.part"), name: "a.eml" };
    await expect(writeDurably(failing, file, words())).rejects.toThrow("EIO");
    expect(await readdir(folder)).toEqual([]);
  });

  it("leaves no part when the name cannot be taken", async () => {
    await mkdir(join(folder, "a.eml"));
    const file = { part: join(folder, "a.part"), name: "a.eml" };
    await expect(
      writeDurably(durableFolder(folder), file, words()),
    ).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(await readdir(folder)).toEqual(["a.eml"]);
  });
});

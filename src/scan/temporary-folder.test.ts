import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { prepareTemporaryFolder } from "./temporary-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-temporary-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("temporary folder of clamd", () => {
  it("is on disk, emptied, when memory has less than twice the room of the worst case", async () => {
    await mkdir(join(folder, "tmp"));
    await writeFile(join(folder, "tmp/left"), "by a clamd that was killed");
    const made = await prepareTemporaryFolder(folder, Number.MAX_SAFE_INTEGER);
    expect(made).toBe(join(folder, "tmp"));
    expect(await readdir(made)).toEqual([]);
  });

  it("is on disk when the folder for memory is none", async () => {
    const absent = join(folder, "absent");
    expect(await prepareTemporaryFolder(folder, 0, absent)).toBe(
      join(folder, "tmp"),
    );
    expect(await prepareTemporaryFolder(folder, 0, folder)).toBe(
      join(folder, "tmp"),
    );
  });

  it("is the same folder in memory each time, without what was in it", async () => {
    const first = await prepareTemporaryFolder(folder, 0);
    await writeFile(join(first, "left"), "by a clamd that was killed");
    const again = await prepareTemporaryFolder(folder, 0);
    expect(again).toBe(first);
    expect(await readdir(again)).toEqual([]);
    await rm(again, { recursive: true });
  });
});

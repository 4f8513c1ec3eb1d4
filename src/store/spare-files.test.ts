import {
  mkdtemp,
  open as openFile,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { close, writeAll } from "./file-calls.ts";
import { openSpareFiles } from "./spare-files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-spare-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("spare files", () => {
  it("gives a kept file away once, empty, under the new name", async () => {
    const spares = await openSpareFiles(join(folder, "spare"));
    await writeFile(join(folder, "old.eml"), "somebody's mail");
    const { ino } = await stat(join(folder, "old.eml"));
    expect(await spares.keep(join(folder, "old.eml"))).toBe(true);
    expect((await stat(join(folder, "spare/old.eml"))).size).toBe(0);

    const fresh = await openSpareFiles(join(folder, "spare"));
    const fd = await fresh.take(join(folder, "new.part"));
    expect(fd).not.toBeNull();
    await writeAll(fd as number, Buffer.from("new"));
    await close(fd as number);
    expect(await readFile(join(folder, "new.part"), "utf8")).toBe("new");
    expect((await stat(join(folder, "new.part"))).ino).toBe(ino);
    expect(await fresh.take(join(folder, "next.part"))).toBeNull();
  });

  it("lets two users of one shelf take each file once", async () => {
    const shelf = join(folder, "spare");
    const one = await openSpareFiles(shelf);
    for (let at = 0; at < 20; at += 1) {
      const path = join(folder, `${String(at)}.eml`);
      await writeFile(path, "x");
      await one.keep(path);
    }
    const users = [await openSpareFiles(shelf), await openSpareFiles(shelf)];
    const taken = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        const user = users[at % 2] as (typeof users)[number];
        const fd = await user.take(join(folder, `${String(at)}.part`));
        if (fd !== null) await close(fd);
        return fd !== null;
      }),
    );
    expect(taken.filter(Boolean)).toHaveLength(20);
    expect(await readdir(shelf)).toEqual([]);
  });

  it("makes as many as are missing, ahead of time", async () => {
    const spares = await openSpareFiles(join(folder, "spare"));
    await spares.stock(5);
    await (await openSpareFiles(join(folder, "spare"))).stock(7);
    expect(await readdir(join(folder, "spare"))).toHaveLength(7);
  });

  it("keeps nothing of a file that is not there, and does not complain", async () => {
    const spares = await openSpareFiles(join(folder, "spare"));
    expect(await spares.keep(join(folder, "absent.eml"))).toBe(true);
    expect(await readdir(join(folder, "spare"))).toEqual([]);
  });

  it("does not follow a link that stands where the file should", async () => {
    const spares = await openSpareFiles(join(folder, "spare"));
    const other = join(folder, "other");
    await writeFile(other, "not ours");
    const { symlink } = await import("node:fs/promises");
    await symlink(other, join(folder, "link.eml"));
    await expect(spares.keep(join(folder, "link.eml"))).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
    const handle = await openFile(other);
    expect((await handle.stat()).size).toBe(8);
    await handle.close();
  });
});

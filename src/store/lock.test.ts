import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { startChild } from "./child-program.ts";
import { lockFolder } from "./lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-lock-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("lock of a folder", () => {
  it("refuses a second holder in the same process until the first lets go", async () => {
    const first = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: "STORE_LOCKED",
      facts: { pid: process.pid },
    });
    first.release();
    first.release();
    (await lockFolder(folder)).release();
  });

  it("refuses while another process holds it, by its pid, and is free the moment that one is killed", async () => {
    const child = startChild(`
      import { lockFolder } from "store/lock.ts";
      const lock = await lockFolder(${JSON.stringify(folder)});
      console.log("held");
      setInterval(() => lock, 1000);
    `);
    expect(await child.line()).toBe("held");
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: "STORE_LOCKED",
      facts: { pid: child.pid },
    });
    await child.kill();
    (await lockFolder(folder)).release();
  });
});

import { sign, verify } from "node:crypto";
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { loadClearPublicKey, loadKeys } from "./keys.ts";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "sekisho-keys-")), "keys");
});
afterEach(async () => {
  await rm(join(folder, ".."), { recursive: true });
});

describe("keys", () => {
  it("makes three files at the first start, mode 0600, and loads the same keys at the next", async () => {
    const first = await loadKeys(folder);
    const again = await loadKeys(folder);
    expect((await readdir(folder)).sort()).toEqual([
      "clear.key",
      "clear.pub",
      "vault.key",
    ]);
    for (const file of await readdir(folder))
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    expect(again.vault.equals(first.vault)).toBe(true);
    expect(again.clear.privateKey.equals(first.clear.privateKey)).toBe(true);
  });

  it("gives the courier a key that checks what the clear key signed", async () => {
    const { clear } = await loadKeys(folder);
    const words = Buffer.from("manifest");
    const signature = sign(null, words, clear.privateKey);
    const publicKey = await loadClearPublicKey(folder);
    expect(publicKey.type).toBe("public");
    expect(verify(null, words, publicKey, signature)).toBe(true);
  });

  it("makes one set of keys when 8 start at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => loadKeys(folder)),
    );
    for (const keys of all) {
      expect(keys.vault.equals(all[0]!.vault)).toBe(true);
      expect(keys.clear.publicKey.equals(all[0]!.clear.publicKey)).toBe(true);
    }
    expect((await readdir(folder)).length).toBe(3);
  });

  it.each([
    ["vault.key", 0o640],
    ["vault.key", 0o604],
    ["clear.key", 0o660],
    ["clear.pub", 0o666],
  ])("refuses %s with mode %o by name and mode", async (file, mode) => {
    await loadKeys(folder);
    await chmod(join(folder, file), mode);
    await expect(loadKeys(folder)).rejects.toMatchObject({
      code: "STORE_KEY_EXPOSED",
      facts: { file, mode: `0${mode.toString(8)}` },
    });
  });

  it.each(["vault.key", "clear.key", "clear.pub"])(
    "says STORE_DAMAGED, without quoting it, for a %s that is no key",
    async (file) => {
      await loadKeys(folder);
      await writeFile(join(folder, file), "no-key-here");
      const fault = await loadKeys(folder).catch((error: unknown) => error);
      expect(fault).toMatchObject({ code: "STORE_DAMAGED", facts: { file } });
      expect(String(fault)).not.toContain("no-key-here");
    },
  );

  it("makes no key for the courier", async () => {
    await expect(loadClearPublicKey(folder)).rejects.toMatchObject({
      code: "STORE_DAMAGED",
    });
  });
});

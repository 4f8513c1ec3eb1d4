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
  it("makes four files at the first start, mode 0600, and loads the same keys at the next", async () => {
    const first = await loadKeys(folder);
    const again = await loadKeys(folder);
    expect((await readdir(folder)).sort()).toEqual([
      "clear.key",
      "clear.pub",
      "vault.id",
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
    expect((await readdir(folder)).length).toBe(4);
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

  it.each(["vault.key", "vault.id", "clear.key", "clear.pub"])(
    "says STORE_DAMAGED, without quoting it, for a %s that is no key",
    async (file) => {
      await loadKeys(folder);
      await writeFile(join(folder, file), "no-key-here");
      const fault = await loadKeys(folder).catch((error: unknown) => error);
      expect(fault).toMatchObject({ code: "STORE_DAMAGED", facts: { file } });
      expect(String(fault)).not.toContain("no-key-here");
    },
  );

  it("takes keys that are given, keeps none of them in the folder, and gives the courier the public half", async () => {
    const given = { vault: "0f".repeat(32), clear: "1e".repeat(32) };
    const keys = await loadKeys(folder, given);
    expect((await readdir(folder)).sort()).toEqual(["clear.pub", "vault.id"]);
    expect(keys.vault.export().toString("hex")).toBe(given.vault);
    // RFC 8032 §5.1.5: the seed makes the key.
    const jwk = keys.clear.privateKey.export({ format: "jwk" });
    expect(Buffer.from(String(jwk.d), "base64url").toString("hex")).toBe(
      given.clear,
    );
    const publicKey = await loadClearPublicKey(folder);
    expect(publicKey.equals(keys.clear.publicKey)).toBe(true);
    const again = await loadKeys(folder, given);
    expect(again.clear.privateKey.equals(keys.clear.privateKey)).toBe(true);
  });

  it.each(["vault", "clear"] as const)(
    "refuses another %s key, and none, where one was given before, and makes no file",
    async (which) => {
      const given = { vault: "0f".repeat(32), clear: "1e".repeat(32) };
      await loadKeys(folder, given);
      for (const wrong of ["2d".repeat(32), null])
        await expect(
          loadKeys(folder, { ...given, [which]: wrong }),
        ).rejects.toMatchObject({ code: "CONFIG_INVALID" });
      expect((await readdir(folder)).sort()).toEqual(["clear.pub", "vault.id"]);
    },
  );

  it("refuses a given key where the folder keeps another, without quoting either", async () => {
    await loadKeys(folder);
    const given = { vault: "0f".repeat(32), clear: null };
    const fault = await loadKeys(folder, given).catch(
      (error: unknown) => error,
    );
    expect(fault).toMatchObject({ code: "CONFIG_INVALID" });
    expect(String(fault)).toContain("SEKISHO_VAULT_KEY is not the key in");
    expect(String(fault)).not.toContain("0f0f");
  });

  it("takes a key out of the folder: given with the same value, its file may go", async () => {
    const { vault } = await loadKeys(folder);
    const given = { vault: vault.export().toString("hex"), clear: null };
    await loadKeys(folder, given);
    await rm(join(folder, "vault.key"));
    expect((await loadKeys(folder, given)).vault.equals(vault)).toBe(true);
  });

  it("makes no key for the courier", async () => {
    await expect(loadClearPublicKey(folder)).rejects.toMatchObject({
      code: "STORE_DAMAGED",
    });
  });
});

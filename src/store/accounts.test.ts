import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Accounts } from "../core/account.ts";
import { createAccounts } from "./accounts.ts";
import { ACCOUNTS_SCHEMA } from "./accounts/schema.ts";

let folder: string;
let file: string;
let accounts: Accounts;
let now: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-accounts-"));
  file = join(folder, "accounts.db");
  now = 1000;
  accounts = await createAccounts(file, () => now);
});
afterEach(async () => {
  await accounts.close();
  await rm(folder, { recursive: true });
});

const SATO = {
  ...{ name: "sato", displayName: "佐藤" },
  grants: [{ role: "manager", tenant: "kawa" }],
} as const;
const MADE = {
  ...{ password: "$argon2id$…", totp: Uint8Array.of(1, 2), step: 7 },
  recovery: ["a", "b"],
};
const link = (token: string, expiresAt = 2000, from: string | null = null) => ({
  token,
  expiresAt,
  from,
});

const from = (address: string) =>
  ({ address, way: "password", isConfirmed: false }) as const;

async function ready(): Promise<void> {
  await accounts.invite(SATO, link("t"));
  await accounts.accept("t", MADE, null);
}

describe("accounts", () => {
  it("are invited, set up with the link once, and then have something to sign in with", async () => {
    expect(await accounts.any()).toBe(false);
    expect(await accounts.invite(SATO, link("t"))).toBe(true);
    expect(await accounts.invite(SATO, link("u"))).toBe(false);
    expect(await accounts.credentials("sato")).toBeNull();
    expect(await accounts.prepare("t", Uint8Array.of(9))).toBe(true);
    expect((await accounts.invitation("t"))?.totp).toEqual(Uint8Array.of(9));
    const both = [
      accounts.accept("t", MADE, null),
      accounts.accept("t", MADE, null),
    ];
    expect((await Promise.all(both)).map((one) => one?.state ?? null)).toEqual([
      "active",
      null,
    ]);
    expect(await accounts.credentials("sato")).toMatchObject({
      password: MADE.password,
    });
    expect(await accounts.find("sato")).toMatchObject({
      ...SATO,
      state: "active",
    });
  });

  it("have no use for a link from its last millisecond on", async () => {
    await accounts.invite(SATO, link("t", 2000));
    now = 1999;
    expect(await accounts.invitation("t")).not.toBeNull();
    now = 2000;
    expect(await accounts.invitation("t")).toBeNull();
    expect(await accounts.prepare("t", Uint8Array.of(1))).toBe(false);
    expect(await accounts.accept("t", MADE, null)).toBeNull();
  });

  it("have a link for the first one while there is none; five at a time, and all go with the first", async () => {
    for (let n = 0; n < 7; n += 1)
      await accounts.inviteFirst(link(`f${n}`, 2000 + n));
    const good = await Promise.all(
      Array.from({ length: 7 }, (_, n) => accounts.invitation(`f${n}`)),
    );
    expect(good.map((one) => one !== null)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(await accounts.accept("f3", MADE, SATO)).toMatchObject({
      name: "sato",
    });
    expect(await accounts.invitation("f4")).toBeNull();
    expect(
      await accounts.accept("f5", MADE, { ...SATO, name: "ito" }),
    ).toBeNull();
    await accounts.inviteFirst(link("f9"));
    expect(await accounts.invitation("f9")).toBeNull();
  });

  it("use a step once and never an older one, a code once", async () => {
    await ready();
    const used = [7, 8, 8, 9, 8].map((step) => accounts.useStep("sato", step));
    expect(await Promise.all(used)).toEqual([false, true, false, true, false]);
    expect([
      await accounts.useRecovery("sato", "a"),
      await accounts.useRecovery("sato", "a"),
      await accounts.useRecovery("ito", "b"),
      await accounts.recoveryLeft("sato"),
    ]).toEqual([true, false, false, 1]);
  });

  it("lose everything to sign in with when reset, and keep their roles", async () => {
    await ready();
    await accounts.openSession("s", "sato", from("192.0.2.1"));
    expect(await accounts.reset("sato", link("n"))).toBe(true);
    expect(await accounts.credentials("sato")).toBeNull();
    expect(await accounts.session("s")).toBeNull();
    expect(await accounts.recoveryLeft("sato")).toBe(0);
    expect(await accounts.invitation("n")).toMatchObject({ account: SATO });
    expect(await accounts.reset("nobody", link("x"))).toBe(false);
  });

  it("stay disabled when reset, and come back as what they were when enabled", async () => {
    await ready();
    await accounts.setDisabled("sato", true);
    expect(await accounts.credentials("sato")).toBeNull();
    await accounts.reset("sato", link("n"));
    expect(await accounts.find("sato")).toMatchObject({ state: "disabled" });
    expect(await accounts.invitation("n")).toBeNull();
    await accounts.setDisabled("sato", false);
    expect(await accounts.find("sato")).toMatchObject({ state: "invited" });
    expect(await accounts.invitation("n")).not.toBeNull();
  });

  it("forget sessions that began or were seen before a time", async () => {
    await ready();
    await accounts.openSession("old", "sato", from("x"));
    now = 5000;
    await accounts.openSession("new", "sato", from("x"));
    await accounts.sweep(2000, 0);
    expect([
      await accounts.session("old"),
      (await accounts.session("new"))?.createdAt,
    ]).toEqual([null, 5000]);
    now = 9000;
    await accounts.touchSession("new");
    await accounts.sweep(0, 8000);
    expect((await accounts.session("new"))?.seenAt).toBe(9000);
  });

  it("are in a file of its owner's alone, which a second process may open at the same time", async () => {
    await ready();
    const other = await createAccounts(file, () => now);
    await other.setGrants("sato", []);
    expect((await accounts.find("sato"))?.grants).toEqual([]);
    await other.close();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("refuse the file of a newer program, and one that is none", async () => {
    const newer = join(folder, "newer.db");
    const database = new DatabaseSync(newer);
    database.exec("PRAGMA user_version = 99");
    database.close();
    await expect(createAccounts(newer)).rejects.toMatchObject({
      code: "STORE_NEWER",
    });
    await writeFile(join(folder, "none.db"), "x".repeat(5000));
    await expect(createAccounts(join(folder, "none.db"))).rejects.toMatchObject(
      { code: "STORE_DAMAGED" },
    );
  });

  it("of the first version keep their people; a session from before was never confirmed", async () => {
    const old = join(folder, "old.db");
    const database = new DatabaseSync(old);
    database.exec(ACCOUNTS_SCHEMA);
    database.exec(`INSERT INTO accounts (name, display_name, state, created_at) VALUES ('sato', '佐藤', 'active', 1);
      INSERT INTO sessions VALUES ('s', 'sato', 1, 1, 'x'); PRAGMA user_version = 1`);
    database.close();
    const later = await createAccounts(old, () => now);
    expect(await later.session("s")).toMatchObject({
      ...{ confirmedAt: 0, way: "password" },
    });
    expect(await later.passkeys("sato")).toEqual([]);
    expect(await later.hands("sato")).toEqual({ issuers: [], setUpAt: 0 });
    await later.close();
  });

  it("keep through whose hands they went, as it was when the link was issued", async () => {
    const invite = async (name: string, from: string | null) => {
      await accounts.invite({ ...SATO, name }, link(name, 9000, from));
      now += 1;
      await accounts.accept(name, MADE, null);
    };
    await invite("first", null);
    await invite("ghost", "first");
    await invite("shade", "ghost");
    expect(await accounts.hands("shade")).toEqual({
      ...{ issuers: ["ghost", "first"], setUpAt: 1003 },
    });
    await accounts.reset("ghost", link("g", 9000));
    expect(await accounts.hands("ghost")).toEqual({ issuers: [], setUpAt: 0 });
    expect((await accounts.hands("shade")).issuers).toEqual(["ghost", "first"]);
  });

  it("have ten passkeys at most, each known once, whose count goes on only", async () => {
    await ready();
    const key = (id: string, counter = 0) => ({
      ...{ id, account: "sato", name: id, publicKey: Uint8Array.of(1) },
      ...{ counter, transports: ["usb"], isSynced: false },
    });
    for (let n = 0; n < 10; n += 1)
      expect(await accounts.addPasskey(key(`${n}`, n))).toBe(true);
    expect(await accounts.addPasskey(key("10"))).toBe(false);
    expect(await accounts.removePasskey("ito", "9")).toBe(false);
    expect(await accounts.removePasskey("sato", "9")).toBe(true);
    expect(await accounts.addPasskey(key("8"))).toBe(false);
    const uses = [
      await accounts.usePasskey("8", 8),
      await accounts.usePasskey("8", 9),
      await accounts.usePasskey("8", 9),
      await accounts.usePasskey("0", 0),
      await accounts.usePasskey("0", 0),
      await accounts.usePasskey("8", 0),
    ];
    expect(uses).toEqual([false, true, false, true, true, false]);
    await accounts.reset("sato", link("n"));
    expect(await accounts.passkeys("sato")).toEqual([]);
  });

  it("mean one person of a provider, until they are reset", async () => {
    await ready();
    await accounts.invite({ ...SATO, name: "ito" }, link("u"));
    expect(await accounts.bindSubject("sato", "iss 1")).toBe(true);
    expect(await accounts.bindSubject("sato", "iss 1")).toBe(true);
    expect(await accounts.bindSubject("sato", "iss 2")).toBe(false);
    expect(await accounts.bindSubject("ito", "iss 1")).toBe(false);
    await accounts.reset("sato", link("n"));
    expect(await accounts.bindSubject("ito", "iss 1")).toBe(true);
  });
});

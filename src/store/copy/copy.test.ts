import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createHash } from "node:crypto";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { Ledger } from "../../core/ledger.ts";
import type { Spool } from "../../core/stores.ts";
import { createAccounts } from "../accounts.ts";
import * as keyring from "../keys.ts";
import { createLedger } from "../ledger.ts";
import { createSpool } from "../spool.ts";
import { backup } from "./backup.ts";
import type { Backup } from "./backup.ts";
import { copyDatabase, LedgerCopy } from "./ledger-copy.ts";
import { gather } from "./gather.ts";
import { restore } from "./restore.ts";

const PASSPHRASE = "ume-ga-saku-koro-ni";
let folder: string;
let ledger: Ledger;
let spool: Spool;
const at = (name: string) => join(folder, name);
const places = () => ({
  ...{ ledger: at("ledger.db"), accounts: at("accounts.db"), keys: at("keys") },
  signedState: at("signed-state.json"),
  ...{ spool: at("spool"), vault: at("vault"), outbox: at("outbox") },
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-copy-"));
  ledger = await createLedger(at("ledger.db"));
  spool = await createSpool(at("spool"), { maxMessageBytes: 1 });
  for (const name of ["vault", "outbox"]) await mkdir(at(name));
  await (await createAccounts(at("accounts.db"))).close();
  await writeFile(at("signed-state.json"), "{}\nsignature\n");
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

async function received(
  text = "Subject: x\r\n\r\nx",
  parent: ItemId | null = null,
): Promise<ItemId> {
  const id = newItemId();
  const content = Buffer.from(text);
  await spool.write(
    id,
    (async function* () {
      yield content;
    })(),
  );
  await ledger.receive({
    ...{ id, tenant: "kawa", bytes: content.length },
    sha256: createHash("sha256").update(content).digest("hex"),
    envelope: {
      ...{ reversePath: "a@example.com", recipients: ["b@kawa.lg.jp"] },
      client: { address: "192.0.2.1", helo: "mx.example.com", tls: true },
      smtpUtf8: false,
    },
    ...{ parent, override: null },
  });
  return id;
}

async function copy(passphrase: string | null = PASSPHRASE): Promise<Backup> {
  const keys = await keyring.loadKeys(at("keys"));
  for (const load of [
    ...[keyring.loadConsoleKey, keyring.loadRecordKeys],
    ...[keyring.loadCertificateKey, keyring.loadRecipientsKey],
    keyring.loadSelfTestKey,
  ])
    await load(at("keys"));
  return backup({
    ...{ places: places(), out: at("copy.tar"), hostname: "gate.test" },
    ...{ configuration: "gateway: {}\n", passphrase },
    privateKey: keys.clear.privateKey,
  });
}

const back = (over: object = {}) =>
  restore({
    ...{ file: at("copy.tar"), into: at("new"), passphrase: PASSPHRASE },
    ...{ publicKey: null, who: "sato", why: "訓練", ...over },
  });

describe("a copy", () => {
  it("comes back with ledger, accounts, originals, settings, their signed state and every key, its crossing stopped", async () => {
    const id = await received();
    const made = await copy();
    expect(made.contents.missing).toEqual([]);
    const restored = await back();
    expect(restored).toMatchObject({
      ...{ hasKeys: true, marks: { waiting: 1, unknown: 0 } },
    });
    for (const name of [
      ...["accounts.db", "sekisho.yaml", "signed-state.json"],
      `spool/${id}.eml`,
    ])
      expect([name, (await stat(at(`new/${name}`))).mode & 0o777]).toEqual([
        name,
        0o600,
      ]);
    const keys = await readdir(at("keys"));
    expect(keys.sort()).toEqual(Object.values(keyring.KEY_FILES).flat().sort());
    for (const key of keys)
      expect(await readFile(at(`new/keys/${key}`))).toEqual(
        await readFile(at(`keys/${key}`)),
      );
    const again = await createLedger(at("new/ledger.db"));
    expect((await again.item(id))?.state).toBe("received");
    expect((await again.crossing()).stops).toMatchObject([
      { tenant: "*", who: "sato" },
    ]);
    expect((await again.verifyAudit()).brokenAt).toBeNull();
    await again.close();
  });

  it("can be looked into with tar", async () => {
    await received();
    await copy();
    const { execFileSync } = await import("node:child_process");
    const list = execFileSync("tar", ["-tf", at("copy.tar")]).toString();
    expect(list.split("\n")).toEqual(
      expect.arrayContaining(["ledger.db", "keys.sealed", "contents.sig"]),
    );
  });

  it("holds no secret key without a passphrase, and none in the clear with one", async () => {
    await copy();
    const file = await readFile(at("copy.tar"), "latin1");
    for (const key of keyring.KEY_FILES.secret)
      expect(file).not.toContain(
        (await readFile(at(`keys/${key}`), "latin1")).trim(),
      );
  });

  it("is refused when 1 byte of a file in it was changed, and leaves no folder behind", async () => {
    const id = await received("Subject: x\r\n\r\nhello sekisho");
    await copy();
    const file = await readFile(at("copy.tar"));
    file[file.indexOf("hello sekisho")]! ^= 1;
    await writeFile(at("copy.tar"), file);
    await expect(back()).rejects.toMatchObject({
      ...{ code: "STORE_DAMAGED" },
      facts: { what: `spool/${id}.eml is not the file that was copied` },
    });
    await expect(stat(at("new"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("is refused when it was signed by another gateway", async () => {
    await copy();
    await mkdir(at("other"));
    await keyring.loadKeys(at("other/keys"));
    const publicKey = await readFile(at("other/keys/clear.pub"), "utf8");
    await expect(back({ publicKey })).rejects.toMatchObject({
      ...{ code: "STORE_DAMAGED", facts: { part: "signature" } },
    });
  });

  it("is refused when it is cut off, for a wrong passphrase, and into a folder that is not empty", async () => {
    await copy();
    await expect(back({ passphrase: "another phrase" })).rejects.toMatchObject({
      facts: { part: "keys" },
    });
    await mkdir(at("new"));
    await writeFile(at("new/x"), "");
    await expect(back()).rejects.toMatchObject({ code: "STORE_LOCKED" });
    const file = await readFile(at("copy.tar"));
    await writeFile(at("copy.tar"), file.subarray(0, file.length - 4096));
    await expect(back({ into: at("new2") })).rejects.toMatchObject({
      code: "STORE_DAMAGED",
    });
  });

  it("says which mail has no file", async () => {
    const id = await received();
    await rm(at(`spool/${id}.eml`));
    expect((await copy()).contents.missing).toEqual([id]);
  });

  it("misses no file of what was made of something made of a mail whose file is there", async () => {
    const id = await received();
    const first = await received("x", id);
    const second = await received("x", first);
    for (const one of [first, second]) await rm(at(`spool/${one}.eml`));
    expect((await copy()).contents.missing).toEqual([]);
  });

  it("has no row without its file though mails end while it is made: 20 of 40 end after the ledger's copy", async () => {
    const ids: ItemId[] = [];
    for (let count = 0; count < 40; count += 1)
      ids.push(await received(`Subject: ${count}\r\n\r\nx`));
    copyDatabase(at("ledger.db"), at("then.db"));
    for (const id of ids.slice(0, 20)) {
      await ledger.advance(id, "planned");
      await ledger.clear(id, "clean", []);
      await ledger.openAttempt(id, Date.now(), 1000);
      const receipt = {
        ...{ recipient: "b@kawa.lg.jp", kind: "accepted" as const },
        reply: "250",
      };
      await ledger.closeAttempt(id, [receipt], 0, false);
      await spool.remove(id);
    }
    const then = new LedgerCopy(at("then.db"), at("ledger.db"));
    const put: string[] = [];
    const gathered = await gather(places(), then, async (path) => {
      put.push(path);
    });
    then.close();
    expect(gathered.missing).toEqual([]);
    expect([...gathered.endedMeanwhile].sort()).toEqual(
      ids.slice(0, 20).sort(),
    );
    expect(put.sort()).toEqual(
      ids
        .slice(20)
        .map((id) => `spool/${id}.eml`)
        .sort(),
    );
    const copied = await createLedger(at("then.db"));
    expect(await copied.counts()).toMatchObject({
      ...{ delivered: 20, received: 20 },
    });
    await copied.close();
  });
});

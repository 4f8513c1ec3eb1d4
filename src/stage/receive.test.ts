import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../core/fault.ts";
import type { ItemId } from "../core/id.ts";
import type { Lanes } from "../core/lanes.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Spool } from "../core/stores.ts";
import { createLedger } from "../store/ledger.ts";
import { createSpool } from "../store/spool.ts";
import type { ReceiveDeps } from "./receive.ts";
import { createReceive } from "./receive.ts";

const MAIL = Buffer.from("Subject: a\r\n\r\nb\r\n");
const ENVELOPE = {
  reversePath: "sato@example.com",
  recipients: ["a@kawa.lg.jp", "b@kawa.lg.jp"],
  client: { address: "192.0.2.1", helo: "client.example", tls: false },
  smtpUtf8: false,
};
let folder: string;
let spool: Spool;
let ledger: Ledger;
let rung: ItemId[];
const said: string[] = [];
const note = (event: string) => void said.push(event);
const log = { info: note, warn: note, error: note };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-receive-"));
  spool = await createSpool(join(folder, "spool"), { maxMessageBytes: 1000 });
  ledger = await createLedger(join(folder, "ledger.db"));
  rung = [];
  said.length = 0;
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

async function* bytes(fault?: Fault) {
  yield MAIL.subarray(0, 5);
  if (fault !== undefined) throw fault;
  yield MAIL.subarray(5);
}

const ring: Lanes["ring"] = async (lane, { item }) => {
  expect(lane).toBe("inspect");
  rung.push(item);
};

function receive(
  deps: Partial<ReceiveDeps> = {},
  mail: { readonly fault?: Fault; readonly signal?: AbortSignal } = {},
): Promise<ItemId> {
  const { fault, ...rest } = mail;
  const accept = createReceive({
    spool,
    ledger,
    lanes: { ring },
    log,
    ...deps,
  });
  const source = bytes(fault);
  return accept({ tenant: "kawa", envelope: ENVELOPE, source, ...rest });
}

const files = async () =>
  (await readdir(join(folder, "spool"), { recursive: true })).filter(
    (name) => name.endsWith(".eml") && !name.startsWith("spare/"),
  );

describe("receive", () => {
  it("has file and row before it returns, and has rung once", async () => {
    const id = await receive();
    expect(await ledger.item(id)).toMatchObject({
      id,
      tenant: "kawa",
      state: "received",
      envelope: ENVELOPE,
      bytes: MAIL.length,
      sha256: createHash("sha256").update(MAIL).digest("hex"),
    });
    expect((await spool.read(id))?.bytes).toBe(MAIL.length);
    expect(rung).toEqual([id]);
  });

  it("neither waits for a bell that hangs nor fails for one that is broken", async () => {
    await receive({ lanes: { ring: () => new Promise(() => undefined) } });
    const broken = () => Promise.reject(new Fault("QUEUE_UNREACHABLE"));
    await receive({ lanes: { ring: broken } });
    expect(await files()).toHaveLength(2);
    expect(said).toEqual(["receive.bell-failed"]);
  });

  it("leaves nothing and says what the source threw when the source fails", async () => {
    const fault = new Fault("SMTP_CLIENT_GONE");
    await expect(receive({}, { fault })).rejects.toBe(fault);
    expect(await files()).toEqual([]);
    expect((await ledger.counts()).received).toBe(0);
  });

  it("leaves nothing when nobody waits for the answer any more", async () => {
    const signal = AbortSignal.abort();
    await expect(receive({}, { signal })).rejects.toThrow("STORE_FAILED");
    expect(await files()).toEqual([]);
    expect((await ledger.counts()).received).toBe(0);
  });

  it("removes the file when the ledger fails before its commit", async () => {
    const failing = {
      receive: () => Promise.reject(new Fault("STORE_FULL")),
      item: (id: ItemId) => ledger.item(id),
    };
    await expect(receive({ ledger: failing })).rejects.toThrow("STORE_FULL");
    expect(await files()).toEqual([]);
    expect(rung).toEqual([]);
  });

  it("takes the mail when the ledger fails after its commit", async () => {
    const failing: ReceiveDeps["ledger"] = {
      async receive(item) {
        await ledger.receive(item);
        throw new Fault("STORE_FAILED");
      },
      item: (id) => ledger.item(id),
    };
    const id = await receive({ ledger: failing });
    expect((await ledger.item(id))?.state).toBe("received");
    expect(await files()).toHaveLength(1);
  });

  it("keeps the file when nobody can say whether there is a row", async () => {
    const silent: ReceiveDeps["ledger"] = {
      receive: () => Promise.reject(new Fault("STORE_FAILED")),
      item: () => Promise.reject(new Fault("STORE_FAILED")),
    };
    await expect(receive({ ledger: silent })).rejects.toThrow("STORE_FAILED");
    expect(await files()).toHaveLength(1);
    expect(said).toEqual(["receive.litter"]);
  });

  it("tells the probe when the file is durable and when the row is", async () => {
    const points: string[] = [];
    await receive({ probe: (point) => void points.push(point) });
    expect(points).toEqual(["spooled", "committed"]);
  });
});

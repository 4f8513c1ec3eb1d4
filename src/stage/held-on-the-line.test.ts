import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mixedMail } from "../../fixtures/mail.ts";
import { newItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Log } from "../core/log.ts";
import { DAY } from "../core/units.ts";
import type { ScanVerdict } from "../core/verdict.ts";
import { ExceptionTable } from "../policy/exceptions.ts";
import { DEFAULT_POLICY, type Policy } from "../policy/policy.ts";
import { createPolicies } from "../policy/variant.ts";
import { createRender } from "../render/render.ts";
import { loadKeys } from "../store/keys.ts";
import { createLedger } from "../store/ledger.ts";
import { createOutbox } from "../store/outbox.ts";
import { createSpool } from "../store/spool.ts";
import { createVault } from "../store/vault.ts";
import { createWorkspace } from "../store/work.ts";
import { askRescan } from "./ask-rescan.ts";
import { createClear } from "./clear.ts";
import type { LineTools } from "./line-tools.ts";
import { createLine } from "./line.ts";
import { createMadeBefore } from "./made-before.ts";
import { release } from "./release.ts";
import { keepExceptions } from "./standing-exceptions.ts";
import { clearAway, ringAgain } from "./tend.ts";

/** The line on real stores, with a scanner whose signatures change. */
let folder: string;
let ledger: Ledger;
let tools: LineTools;
let signatures: (text: string) => ScanVerdict;
let exceptions: ExceptionTable;
let policy: Policy;
let rung: [string, ItemId][];

const CLEAN: ScanVerdict = { kind: "clean", engine: "t/1" };
const found = (signature: string): ScanVerdict => ({
  ...{ kind: "malicious", engine: "t/1", signature },
});
const log: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const BY = { who: "sato", why: "電話で確認", via: "test" };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-held-"));
  const keys = await loadKeys(join(folder, "keys"));
  ledger = await createLedger(join(folder, "ledger.db"));
  signatures = () => CLEAN;
  exceptions = new ExceptionTable([]);
  policy = { ...DEFAULT_POLICY, malicious: "hold-mail" };
  rung = [];
  const never = () => Promise.reject(new Error("no document here"));
  tools = {
    spool: await createSpool(join(folder, "spool")),
    vault: await createVault(join(folder, "vault"), keys.vault),
    outbox: await createOutbox(join(folder, "outbox"), keys.clear),
    ledger,
    lanes: { ring: async (lane, { item }) => void rung.push([lane, item]) },
    scanner: {
      health: async () => null,
      async scan(content) {
        const pieces: Uint8Array[] = [];
        for await (const piece of content.open()) pieces.push(piece);
        return signatures(Buffer.concat(pieces).toString("latin1"));
      },
    },
    pit: {
      ...{ open: never, unpack: never, convert: never },
      proveWalls: async () => [],
    },
    render: createRender(DEFAULT_LIMITS),
    madeBefore: createMadeBefore(0),
    clear: createClear({ limits: DEFAULT_LIMITS }),
    workspace: () => createWorkspace(join(folder, "work"), 1 << 20),
    limits: DEFAULT_LIMITS,
    hostname: "sekisho.example",
    recipientLink: null,
    policyFor: (_tenant, variant) => createPolicies(policy, [])(variant),
    exceptions: () => exceptions,
    ownSender: () => ({
      tenantName: "川町",
      address: "postmaster@kawa.example",
    }),
    log,
    probe: () => undefined,
  };
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

async function accepted(raw: string | Buffer): Promise<ItemId> {
  const id = newItemId();
  const { bytes, sha256 } = await tools.spool.write(
    id,
    (async function* () {
      yield Buffer.from(raw);
    })(),
  );
  const client = { address: "192.0.2.1", helo: "x.example", tls: false };
  await ledger.receive({
    ...{ id, tenant: "kawa", bytes, sha256, parent: null, override: null },
    envelope: {
      ...{ reversePath: "taro@example.com", recipients: ["a@kawa.lg.jp"] },
      ...{ client, smtpUtf8: false },
    },
  });
  await work("inspect", id);
  return id;
}

const work = (lane: "inspect" | "sanitize", item: ItemId) =>
  createLine(tools)(lane)({ item });

async function delivered(id: ItemId): Promise<void> {
  await ledger.openAttempt(id, Date.now(), 60_000);
  const receipt = { recipient: "a@kawa.lg.jp", reply: "250" };
  await ledger.closeAttempt(id, [{ ...receipt, kind: "accepted" }], 0, false);
}

async function scannedAgain(id: ItemId, whenClean: "stay" | "go" = "stay") {
  expect(await askRescan(tools, id, { ...BY, whenClean })).toBe(true);
  expect(rung.at(-1)).toEqual(["sanitize", id]);
  await work("sanitize", id);
  const last = (await ledger.history(id, 99)).at(-1);
  expect(last?.act).toBe("rescanned");
  return last?.facts["outcome"];
}

const standing = async (id: ItemId) => {
  const { state, verdict } = (await ledger.item(id))!;
  const holds = await ledger.holds({ item: id, state: "held", limit: 9 });
  return [state, verdict, ...holds.map(({ code }) => code)];
};

const MAIL =
  "From: Taro <taro@example.com>\r\nSubject: x\r\nMIME-Version: 1.0\r\n" +
  "Content-Type: text/plain\r\n\r\nharmless words\r\n";
/** Reads in two ways: two types of one part. */
const DOUBTFUL =
  "From: Taro <taro@example.com>\r\nSubject: x\r\nMIME-Version: 1.0\r\n" +
  "Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n<b>words</b>\r\n";

describe("a mail that was held for a virus", () => {
  it("goes on when the signatures of today do not find it, and that was asked for", async () => {
    signatures = (text) => (text.includes("words") ? found("False") : CLEAN);
    const id = await accepted(MAIL);
    expect(await standing(id)).toEqual(["held", "malicious", "VIRUS_FOUND"]);
    expect(await scannedAgain(id, "go")).toBe("virus-still");
    signatures = () => CLEAN;
    expect(await scannedAgain(id, "go")).toBe("gone-on");
    expect(rung.at(-1)).toEqual(["inspect", id]);
    await work("inspect", id);
    expect((await standing(id))[0]).toBe("cleared");
  });

  it("waits for a person otherwise, whose release has it scanned once more", async () => {
    signatures = () => found("False");
    const id = await accepted(MAIL);
    signatures = () => CLEAN;
    expect(await scannedAgain(id)).toBe("clean-now");
    expect(await standing(id)).toEqual([
      ...["held", "unexaminable", "RESCANNED_CLEAN"],
    ]);
    signatures = () => found("Later");
    expect((await release(tools, id, BY)).kind).toBe("released");
    await work("inspect", id);
    expect(await standing(id)).toEqual(["held", "malicious", "VIRUS_FOUND"]);
  });
});

describe("a mail that was held for a doubt", () => {
  it("is malicious when a virus is found in it later, and released by nobody", async () => {
    const id = await accepted(DOUBTFUL);
    expect(await standing(id)).toEqual([
      ...["held", "unexaminable", "AMBIGUOUS_STRUCTURE"],
    ]);
    signatures = (text) => (text.includes("words") ? found("New") : CLEAN);
    expect(await scannedAgain(id)).toBe("virus-found");
    expect((await standing(id)).slice(0, 2)).toEqual(["held", "malicious"]);
    expect(await release(tools, id, BY)).toMatchObject({ kind: "refused" });
  });

  it("stays as it is when nothing is found, whatever was asked for", async () => {
    const id = await accepted(DOUBTFUL);
    expect(await scannedAgain(id, "go")).toBe("unchanged");
    expect((await standing(id)).slice(2)).toEqual(["AMBIGUOUS_STRUCTURE"]);
  });

  it("waits while the scanner is away, and the janitor rings again", async () => {
    const id = await accepted(DOUBTFUL);
    signatures = () => ({
      ...{ kind: "unexaminable", engine: "t", detail: "away" },
      code: "SCANNER_UNAVAILABLE",
    });
    await askRescan(tools, id, { ...BY, whenClean: "stay" });
    for (let at = 0; at < 5; at++) await work("sanitize", id);
    expect(await ledger.rescanOf(id)).toMatchObject({ attempts: 5 });
    rung = [];
    const idle = { list: async function* () {}, remove: async () => undefined };
    const shelves = { ...tools, vault: idle, outbox: idle, log };
    await ringAgain(shelves, -1000);
    expect(rung).toEqual([["sanitize", id]]);
    signatures = () => CLEAN;
    await work("sanitize", id);
    expect(await ledger.rescanOf(id)).toBeNull();
  });
});

describe("exceptions by sender", () => {
  const add = async (kind: "block" | "trust", sender = "example.com") => {
    const until = Date.now() + DAY;
    const place = { recipient: null, tenant: null };
    await ledger.addException({ kind, sender, until, ...place }, BY);
    const kept = await keepExceptions(ledger, log, DAY);
    exceptions = kept.table();
    await kept.close();
  };
  const uses = async (id: ItemId) =>
    (await ledger.history(id, 99)).filter(
      ({ act }) => act === "exception-used",
    );

  it("hold mail of a blocked sender, once a person lets it go it goes", async () => {
    await add("block");
    const id = await accepted(MAIL);
    expect((await standing(id)).slice(2)).toEqual(["SENDER_BLOCKED"]);
    expect(await uses(id)).toHaveLength(1);
    const asked = { tenants: null, inForceOnly: true, limit: 9 };
    const counted = async () => (await ledger.exceptions(asked))[0];
    expect((await counted())?.uses).toBe(1);
    await ledger.useException((await counted())?.id ?? "", {
      ...{ item: id, kind: "block" },
    });
    expect((await counted())?.uses).toBe(1);
    expect((await counted())?.usedAt).toBeGreaterThan(Date.now() - DAY);
    await release(tools, id, BY);
    await work("inspect", id);
    expect((await standing(id))[0]).toBe("cleared");
  });

  it("leave a blocked sender's virus a virus, also where it would hold its part alone", async () => {
    await add("block");
    policy = DEFAULT_POLICY;
    signatures = () => found("V");
    expect((await standing(await accepted(MAIL))).slice(1)).toEqual([
      ...["malicious", "VIRUS_FOUND"],
    ]);
  });

  it("let a trusted sender's doubtful mail go on, on record, and nothing else of it", async () => {
    await add("trust");
    const id = await accepted(DOUBTFUL);
    expect((await standing(id))[0]).toBe("cleared");
    expect((await ledger.item(id))?.plan?.override).toMatchObject({
      ...{ act: "trust", who: "sato", waives: ["AMBIGUOUS_STRUCTURE"] },
    });
    expect(await uses(id)).toHaveLength(1);
    const plain = await accepted(MAIL);
    expect(await uses(plain)).toEqual([]);
    signatures = (text) => (text.includes("words") ? found("V") : CLEAN);
    expect((await standing(await accepted(DOUBTFUL))).slice(1)).toEqual([
      ...["malicious", "VIRUS_FOUND"],
    ]);
  });

  it("trust nobody who only writes so in From", async () => {
    await add("trust");
    const forged = DOUBTFUL.replace("taro@example.com", "x@other.example");
    expect((await standing(await accepted(forged)))[0]).toBe("held");
  });
});

describe("a pinned mail", () => {
  it("keeps its original, though it was discarded long ago", async () => {
    const id = await accepted(DOUBTFUL);
    await ledger.discard(id, BY);
    await ledger.pin(id, BY);
    const removed: ItemId[] = [];
    const later = {
      ...ledger,
      states: async (ids: readonly ItemId[]) =>
        (await ledger.states(ids)).map((one) => ({ ...one, updatedAt: 0 })),
    };
    const vault = {
      list: () => tools.vault.list(),
      remove: async (item: ItemId) => void removed.push(item),
    };
    const shelves = { ...tools, ledger: later, vault };
    await clearAway(shelves);
    expect(removed).toEqual([]);
    await ledger.unpin(id, BY);
    await clearAway(shelves);
    expect(removed).toEqual([id]);
  });
});

describe("a mail that goes on with a password", () => {
  it("is held again where the password is gone, and not sent a second time without it", async () => {
    const raw = mixedMail({
      text: "locked",
      attachments: [
        { name: "x.bin", type: "application/x", bytes: Buffer.from("\0\x01x") },
      ],
    });
    const id = await accepted(raw);
    await delivered(id);
    expect((await standing(id))[0]).toBe("delivered");
    const again = await ledger.release(id, {
      ...{ ...BY, at: "", until: new Date(Date.now() + DAY).toISOString() },
      ...{ waives: [], act: "password" },
    });
    await work("inspect", again!);
    expect(await standing(again!)).toEqual([
      ...["held", "unexaminable", "ENCRYPTED"],
    ]);
  });
});

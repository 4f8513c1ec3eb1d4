import { generateKeyPairSync } from "node:crypto";
import {
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { newItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import type { Ledger } from "../core/ledger.ts";
import type { AuditLine } from "../core/quarantine.ts";
import { DAY, HOUR, MINUTE } from "../core/units.ts";
import { signing } from "../store/checkpoint.ts";
import { createLedger } from "../store/ledger.ts";
import { createArchive, verifyArchive } from "../store/record-archive.ts";
import { RecordKeeper } from "./keep-record.ts";

const KEYS = generateKeyPairSync("ed25519");
const YEAR = 365 * DAY;

let folder: string;
let file: string;
let archives: string;
let ledger: Ledger;
let now: number;
let told: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-record-"));
  file = join(folder, "ledger.db");
  archives = join(folder, "archives");
  now = Date.parse("2026-04-01T00:00:00Z");
  ledger = await createLedger(file, () => now);
  told = [];
  sent = null;
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

type Keep = ConstructorParameters<typeof RecordKeeper>[0]["keep"];
const FOR_EVER: Keep = {
  entriesMs: { line: null, view: null, signIn: null, act: null },
  itemsMs: null,
};
const ONE_YEAR: Keep = {
  entriesMs: { line: YEAR, view: YEAR, signIn: YEAR, act: YEAR },
  itemsMs: null,
};

/** What every collector has; null: there is none. */
let sent: number | null;

function keeper(keep = FOR_EVER, archive: string | null = archives) {
  const say = (event: string) => void told.push(event);
  return new RecordKeeper({
    ...{ ledger, clock: () => now, keep },
    log: { info: say, warn: say, error: say },
    ...signing(KEYS, () => now),
    archive: archive === null ? null : createArchive.bind(null, archive),
    sentUpTo: () => sent,
  });
}

async function write(times: number, act = "viewed"): Promise<void> {
  for (let n = 0; n < times; n += 1)
    await ledger.record({ act, actor: "sato", facts: { n } });
}

async function entries(act: string) {
  return (
    await ledger.entries({
      ...{ act, actor: "janitor", peopleOnly: true, after: null, limit: 99 },
    })
  ).entries;
}

/** What somebody does who can write the ledger's file. */
function tamper(sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

describe("the janitor's look at the record", () => {
  it("comes a day after the first entry, then once a day, and signs how far the chain was proven", async () => {
    await write(5);
    const daily = keeper();
    await daily.round();
    now += DAY - 1;
    await daily.round();
    expect(await entries("record-checkpoint")).toEqual([]);
    now += 1;
    await daily.round();
    await daily.round();
    const [signed, ...more] = await entries("record-checkpoint");
    expect([signed?.facts["seq"], signed?.facts["from"], more]).toEqual([
      ...[5, 0],
      [],
    ]);
    expect(signing(KEYS).isSigned(signed?.facts ?? {})).toBe(true);
    now += DAY;
    await keeper().round();
    expect(await entries("record-checkpoint")).toHaveLength(2);
  });

  it("tells of an entry that was changed, and signs nothing", async () => {
    await write(5);
    tamper("UPDATE audit SET actor = 'ito' WHERE seq = 3");
    now += DAY;
    await keeper().round();
    expect(await entries("record-checkpoint")).toEqual([]);
    expect((await entries("record-broken"))[0]?.facts).toEqual({ brokenAt: 3 });
    expect(told).toEqual(["record.broken"]);
  });

  it("tells of a beginning that somebody else cut off, also when the chain itself holds", async () => {
    await write(9);
    const [line] = await ledger.auditLines(3);
    await ledger.record({
      ...{ act: "record-cut", actor: "janitor" },
      facts: {
        version: 1,
        seq: line!.seq,
        hash: line!.hash,
        at: "",
        signature: "",
      },
    });
    tamper("DELETE FROM audit WHERE seq <= 4");
    expect(await ledger.verifyAudit()).toMatchObject({
      brokenAt: null,
      from: 4,
    });
    now += DAY;
    await keeper().round();
    expect((await entries("record-broken"))[0]?.facts).toEqual({
      brokenAt: 10,
    });
  });

  it("tells of a cut without a word about it", async () => {
    await write(9);
    tamper("DELETE FROM audit WHERE seq <= 4");
    expect((await ledger.verifyAudit()).brokenAt).toBe(1);
  });
});

describe("entries past their time", () => {
  it("stay as long as a collector does not have them, and go when it has", async () => {
    await write(30);
    now += YEAR + 1;
    sent = 12;
    await keeper(ONE_YEAR).round();
    expect((await ledger.cutAt()).seq).toBe(12);
    expect((await ledger.auditLines(0))[0]?.seq).toBe(13);
    expect(told).toContain("record.not-sent");
    now += DAY;
    sent = 0;
    await keeper(ONE_YEAR).round();
    expect((await ledger.cutAt()).seq).toBe(12);
    now += DAY;
    sent = 99;
    await keeper(ONE_YEAR).round();
    expect((await ledger.cutAt()).seq).toBe(30);
    expect(await ledger.verifyAudit()).toMatchObject({ brokenAt: null });
  });

  it("go from the beginning into a signed file, and the chain still holds from there", async () => {
    await write(30);
    now += YEAR + 1;
    await write(3);
    await keeper(ONE_YEAR).round();
    const verified = await ledger.verifyAudit();
    expect(verified).toMatchObject({ from: 30, brokenAt: null });
    expect((await ledger.auditLines(0))[0]?.seq).toBe(31);
    const [name = ""] = await readdir(archives);
    expect(name).toBe("record-000000000001-000000000030.jsonl");
    const archive = join(archives, name);
    expect((await stat(archive)).mode & 0o777).toBe(0o600);
    expect(await verifyArchive(archive, [KEYS.publicKey])).toMatchObject({
      ...{ first: 1, last: 30, brokenAtLine: null },
      hash: (await ledger.cutAt()).hash,
    });
    expect((await entries("record-cut"))[0]?.facts).toMatchObject({
      ...{ first: 1, seq: 30, archived: name },
    });
    now += DAY;
    await keeper(ONE_YEAR).round();
    expect(told).not.toContain("record.broken");
  });

  const ACTS_STAY: Keep = {
    ...{ ...ONE_YEAR, entriesMs: { ...ONE_YEAR.entriesMs, act: null } },
  };
  const { isProven } = signing(KEYS);

  /** 3 views, an act, 4 views, a sign-in, an act, a view: the first three are cut off. */
  async function mixed(): Promise<void> {
    await write(3);
    await write(1, "released");
    await write(4);
    await write(1, "signed-in");
    await write(1, "released");
    await write(1);
    now += YEAR + 1;
  }

  it("leave the middle by kind: views and sign-ins go, the acts between them stay and the chain still holds", async () => {
    await mixed();
    await write(2);
    await keeper(ACTS_STAY).round();
    const left = await ledger.auditLines(0);
    expect(left.map(({ seq, act }) => [seq, act]).slice(0, 6)).toEqual([
      ...[
        [4, "released"],
        [9, "record-removed"],
        [10, "released"],
      ],
      ...[
        [11, "record-removed"],
        [12, "viewed"],
        [13, "viewed"],
      ],
    ]);
    expect(await ledger.verifyAudit(isProven)).toMatchObject({
      ...{ from: 3, removed: 6, entries: 7, brokenAt: null },
    });
    expect((await entries("record-thinned"))[0]?.facts).toMatchObject({
      ...{ first: 5, last: 11, entries: { view: 5, signIn: 1 } },
      archived: "removed-000000000005-000000000011.jsonl",
    });
    const listed = await ledger.entries({
      ...{ peopleOnly: true, after: null, limit: 99 },
    });
    expect(listed.entries.map(({ act }) => act)).not.toContain(
      "record-removed",
    );
  });

  it("stand in a signed file that proves itself, and later gaps take in earlier ones", async () => {
    await mixed();
    await keeper(ACTS_STAY).round();
    const archive = join(archives, "removed-000000000005-000000000011.jsonl");
    const verify = () => verifyArchive(archive, [KEYS.publicKey]);
    const { hash } = (await ledger.auditLines(10))[0]!;
    expect(await verify()).toMatchObject({
      ...{ first: 5, last: 11, hash, brokenAtLine: null },
    });
    // Acts of the year after go too: one gap from then on.
    now += DAY;
    const acts = { ...ONE_YEAR.entriesMs, view: null };
    await ledger.record({ act: "viewed", actor: "sato", facts: {} });
    await keeper({ ...ONE_YEAR, entriesMs: acts }).round();
    expect((await ledger.cutAt()).seq).toBe(11);
    expect(await ledger.verifyAudit(isProven)).toMatchObject({
      ...{ from: 11, removed: 0, brokenAt: null },
    });
    const text = await readFile(archive, "utf8");
    await writeFile(archive, text.replace('first\\":10', 'first\\":9'));
    expect((await verify()).brokenAtLine).toBe(6);
  });

  it("never go for who has no key: a gap that was not signed, was changed, or was signed for a file breaks the chain", async () => {
    await mixed();
    await keeper(ACTS_STAY).round();
    const brokenAt = async () => (await ledger.verifyAudit(isProven)).brokenAt;
    expect((await ledger.verifyAudit()).brokenAt).toBe(5);
    const archive = join(archives, "removed-000000000005-000000000011.jsonl");
    const ofFile = (await readFile(archive, "utf8"))
      .split("\n")
      .find((line) => line.includes("record-elsewhere"));
    const { facts, previous, hash } = JSON.parse(ofFile ?? "") as AuditLine;
    tamper(
      `UPDATE audit SET act = 'record-elsewhere', actor = 'janitor', facts = '${facts}' WHERE seq = 10`,
    );
    const [swapped] = await ledger.auditLines(9);
    expect([swapped?.previous, swapped?.hash]).toEqual([previous, hash]);
    expect(await brokenAt()).toBe(10);
    tamper("UPDATE audit SET act = 'record-removed' WHERE seq = 10");
    expect(await brokenAt()).toBe(10);
    tamper("UPDATE audit SET act = 'record-removed', at = 1 WHERE seq = 9");
    expect(await brokenAt()).toBe(5);
    now += DAY;
    await keeper(ACTS_STAY).round();
    expect((await entries("record-broken"))[0]?.facts).toEqual({ brokenAt: 5 });
  });

  it("leave a chain that holds after a crash between any two removals, and the rest goes the next day", async () => {
    await mixed();
    const dropEntries = ledger.dropEntries.bind(ledger);
    let left = 1;
    const crash = () => Promise.reject(new Error("crash"));
    ledger.dropEntries = async (gaps) => {
      if (left === 0) return crash();
      left -= 1;
      await dropEntries(gaps.slice(0, 1));
      return crash();
    };
    await expect(keeper(ACTS_STAY).round()).rejects.toThrow("crash");
    expect(await ledger.verifyAudit(isProven)).toMatchObject({
      ...{ removed: 5, brokenAt: null },
    });
    now += DAY;
    await expect(keeper(ACTS_STAY).round()).rejects.toThrow("crash");
    expect((await ledger.verifyAudit(isProven)).brokenAt).toBeNull();
    ledger.dropEntries = dropEntries;
    now += DAY;
    await keeper(ACTS_STAY).round();
    expect(await ledger.verifyAudit(isProven)).toMatchObject({
      ...{ removed: 6, brokenAt: null },
    });
  });

  it("stay where a collector does not have them, and as the last word on the cut", async () => {
    await write(3, "signed-in");
    await write(1);
    await write(2, "signed-in");
    now += YEAR + 1;
    sent = 5;
    const entriesMs = { ...ONE_YEAR.entriesMs, view: null };
    const daily = () => keeper({ ...FOR_EVER, entriesMs }).round();
    await daily();
    expect(await ledger.verifyAudit(isProven)).toMatchObject({
      ...{ from: 3, removed: 1, brokenAt: null },
    });
    sent = null;
    now += YEAR + 1;
    await daily();
    const acts = (await ledger.auditLines(0)).map(({ act }) => act);
    expect(acts).toEqual([
      ...["viewed", "record-removed", "record-cut", "record-removed"],
      ...["record-checkpoint", "record-thinned"],
    ]);
    expect(await ledger.verifyAudit(isProven)).toMatchObject({
      ...{ from: 3, brokenAt: null },
    });
  });

  it("go without a copy where no folder is named, and the rest goes after a crash half-way", async () => {
    await write(30);
    now += YEAR + 1;
    const [, , third] = await ledger.auditLines(0);
    await ledger.record({
      ...{ act: "record-cut", actor: "janitor" },
      facts: { ...signing(KEYS, () => now).sign(third!) },
    });
    expect(await ledger.verifyAudit()).toMatchObject({ from: 3, entries: 28 });
    await keeper(ONE_YEAR, null).round();
    expect((await ledger.auditLines(0))[0]?.seq).toBe(31);
    expect((await ledger.verifyAudit()).brokenAt).toBeNull();
  });

  it("stay all when a chain is broken", async () => {
    await write(30);
    tamper("UPDATE audit SET actor = 'ito' WHERE seq = 20");
    now += YEAR + 1;
    await keeper(ONE_YEAR).round();
    expect((await ledger.auditLines(0))[0]?.seq).toBe(1);
  });

  it.each([
    ["a changed entry", (text: string) => text.replace("sato", "ito"), 1],
    ["one left out", (text: string) => text.replace(/.*"seq":7,.*\n/, ""), 7],
    [
      "an end cut off",
      (text: string) => text.split("\n").slice(0, 20).join("\n"),
      19,
    ],
    [
      "another signature",
      (text: string) => text.replace(/"signature":"..../, '"signature":"AAAA'),
      31,
    ],
  ])("are missed in the file: %s", async (_, change, line) => {
    await write(30);
    now += YEAR + 1;
    await keeper(ONE_YEAR).round();
    const archive = join(archives, "record-000000000001-000000000030.jsonl");
    await writeFile(archive, change(await readFile(archive, "utf8")));
    const { brokenAtLine } = await verifyArchive(archive, [KEYS.publicKey]);
    expect(brokenAtLine).toBe(line);
  });
});

describe("items past their time", () => {
  async function mail(
    held: boolean,
    parent: ItemId | null = null,
  ): Promise<ItemId> {
    const id = newItemId();
    await ledger.receive({
      ...{ id, tenant: "kawa", bytes: 1, sha256: "ab".repeat(32) },
      envelope: {
        ...{ reversePath: "a@example.com", recipients: ["b@kawa.lg.jp"] },
        client: { address: "192.0.2.1", helo: "mx", tls: true },
        smtpUtf8: false,
      },
      ...{ parent, override: null },
    });
    const hold = {
      ...{ item: id, part: null, code: "AMBIGUOUS_STRUCTURE" as const },
      ...{ detail: "", name: null, kind: null, bytes: null, sha256: null },
    };
    await ledger.hold(id, "unexaminable", [hold]);
    if (!held) await ledger.discard(id, { who: "sato", why: "test" });
    return id;
  }

  it("go with all that hangs on them; held, pinned and young ones stay", async () => {
    const gone = await mail(false);
    const held = await mail(true);
    const pinned = await mail(false);
    await ledger.pin(pinned, { who: "sato", why: "調査中", via: "test" });
    now += YEAR;
    const young = await mail(false);
    now += HOUR + MINUTE;
    await keeper({ ...FOR_EVER, itemsMs: YEAR }).round();
    const known = await ledger.states([gone, held, pinned, young]);
    expect(known.map(({ id }) => id).sort()).toEqual(
      [held, pinned, young].sort(),
    );
    expect(await ledger.holds({ item: gone, limit: 9 })).toEqual([]);
    expect(await ledger.counts()).toMatchObject({ discarded: 2, held: 1 });
    expect(await entries("items-forgotten")).toHaveLength(1);
  });

  it("stay while something that was made of them is held, or made of that", async () => {
    const came = await mail(false);
    const made = await mail(false, came);
    const held = await mail(true, made);
    now += YEAR + HOUR + MINUTE;
    const keep = { ...FOR_EVER, itemsMs: YEAR };
    await keeper(keep).round();
    const all = [came, made, held];
    expect(await ledger.states(all)).toHaveLength(3);
    await ledger.discard(held, { who: "sato", why: "test" });
    now += YEAR + HOUR + MINUTE;
    await keeper(keep).round();
    expect(await ledger.states(all)).toEqual([]);
  });
});

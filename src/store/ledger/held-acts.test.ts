import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RescanAsk, RescanFound } from "../../core/acts.ts";
import { newItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { Hold } from "../../core/hold.ts";
import type { Ledger } from "../../core/ledger.ts";
import type { HoldCode } from "../../core/verdict.ts";
import { createLedger } from "../ledger.ts";

let folder: string;
let ledger: Ledger;
let now = 1_000_000;
const BY = { who: "sato", why: "電話で確認", via: "test" };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-acts-"));
  ledger = await createLedger(join(folder, "ledger.db"), () => now);
});
afterAll(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

async function received(): Promise<ItemId> {
  const id = newItemId();
  const client = { address: "192.0.2.1", helo: "x.example", tls: false };
  await ledger.receive({
    ...{ id, tenant: "kawa", bytes: 1, sha256: "00".repeat(32) },
    envelope: {
      ...{ reversePath: "", recipients: ["a@kawa.lg.jp"] },
      ...{ client, smtpUtf8: false },
    },
    ...{ parent: null, override: null },
  });
  return id;
}

function holdOf(item: ItemId, code: HoldCode, part: string | null): Hold {
  const none = { name: "x.zip", kind: null, bytes: 9, sha256: null };
  return { item, part, code, detail: "why", ...none };
}

async function heldWhole(...codes: readonly HoldCode[]): Promise<ItemId> {
  const id = await received();
  const verdict = codes.includes("VIRUS_FOUND") ? "malicious" : "unexaminable";
  const holds = codes.map((code) => holdOf(id, code, null));
  await ledger.hold(id, verdict, holds);
  return id;
}

async function deliveredWith(...codes: readonly HoldCode[]): Promise<ItemId> {
  const id = await received();
  for (const to of ["inspected", "planned", "sanitized"] as const)
    await ledger.advance(id, to);
  const holds = codes.map((code, at) => holdOf(id, code, `1.${at + 1}`));
  const verdict = codes.includes("VIRUS_FOUND") ? "malicious" : "unexaminable";
  await ledger.clear(id, verdict, holds);
  await ledger.openAttempt(id, now, 60_000);
  const recipient = "a@kawa.lg.jp";
  const receipt = { recipient, kind: "accepted", reply: "250" } as const;
  await ledger.closeAttempt(id, [receipt], 0, false);
  return id;
}

const openCodes = async (item: ItemId) =>
  (await ledger.holds({ item, state: "held", limit: 99 })).map(
    ({ code, part }) => `${code} ${part ?? "-"}`,
  );
const acts = async (item: ItemId) =>
  (await ledger.history(item, 99)).map(({ act }) => act);

describe("a pin", () => {
  it("is on record once, also when two set it, and goes once", async () => {
    const id = await heldWhole("NOT_UNDERSTOOD");
    const both = [ledger.pin(id, BY), ledger.pin(id, BY)];
    expect(await Promise.all(both)).toEqual([true, false]);
    expect(await ledger.pinOf(id)).toEqual({ ...BY, via: undefined, at: now });
    expect((await ledger.states([id]))[0]?.pinned).toBe(true);
    expect(await ledger.unpin(id, BY)).toBe(true);
    expect(await ledger.unpin(id, BY)).toBe(false);
    expect((await ledger.states([id]))[0]?.pinned).toBe(false);
    expect((await acts(id)).slice(-2)).toEqual(["pinned", "unpinned"]);
  });

  it("is not for a mail of which nothing was ever held", async () => {
    const id = await received();
    expect(await ledger.pin(id, BY)).toBe(false);
    expect(await ledger.pin(newItemId(), BY)).toBe(false);
  });
});

describe("an exception", () => {
  const wanted = {
    ...({ kind: "block", sender: "evil.example", recipient: null } as const),
    tenant: "kawa",
  };

  it("stands once, until it is revoked or its time is over; each change gives another revision", async () => {
    const before = await ledger.exceptionsRevision();
    const until = now + 1000;
    const first = await ledger.addException({ ...wanted, until }, BY);
    const again = await ledger.addException(
      { ...wanted, until: until + 5 },
      BY,
    );
    expect([first.isNew, again.isNew]).toEqual([true, false]);
    expect(again.exception.id).toBe(first.exception.id);
    expect(await ledger.exceptionsRevision()).not.toBe(before);
    const inForce = (tenants: readonly string[] | null) =>
      ledger.exceptions({ tenants, inForceOnly: true, limit: 9 });
    expect(await inForce(null)).toHaveLength(1);
    expect(await inForce(["yama"])).toHaveLength(0);
    const { id } = first.exception;
    expect(await ledger.revokeException(id, BY)).toBe(true);
    expect(await ledger.revokeException(id, BY)).toBe(false);
    expect(await inForce(null)).toHaveLength(0);
    const next = await ledger.addException({ ...wanted, until }, BY);
    now += 2000;
    expect(await inForce(null)).toHaveLength(0);
    expect(await ledger.revokeException(next.exception.id, BY)).toBe(false);
  });
});

const ASK: RescanAsk = { ...BY, whenClean: "stay" };
const CLEAN: RescanFound = {
  ...{ viruses: [], engine: "t/2" },
  ...{ heldOtherwise: [], closed: [] },
};

async function rescanned(
  item: ItemId,
  found: Partial<RescanFound>,
  whenClean: "stay" | "go" = "stay",
) {
  expect(await ledger.askRescan(item, { ...ASK, whenClean })).toBe(true);
  return ledger.settleRescan(item, { ...CLEAN, ...found });
}

describe("another scan", () => {
  it("waits once, is due until it is settled, and counts its beginnings", async () => {
    const id = await heldWhole("NOT_UNDERSTOOD");
    const both = [ledger.askRescan(id, ASK), ledger.askRescan(id, ASK)];
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(await ledger.rescansDue(now, 30_000, 9)).toEqual([id]);
    expect(await ledger.beginRescan(id)).toMatchObject({ attempts: 1 });
    expect(await ledger.rescansDue(now, 30_000, 9)).toEqual([]);
    expect(await ledger.rescansDue(now + 30_000, 30_000, 9)).toEqual([id]);
    await ledger.settleRescan(id, CLEAN);
    expect(await ledger.settleRescan(id, CLEAN)).toBeNull();
    expect(await ledger.rescanOf(id)).toBeNull();
    expect((await acts(id)).slice(-2)).toEqual(["rescan-asked", "rescanned"]);
  });

  it("is for what is held and was seen as it stands", async () => {
    const id = await heldWhole("NOT_UNDERSTOOD");
    const stale = { seen: "0".repeat(16), via: "test" };
    expect(await ledger.askRescan(id, ASK, stale)).toBe(false);
    expect(await ledger.askRescan(await received(), ASK)).toBe(false);
  });

  it("that finds a virus holds the mail for it, and nobody may release it any more", async () => {
    const id = await heldWhole("AMBIGUOUS_STRUCTURE");
    const viruses = [holdOf(id, "VIRUS_FOUND", null)];
    expect(await rescanned(id, { viruses })).toEqual({
      ...{ outcome: "virus-found", goesOn: null },
    });
    expect((await ledger.item(id))?.verdict).toBe("malicious");
    const override = { who: "a", why: "b", at: "", until: "", waives: [] };
    expect(await ledger.release(id, override)).toBeNull();
    expect(await rescanned(id, { viruses })).toMatchObject({
      outcome: "virus-still",
    });
    expect(await openCodes(id)).toHaveLength(2);
  });

  it("that finds a virus stops what was let go meanwhile, and what was made of it, unless it was known before", async () => {
    const override = { who: "a", why: "b", at: "", until: "", waives: [] };
    const onTheLine = async (id: ItemId) => {
      for (const to of ["inspected", "planned", "sanitized"] as const)
        await ledger.advance(id, to);
      await ledger.clear(id, "clean", []);
    };
    const standing = async (id: ItemId) => [
      ...[(await ledger.item(id))?.state, (await ledger.item(id))?.verdict],
      ...(await ledger.recipients(id)).map(({ state }) => state),
      ...(await openCodes(id)),
    ];
    const STOPPED = ["held", "malicious", "held", "VIRUS_FOUND 1.1"];

    const itself = await heldWhole("AMBIGUOUS_STRUCTURE");
    await ledger.askRescan(itself, ASK);
    await ledger.release(itself, override);
    await onTheLine(itself);
    const viruses = [holdOf(itself, "VIRUS_FOUND", "1.1")];
    await ledger.settleRescan(itself, { ...CLEAN, viruses });
    expect(await standing(itself)).toEqual(STOPPED);
    expect(await ledger.openAttempt(itself, now, 1)).toEqual([]);

    const first = await deliveredWith("VIRUS_FOUND", "PAGE_BLANK");
    const made = (await ledger.release(first, override))!;
    await onTheLine(made);
    await ledger.askRescan(first, ASK);
    await ledger.settleRescan(first, { ...CLEAN, viruses });
    expect((await standing(made))[0]).toBe("cleared");
    await ledger.askRescan(first, ASK);
    const more = [holdOf(first, "VIRUS_FOUND", "1.2")];
    await ledger.settleRescan(first, { ...CLEAN, viruses: more });
    expect((await standing(made)).slice(0, 3)).toEqual(STOPPED.slice(0, 3));
    expect((await standing(first))[0]).toBe("delivered");
  });

  it("that finds nothing any more leaves it to a person, or sends it on when that was asked for", async () => {
    const stays = await heldWhole("VIRUS_FOUND");
    expect(await rescanned(stays, {})).toMatchObject({ outcome: "clean-now" });
    expect(await openCodes(stays)).toEqual(["RESCANNED_CLEAN -"]);
    expect((await ledger.item(stays))?.verdict).toBe("unexaminable");
    const goes = await heldWhole("VIRUS_FOUND");
    expect(await rescanned(goes, {}, "go")).toEqual({
      ...{ outcome: "gone-on", goesOn: goes },
    });
    expect(await ledger.item(goes)).toMatchObject({
      ...{ state: "planned", override: { act: "re-scan", waives: [] } },
    });
    expect((await ledger.recipients(goes))[0]?.state).toBe("pending");
  });

  it("sends nothing on that is held for another reason, too", async () => {
    const mixed = await heldWhole("VIRUS_FOUND", "AMBIGUOUS_STRUCTURE");
    expect(await rescanned(mixed, {}, "go")).toMatchObject({
      outcome: "clean-now",
    });
    const today = await heldWhole("VIRUS_FOUND");
    expect(
      await rescanned(today, { heldOtherwise: [null] }, "go"),
    ).toMatchObject({ outcome: "clean-now" });
    const zip = await heldWhole("ENCRYPTED");
    expect(await rescanned(zip, {}, "go")).toMatchObject({
      outcome: "unchanged",
    });
    expect(await openCodes(zip)).toEqual(["ENCRYPTED -"]);
  });

  it("of a part of a delivered mail makes a new item of it, and only when the part may go", async () => {
    const id = await deliveredWith("VIRUS_FOUND");
    expect(await rescanned(id, { heldOtherwise: ["1.1"] }, "go")).toMatchObject(
      { outcome: "clean-now" },
    );
    expect(await openCodes(id)).toEqual(["RESCANNED_CLEAN 1.1"]);
    const other = await deliveredWith("VIRUS_FOUND");
    const settled = await rescanned(other, {}, "go");
    expect(settled?.outcome).toBe("gone-on");
    expect(await ledger.item(settled?.goesOn as ItemId)).toMatchObject({
      ...{ parent: other, state: "received" },
    });
    expect(await openCodes(other)).toEqual([]);
  });

  it("takes no virus back where it could not look: in what is closed today, or was opened by a password", async () => {
    const stays = async (id: ItemId, found: Partial<RescanFound>) => {
      expect(await rescanned(id, found, "go")).toEqual({
        ...{ outcome: "virus-still", goesOn: null },
      });
      expect((await ledger.item(id))?.verdict).toBe("malicious");
    };
    await stays(await deliveredWith("VIRUS_FOUND"), { closed: ["1.1"] });
    await stays(await deliveredWith("VIRUS_FOUND"), { closed: ["1.1.3"] });
    await stays(await heldWhole("VIRUS_FOUND"), { closed: ["2"] });
    // A document under a password: its outside could be read, and the hold beside it says that it is locked.
    await stays(await heldWhole("VIRUS_FOUND", "ENCRYPTED"), {});
    const both = await deliveredWith("VIRUS_FOUND", "VIRUS_FOUND");
    expect(await rescanned(both, { closed: ["1.2"] }, "go")).toMatchObject({
      outcome: "clean-now",
    });
    expect((await ledger.item(both))?.verdict).toBe("malicious");
    expect((await openCodes(both)).sort()).toEqual([
      ...["RESCANNED_CLEAN 1.1", "VIRUS_FOUND 1.2"],
    ]);
  });

  it("that could not be done is on record as that, and waits no more", async () => {
    const id = await heldWhole("NOT_UNDERSTOOD");
    await ledger.askRescan(id, ASK);
    await ledger.failRescan(id, "STORE_DAMAGED");
    expect(await ledger.rescanOf(id)).toBeNull();
    const last = (await ledger.history(id, 99)).at(-1);
    expect(last?.facts).toMatchObject({
      ...{ outcome: "failed", fault: "STORE_DAMAGED" },
    });
  });
});

describe("a request for an original", () => {
  const TO_ITO = { ...BY, who: "ito" };
  const asked = async (item: ItemId) =>
    (await ledger.askOriginal(item, { part: "2", until: now + 1000 }, BY))!;
  const approve = (id: string, by = TO_ITO, until = now + 1000) =>
    ledger.decideOriginal(id, { approved: true, until }, by);

  it("is decided by another person than the one who asked, once, in time", async () => {
    const item = await heldWhole("TYPE_NOT_CONVERTED");
    const { id } = await asked(item);
    expect(await asked(item)).toBeNull();
    expect(await approve(id, BY)).toBe(false);
    expect(await Promise.all([approve(id), approve(id)])).toEqual([
      true,
      false,
    ]);
    const late = await asked(await heldWhole("TYPE_NOT_CONVERTED"));
    now += 1000;
    expect(await approve(late.id)).toBe(false);
    expect((await ledger.originals(late.item))[0]?.state).toBe("expired");
  });

  it("is fetched by who asked, once, in time", async () => {
    const item = await heldWhole("TYPE_NOT_CONVERTED");
    const { id } = await asked(item);
    expect(await ledger.fetchOriginal(id, BY)).toBe(false);
    await approve(id);
    expect(await ledger.fetchOriginal(id, TO_ITO)).toBe(false);
    const both = [ledger.fetchOriginal(id, BY), ledger.fetchOriginal(id, BY)];
    expect(await Promise.all(both)).toEqual([true, false]);
    expect((await acts(item)).slice(-3)).toEqual([
      ...["original-asked", "original-approved", "original-fetched"],
    ]);
    const other = await asked(await heldWhole("TYPE_NOT_CONVERTED"));
    await approve(other.id);
    now += 1000;
    expect(await ledger.fetchOriginal(other.id, BY)).toBe(false);
  });

  it("leaves a chain that holds", async () => {
    expect((await ledger.verifyAudit()).brokenAt).toBeNull();
  });
});

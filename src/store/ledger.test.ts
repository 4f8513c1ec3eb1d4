import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from "@jest/globals";
import { newItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import type { Receipt } from "../core/message.ts";
import type { Override, Plan } from "../core/plan.ts";
import type { Hold } from "../core/hold.ts";
import type { NewItem } from "../core/item-record.ts";
import type { Ledger } from "../core/ledger.ts";
import type { HoldCode } from "../core/verdict.ts";
import { createLedger } from "./ledger.ts";

const LEASE_MS = 60_000;
let folder: string;
let file: string;
let ledger: Ledger;
let now = 1_000_000;

async function open(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "sekisho-ledger-"));
  file = join(folder, "ledger.db");
  now = 1_000_000;
  ledger = await createLedger(file, () => now);
}

async function shut(): Promise<void> {
  await ledger.close();
  await rm(folder, { recursive: true });
}

/** Starting the thread takes most of a test's time, and most tests look at their own items only. */
function oneLedgerForAll(): void {
  beforeAll(open);
  afterAll(shut);
}

function oneLedgerEach(): void {
  beforeEach(open);
  afterEach(shut);
}

function mail(...recipients: readonly string[]): NewItem {
  return {
    id: newItemId(),
    tenant: "city",
    envelope: {
      reversePath: "sender@example.com",
      recipients: recipients.length === 0 ? ["a@city.example"] : recipients,
      client: { address: "192.0.2.1", helo: "mx.example.com", tls: true },
      smtpUtf8: false,
    },
    bytes: 4096,
    sha256: "ab".repeat(32),
    parent: null,
    override: null,
  };
}

function holdOf(item: ItemId, code: HoldCode, part: string | null): Hold {
  const kind = { type: "application/zip", label: "ZIP", extension: "zip" };
  const more = { name: "x.zip", kind, bytes: 9, sha256: "cd".repeat(32) };
  return { item, part, code, detail: "why", ...more };
}

async function received(...recipients: readonly string[]): Promise<ItemId> {
  const item = mail(...recipients);
  await ledger.receive(item);
  return item.id;
}

async function cleared(
  recipients: readonly string[] = [],
  holds: readonly HoldCode[] = [],
): Promise<ItemId> {
  const id = await received(...recipients);
  await ledger.begin(id);
  await ledger.advance(id, "inspected");
  await ledger.advance(id, "planned");
  await ledger.advance(id, "sanitized");
  const parts = holds.map((code, index) => holdOf(id, code, `1.${index + 1}`));
  await ledger.clear(id, "cleaned", parts);
  return id;
}

function receipts(
  kind: Receipt["kind"],
  ...recipients: readonly string[]
): Receipt[] {
  return recipients.map((recipient) => ({ recipient, kind, reply: "words" }));
}

const override: Override = {
  who: "yamada",
  why: "asked the sender",
  at: "2026-11-21T00:00:00.000Z",
  until: "2026-11-22T00:00:00.000Z",
  waives: ["ENCRYPTED"],
};

async function stateOf(id: ItemId) {
  return (await ledger.item(id))?.state;
}

async function recipientStates(id: ItemId) {
  return (await ledger.recipients(id)).map((one) => one.state);
}

async function openHolds(id: ItemId) {
  return ledger.holds({ item: id, state: "held", limit: 100 });
}

describe("ledger, from received to cleared", () => {
  oneLedgerForAll();

  it("gives a received item back with all that was said about it", async () => {
    const item = mail("a@city.example", "b@city.example");
    await ledger.receive(item);
    expect(await ledger.item(item.id)).toEqual({
      ...item,
      state: "received",
      receivedAt: now,
      updatedAt: now,
      dueAt: now,
      attempts: 0,
      verdict: null,
      plan: null,
      subject: null,
      from: null,
      lastFault: null,
      heldCount: 0,
    });
    expect(await ledger.recipients(item.id)).toMatchObject([
      { item: item.id, seq: 0, address: "a@city.example", state: "pending" },
      { item: item.id, seq: 1, address: "b@city.example", state: "pending" },
    ]);
    expect(await ledger.item(newItemId())).toBeNull();
  });

  it("keeps what was received when it is closed and opened again", async () => {
    const id = await received();
    await ledger.close();
    ledger = await createLedger(file, () => now);
    expect(await stateOf(id)).toBe("received");
  });

  it("counts attempts until a real move, and has nothing to begin once cleared or held", async () => {
    const id = await received();
    expect((await ledger.begin(id))?.attempts).toBe(1);
    expect((await ledger.begin(id))?.attempts).toBe(2);
    await ledger.advance(id, "inspected");
    expect((await ledger.begin(id))?.attempts).toBe(1);
    await ledger.advance(id, "inspected");
    expect((await ledger.begin(id))?.attempts).toBe(2);
    await ledger.hold(id, "unexaminable", []);
    expect(await ledger.begin(id)).toBeNull();
    expect(await ledger.begin(await cleared())).toBeNull();
    expect(await ledger.begin(newItemId())).toBeNull();
  });

  it("keeps subject, sender and plan of the steps, and lets a repeated step write its plan anew", async () => {
    const id = await received();
    const plan = { policyVersion: "1", parts: [], findings: [] };
    await ledger.advance(id, "inspected", { subject: "件名", from: "x" });
    await ledger.advance(id, "planned", { plan: plan as unknown as Plan });
    const again = { ...plan, policyVersion: "2" } as unknown as Plan;
    expect(await ledger.advance(id, "planned", { plan: again })).toBe(true);
    expect(await ledger.item(id)).toMatchObject({
      state: "planned",
      subject: "件名",
      from: "x",
      plan: { policyVersion: "2" },
    });
  });

  it("is true for a step already passed, false for a step too far and for what is held or gone", async () => {
    const id = await received();
    expect(await ledger.advance(id, "sanitized")).toBe(false);
    expect(await stateOf(id)).toBe("received");
    const past = await cleared();
    expect(await ledger.advance(past, "inspected")).toBe(true);
    expect(await stateOf(past)).toBe("cleared");
    await ledger.hold(id, "unexaminable", []);
    expect(await ledger.advance(id, "inspected")).toBe(false);
    expect(await ledger.advance(newItemId(), "inspected")).toBe(false);
  });

  it("writes the holds of a cleared item once, however often it is cleared", async () => {
    const id = await cleared([], ["ENCRYPTED"]);
    const holds = [holdOf(id, "ENCRYPTED", "1.1")];
    expect(await ledger.clear(id, "cleaned", holds)).toBe(true);
    expect((await ledger.item(id))?.heldCount).toBe(1);
    expect(await openHolds(id)).toEqual([
      {
        ...holds[0],
        at: now,
        state: "held",
        decidedBy: null,
        decidedWhy: null,
        decidedAt: null,
      },
    ]);
  });

  it("clears only what is sanitized", async () => {
    const id = await received();
    expect(await ledger.clear(id, "clean", [])).toBe(false);
    expect(await stateOf(id)).toBe("received");
  });

  it("clears a received item that comes with its plan in one call, but never a held one", async () => {
    const id = await received();
    const plan: Plan = {
      policyVersion: "1",
      parts: [],
      findings: [],
      whole: { kind: "clean", engine: "test" },
      override: null,
    };
    const patch = { plan, subject: "件名" };
    expect(await ledger.clear(id, "clean", [], patch)).toBe(true);
    expect(await ledger.item(id)).toMatchObject({ state: "cleared", ...patch });
    const held = await received();
    await ledger.hold(held, "unexaminable", []);
    expect(await ledger.clear(held, "clean", [], patch)).toBe(false);
    expect(await ledger.advance(held, "planned", patch)).toBe(false);
    expect(await stateOf(held)).toBe("held");
  });

  it("holds a whole item with its recipients, once", async () => {
    const id = await received("a@city.example", "b@city.example");
    const holds = [holdOf(id, "VIRUS_FOUND", null)];
    expect(await ledger.hold(id, "malicious", holds)).toBe(true);
    expect(await ledger.hold(id, "malicious", holds)).toBe(true);
    expect(await recipientStates(id)).toEqual(["held", "held"]);
    expect((await openHolds(id)).length).toBe(1);
    expect((await ledger.item(id))?.verdict).toBe("malicious");
  });

  it("defers with the reason, and takes the attempt back when the fault was not the item's", async () => {
    const id = await received();
    await ledger.begin(id);
    await ledger.defer(id, now + 5, "CLAMD_UNREACHABLE", false);
    expect(await ledger.item(id)).toMatchObject({
      attempts: 0,
      dueAt: now + 5,
      lastFault: "CLAMD_UNREACHABLE",
    });
    now += 5;
    await ledger.begin(id);
    await ledger.defer(id, now + 5, "PIT_CRASHED", true);
    expect((await ledger.item(id))?.attempts).toBe(1);
  });

  it("begins nothing before it is due again, unless a person releases it", async () => {
    const id = await received();
    await ledger.begin(id);
    await ledger.defer(id, now + 5, "PIT_CRASHED", true);
    now += 4;
    expect(await ledger.begin(id)).toBeNull();
    expect((await ledger.item(id))?.attempts).toBe(1);
    now += 1;
    expect((await ledger.begin(id))?.attempts).toBe(2);

    await ledger.defer(id, now + 1000, "PIT_CRASHED", true);
    await ledger.hold(id, "unexaminable", [holdOf(id, "ENCRYPTED", null)]);
    await ledger.release(id, override);
    expect((await ledger.begin(id))?.state).toBe("planned");
  });
});

describe("ledger, delivery", () => {
  oneLedgerForAll();

  const three = ["a@city.example", "b@city.example", "c@city.example"] as const;

  it("claims each due recipient once; within the lease nobody else gets them", async () => {
    const id = await cleared(three);
    const claimed = await ledger.openAttempt(id, now, LEASE_MS);
    expect(claimed.map((one) => one.address)).toEqual(three);
    expect(claimed.map((one) => one.attempts)).toEqual([1, 1, 1]);
    const later = now + LEASE_MS - 1;
    expect(await ledger.openAttempt(id, later, LEASE_MS)).toEqual([]);
  });

  it("gives two couriers who come at once disjoint claims", async () => {
    const id = await cleared(three);
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => ledger.openAttempt(id, now, LEASE_MS)),
    );
    expect(claims.flat().length).toBe(3);
  });

  it("claims nothing of an item that is not cleared", async () => {
    expect(await ledger.openAttempt(await received(), now, LEASE_MS)).toEqual(
      [],
    );
    expect(await ledger.openAttempt(newItemId(), now, LEASE_MS)).toEqual([]);
  });

  it("with one accepted, one refused, one deferred stays cleared; the deferred one is due at its time", async () => {
    const id = await cleared(three);
    await ledger.openAttempt(id, now, LEASE_MS);
    const [a, b, c] = three;
    const ends = [
      ...receipts("accepted", a),
      ...receipts("refused", b),
      ...receipts("deferred", c),
    ];
    const retryAt = now + 5000;
    expect(await ledger.closeAttempt(id, ends, retryAt, false)).toBe("cleared");
    expect(await recipientStates(id)).toEqual(["delivered", "held", "pending"]);
    const [hold] = await openHolds(id);
    expect(hold).toMatchObject({ code: "DELIVERY_REFUSED", part: null });
    expect(hold?.detail).toContain(b);
    expect(await ledger.openAttempt(id, retryAt - 1, LEASE_MS)).toEqual([]);
    const again = await ledger.openAttempt(id, retryAt, LEASE_MS);
    expect(again).toMatchObject([{ address: c, attempts: 2 }]);
    const last = receipts("accepted", c);
    expect(await ledger.closeAttempt(id, last, 0, false)).toBe("delivered");
  });

  it("is held when the only recipient is refused", async () => {
    const id = await cleared();
    await ledger.openAttempt(id, now, LEASE_MS);
    const refused = receipts("refused", "a@city.example");
    expect(await ledger.closeAttempt(id, refused, 0, false)).toBe("held");
    expect((await openHolds(id)).map((hold) => hold.code)).toEqual([
      "DELIVERY_REFUSED",
    ]);
  });

  it("holds DELIVERY_EXPIRED when it is time to give up", async () => {
    const id = await cleared();
    await ledger.openAttempt(id, now, LEASE_MS);
    const deferred = receipts("deferred", "a@city.example");
    expect(await ledger.closeAttempt(id, deferred, 0, true)).toBe("held");
    expect((await openHolds(id))[0]?.code).toBe("DELIVERY_EXPIRED");
  });

  it("tries once more after an unknown outcome and holds after the second", async () => {
    const id = await cleared();
    const unknown = receipts("unknown", "a@city.example");
    await ledger.openAttempt(id, now, LEASE_MS);
    expect(await ledger.closeAttempt(id, unknown, now, false)).toBe("cleared");
    expect((await ledger.openAttempt(id, now, LEASE_MS)).length).toBe(1);
    expect(await ledger.closeAttempt(id, unknown, now, false)).toBe("held");
    expect((await openHolds(id))[0]?.code).toBe("DELIVERY_UNKNOWN");
  });

  it("takes a crashed attempt as unknown: one more try, then DELIVERY_UNKNOWN", async () => {
    const id = await cleared();
    await ledger.openAttempt(id, now, LEASE_MS);
    const again = await ledger.openAttempt(id, now + LEASE_MS, LEASE_MS);
    expect(again).toMatchObject([{ unknowns: 1, attempts: 2 }]);
    const third = await ledger.openAttempt(id, now + 2 * LEASE_MS, LEASE_MS);
    expect(third).toEqual([]);
    expect(await stateOf(id)).toBe("held");
    expect((await openHolds(id))[0]?.code).toBe("DELIVERY_UNKNOWN");
  });

  it("ends the leases of open attempts on demand: due at once, counted as unknown, and others as they were", async () => {
    const crashed = await cleared();
    const waiting = await cleared(["b@city.example"]);
    await ledger.openAttempt(crashed, now, LEASE_MS);
    await ledger.openAttempt(waiting, now, LEASE_MS);
    const deferred = receipts("deferred", "b@city.example");
    await ledger.closeAttempt(waiting, deferred, now + 900, false);
    await ledger.expireLeases();
    const due = await ledger.due(now, 1000, 1000);
    expect(due).toContainEqual({ id: crashed, lane: "deliver" });
    expect(due.map((one) => one.id)).not.toContain(waiting);
    expect(await ledger.openAttempt(crashed, now, LEASE_MS)).toMatchObject([
      { attempts: 2, unknowns: 1 },
    ]);
    expect(await ledger.recipients(waiting)).toMatchObject([
      { attempts: 1, unknowns: 0, dueAt: now + 900 },
    ]);
  });

  it("believes a delivery that comes after the lease, and records a refusal that comes too late without acting on it", async () => {
    const id = await cleared(["a@city.example", "b@city.example"]);
    await ledger.openAttempt(id, now, LEASE_MS);
    await ledger.openAttempt(id, now + LEASE_MS, LEASE_MS);
    const first = receipts("accepted", "a@city.example", "b@city.example");
    expect(await ledger.closeAttempt(id, first, 0, false)).toBe("delivered");
    const late = receipts("refused", "a@city.example");
    expect(await ledger.closeAttempt(id, late, 0, false)).toBe("delivered");
    expect(await recipientStates(id)).toEqual(["delivered", "delivered"]);
  });

  it("records a delivery under way when the item was held meanwhile", async () => {
    const id = await cleared();
    await ledger.openAttempt(id, now, LEASE_MS);
    await ledger.hold(id, "unexaminable", []);
    const accepted = receipts("accepted", "a@city.example");
    expect(await ledger.closeAttempt(id, accepted, 0, false)).toBe("held");
    expect(await recipientStates(id)).toEqual(["delivered"]);
  });

  it("gives each of two equal addresses its own ending", async () => {
    const id = await cleared(["a@city.example", "a@city.example"]);
    await ledger.openAttempt(id, now, LEASE_MS);
    const both = receipts("accepted", "a@city.example", "a@city.example");
    expect(await ledger.closeAttempt(id, both, 0, false)).toBe("delivered");
  });
});

describe("ledger, decisions of people", () => {
  oneLedgerForAll();

  it("releases a held item to planned, once, with who and why on its holds", async () => {
    const id = await received();
    await ledger.hold(id, "unexaminable", [holdOf(id, "ENCRYPTED", null)]);
    now += 7;
    const clicks = await Promise.all([
      ledger.release(id, override),
      ledger.release(id, override),
    ]);
    expect(clicks).toEqual([id, null]);
    expect(await ledger.item(id)).toMatchObject({
      state: "planned",
      override,
      attempts: 0,
      dueAt: now,
      heldCount: 0,
    });
    expect(await recipientStates(id)).toEqual(["pending"]);
    expect(await ledger.holds({ item: id, limit: 9 })).toMatchObject([
      {
        state: "released",
        decidedBy: "yamada",
        decidedWhy: "asked the sender",
        decidedAt: now,
      },
    ]);
  });

  it.each([
    ["a virus among its holds", "unexaminable", "VIRUS_FOUND"],
    ["a malicious verdict", "malicious", "ENCRYPTED"],
  ] as const)(
    "never releases an item with %s",
    async (_what, verdict, code) => {
      const id = await received();
      await ledger.hold(id, verdict, [
        holdOf(id, code, null),
        holdOf(id, "ENCRYPTED", "1.1"),
      ]);
      expect(await ledger.release(id, override)).toBeNull();
      expect(await stateOf(id)).toBe("held");
      expect((await openHolds(id)).length).toBe(2);
    },
  );

  it("releases the held parts of a delivered mail as a new item, all but a virus", async () => {
    const id = await cleared([], ["ENCRYPTED", "VIRUS_FOUND"]);
    await ledger.openAttempt(id, now, LEASE_MS);
    const accepted = receipts("accepted", "a@city.example");
    await ledger.closeAttempt(id, accepted, 0, false);
    const into = await ledger.release(id, override);
    expect(into).not.toBeNull();
    const [before, after] = [
      await ledger.item(id),
      await ledger.item(into as ItemId),
    ];
    expect(before?.state).toBe("delivered");
    expect(after).toMatchObject({
      state: "received",
      parent: id,
      override,
      envelope: before?.envelope,
      sha256: before?.sha256,
      bytes: before?.bytes,
    });
    expect((await openHolds(id)).map((hold) => hold.code)).toEqual([
      "VIRUS_FOUND",
    ]);
    expect(await ledger.release(id, override)).toBeNull();
  });

  it("releases a mail that was refused though a part of it has a virus; that part stays held, once", async () => {
    const id = await cleared([], ["VIRUS_FOUND", "ENCRYPTED"]);
    const refuse = async () => {
      await ledger.openAttempt(id, now, LEASE_MS);
      const refused = receipts("refused", "a@city.example");
      return ledger.closeAttempt(id, refused, 0, false);
    };
    expect(await refuse()).toBe("held");
    expect(await ledger.release(id, override)).toBe(id);
    expect(await stateOf(id)).toBe("planned");
    expect(await recipientStates(id)).toEqual(["pending"]);
    const left = async () => (await openHolds(id)).map((hold) => hold.code);
    expect(await left()).toEqual(["VIRUS_FOUND"]);

    await ledger.clear(id, "malicious", [holdOf(id, "VIRUS_FOUND", "1.1")]);
    expect(await left()).toEqual(["VIRUS_FOUND"]);
    expect(await refuse()).toBe("held");
    expect(await left()).toEqual(["DELIVERY_REFUSED", "VIRUS_FOUND"]);
    expect(await ledger.release(id, override)).toBe(id);
  });

  it("sends a refused delivery again to that recipient only", async () => {
    const id = await cleared(["a@city.example", "b@city.example"]);
    await ledger.openAttempt(id, now, LEASE_MS);
    const ends = [
      ...receipts("accepted", "a@city.example"),
      ...receipts("refused", "b@city.example"),
    ];
    expect(await ledger.closeAttempt(id, ends, 0, false)).toBe("delivered");
    const into = (await ledger.release(id, override)) as ItemId;
    const again = await ledger.recipients(into);
    expect(again.map((one) => one.address)).toEqual(["b@city.example"]);
  });

  it("has nothing to release of an item that is on its way, delivered whole, or unknown", async () => {
    expect(await ledger.release(await received(), override)).toBeNull();
    expect(await ledger.release(newItemId(), override)).toBeNull();
    const id = await cleared();
    await ledger.openAttempt(id, now, LEASE_MS);
    const accepted = receipts("accepted", "a@city.example");
    await ledger.closeAttempt(id, accepted, 0, false);
    expect(await ledger.release(id, override)).toBeNull();
  });

  it("discards a held item once, and nothing that is on its way", async () => {
    const id = await received();
    expect(await ledger.discard(id, { who: "sato", why: "spam" })).toBe(false);
    await ledger.hold(id, "malicious", [holdOf(id, "VIRUS_FOUND", null)]);
    expect(await ledger.discard(id, { who: "sato", why: "spam" })).toBe(true);
    expect(await ledger.discard(id, { who: "sato", why: "spam" })).toBe(false);
    expect(await stateOf(id)).toBe("discarded");
    expect(await recipientStates(id)).toEqual(["discarded"]);
    expect(await ledger.holds({ item: id, limit: 9 })).toMatchObject([
      { state: "discarded", decidedBy: "sato", decidedWhy: "spam" },
    ]);
  });
});

describe("ledger, what is to do and what there is", () => {
  oneLedgerEach();

  it("rings for every unfinished item that is due and quiet, oldest first, with its lane", async () => {
    const first = await received();
    now += 10;
    const second = await cleared();
    now += 10;
    const deferred = await received();
    await ledger.defer(deferred, now + 50_000, "CLAMD_UNREACHABLE", false);
    const held = await received();
    await ledger.hold(held, "unexaminable", []);
    now += 5_000;
    const fresh = await received();
    expect(await ledger.due(now, 1000, 10)).toEqual([
      { id: first, lane: "inspect" },
      { id: second, lane: "deliver" },
    ]);
    expect(await ledger.due(now, 1000, 1)).toEqual([
      { id: first, lane: "inspect" },
    ]);
    expect((await ledger.due(now, 0, 10)).map((one) => one.id)).toEqual([
      first,
      second,
      fresh,
    ]);
  });

  it("leaves alone what begin touched within quietMs", async () => {
    const id = await received();
    now += 5000;
    await ledger.begin(id);
    expect(await ledger.due(now + 999, 1000, 10)).toEqual([]);
    expect((await ledger.due(now + 1000, 1000, 10)).length).toBe(1);
  });

  it("does not ring for a delivery within its lease, and does when the lease is over", async () => {
    const id = await cleared();
    await ledger.openAttempt(id, now, LEASE_MS);
    expect(await ledger.due(now + LEASE_MS - 1, 0, 10)).toEqual([]);
    expect(await ledger.due(now + LEASE_MS, 0, 10)).toEqual([
      { id, lane: "deliver" },
    ]);
  });

  it("counts by state and lane, and knows the age of the oldest", async () => {
    await received();
    now += 40;
    await received();
    await cleared();
    expect(await ledger.counts()).toMatchObject({
      received: 2,
      cleared: 1,
      planned: 0,
    });
    expect(await ledger.depths(now + 2)).toEqual([
      { lane: "inspect", waiting: 2, oldestMs: 42 },
      { lane: "sanitize", waiting: 0, oldestMs: null },
      { lane: "deliver", waiting: 1, oldestMs: 2 },
    ]);
  });

  it("shows the newest items and holds first, even when the clock went back", async () => {
    const first = await cleared([], ["ENCRYPTED"]);
    now -= 86_400_000;
    const second = await cleared([], ["ENCRYPTED"]);
    const recent = await ledger.recent(10);
    expect(recent.map((one) => one.id)).toEqual([second, first]);
    expect((await ledger.recent(1)).length).toBe(1);
    const holds = await ledger.holds({ limit: 10 });
    expect(holds.map((one) => one.item)).toEqual([second, first]);
    expect((await ledger.holds({ state: "released", limit: 10 })).length).toBe(
      0,
    );
  });
});

describe("ledger, its own safety", () => {
  oneLedgerEach();

  it("commits 900 of 1,000 receives at once when 100 of them are refused, each by its own answer", async () => {
    const taken = mail();
    await ledger.receive(taken);
    // Half of the refused ones fail at once, half after their item is in.
    const nobody = null as unknown as string;
    const items = Array.from({ length: 1000 }, (_, at) =>
      at % 20 === 0 ? taken : at % 10 === 0 ? mail(nobody) : mail(),
    );
    const ends = await Promise.allSettled(
      items.map((item) => ledger.receive(item)),
    );
    for (const [at, end] of ends.entries())
      expect(end.status).toBe(at % 10 === 0 ? "rejected" : "fulfilled");
    expect((await ledger.counts()).received).toBe(901);
    expect(await ledger.verifyAudit()).toMatchObject({
      entries: 901,
      brokenAt: null,
    });
  });

  it("writes one audit entry for each act, whatever runs beside it", async () => {
    await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        await ledger.record({
          act: "looked",
          actor: "sato",
          facts: { at, b: 1, a: { d: undefined, c: ["x"] } },
        });
      }),
    );
    expect((await ledger.verifyAudit()).entries).toBe(50);
  });

  it("refuses a ledger of a newer program and leaves it as it is", async () => {
    const newer = join(folder, "newer.db");
    const other = new DatabaseSync(newer);
    other.exec("CREATE TABLE unknown (x); PRAGMA user_version = 99");
    other.close();
    await expect(createLedger(newer)).rejects.toMatchObject({
      code: "STORE_NEWER",
      facts: { version: 99 },
    });
    const after = new DatabaseSync(newer);
    const tables = after.prepare("SELECT name FROM sqlite_master").all();
    expect(tables.map((row) => row["name"])).toEqual(["unknown"]);
    after.close();
  });

  it("says STORE_DAMAGED for a file that is no ledger and STORE_FAILED for a folder that is not there", async () => {
    const nonsense = join(folder, "nonsense.db");
    await writeFile(nonsense, "x".repeat(5000));
    await expect(createLedger(nonsense)).rejects.toMatchObject({
      code: "STORE_DAMAGED",
    });
    await expect(
      createLedger(join(folder, "no", "where.db")),
    ).rejects.toMatchObject({ code: "STORE_FAILED" });
  });

  it("is opened 8 times at once where there was none, by its owner only, and every opener writes", async () => {
    const fresh = join(folder, "fresh.db");
    const all = await Promise.all(
      Array.from({ length: 8 }, () => createLedger(fresh)),
    );
    await Promise.all(all.map((one) => one.receive(mail())));
    for (const name of ["fresh.db", "fresh.db-wal", "fresh.db-shm"])
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    for (const one of all)
      expect((await one.counts()).received).toBe(all.length);
    await Promise.all(all.map((one) => one.close()));
  });

  it("answers with a fault once it is closed", async () => {
    const other = await createLedger(join(folder, "other.db"));
    await other.close();
    await other.close();
    await expect(other.counts()).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
  });

  it("lets the calls that were made before close have their answers", async () => {
    const other = await createLedger(join(folder, "other.db"));
    const all = Array.from({ length: 100 }, () => other.receive(mail()));
    await other.close();
    expect((await Promise.all(all)).length).toBe(100);
  });
});

describe("audit chain", () => {
  oneLedgerEach();

  const damage: readonly (readonly [string, string, number])[] = [
    ["a changed act", "UPDATE audit SET act = 'x' WHERE seq = 3", 3],
    ["a changed time", "UPDATE audit SET at = at + 1 WHERE seq = 1", 1],
    ["a changed actor", "UPDATE audit SET actor = 'me' WHERE seq = 5", 5],
    ["a changed item", "UPDATE audit SET item = NULL WHERE seq = 2", 2],
    [
      "a space in the facts",
      "UPDATE audit SET facts = facts || ' ' WHERE seq = 4",
      4,
    ],
    ["a changed hash", "UPDATE audit SET hash = previous WHERE seq = 4", 4],
    ["an entry taken out", "DELETE FROM audit WHERE seq = 3", 3],
    ["the last entry cut off", "DELETE FROM audit WHERE seq = 5", 5],
    ["everything gone", "DELETE FROM audit", 1],
    [
      "two entries swapped",
      "UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 99",
      2,
    ],
  ];

  it.each(damage)("finds %s, and says where", async (_what, sql, brokenAt) => {
    for (let count = 0; count < 5; count += 1) await received();
    expect(await ledger.verifyAudit()).toMatchObject({
      entries: 5,
      brokenAt: null,
    });
    const other = new DatabaseSync(file);
    other.exec(sql);
    other.close();
    expect((await ledger.verifyAudit()).brokenAt).toBe(brokenAt);
  });

  it("holds over several pages", async () => {
    await Promise.all(Array.from({ length: 4500 }, () => received()));
    expect(await ledger.verifyAudit()).toMatchObject({
      entries: 4500,
      brokenAt: null,
    });
  });
});

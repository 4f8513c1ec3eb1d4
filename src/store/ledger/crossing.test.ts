import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { Ledger } from "../../core/ledger.ts";
import { createLedger } from "../ledger.ts";

const LEASE_MS = 60_000;
let folder: string;
let ledger: Ledger;
let now = 1_000_000;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-crossing-"));
  now = 1_000_000;
  ledger = await createLedger(join(folder, "ledger.db"), () => now);
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

async function cleared(tenant = "kawa"): Promise<ItemId> {
  const id = newItemId();
  await ledger.receive({
    ...{ id, tenant, bytes: 1, sha256: "ab".repeat(32) },
    envelope: {
      ...{ reversePath: "a@example.com", recipients: [`b@${tenant}.lg.jp`] },
      client: { address: "192.0.2.1", helo: "mx.example.com", tls: true },
      smtpUtf8: false,
    },
    ...{ parent: null, override: null },
  });
  await ledger.advance(id, "planned");
  await ledger.clear(id, "clean", []);
  return id;
}

const act = (over: object = {}) => ({
  ...{ tenant: "*", who: "sato", why: "訓練", via: "console" },
  ...over,
});

const claims = async (id: ItemId) =>
  (await ledger.openAttempt(id, now, LEASE_MS)).length;

describe("the crossing", () => {
  it("gives no delivery out after a stop, takes mails in and clears them, and gives all out after the resume", async () => {
    const before = await cleared();
    expect(await ledger.stopCrossing(act())).toBe("done");
    const during = await cleared();
    expect([await claims(before), await claims(during)]).toEqual([0, 0]);
    expect(await ledger.waitingToCross()).toEqual({ kawa: 2 });
    expect(await ledger.resumeCrossing(act())).toBe("done");
    expect([await claims(before), await claims(during)]).toEqual([1, 1]);
  });

  it("stops one tenant and not the other", async () => {
    await ledger.stopCrossing(act({ tenant: "kawa" }));
    expect(await claims(await cleared("kawa"))).toBe(0);
    expect(await claims(await cleared("yama"))).toBe(1);
  });

  it("stays stopped for one tenant when the stop of all is lifted", async () => {
    await ledger.stopCrossing(act());
    await ledger.stopCrossing(act({ tenant: "kawa" }));
    await ledger.resumeCrossing(act());
    expect(await claims(await cleared("kawa"))).toBe(0);
    expect(await claims(await cleared("yama"))).toBe(1);
  });

  it("is still stopped in a ledger that was closed and opened again", async () => {
    await ledger.stopCrossing(act());
    await ledger.close();
    ledger = await createLedger(join(folder, "ledger.db"), () => now);
    expect((await ledger.crossing()).stops).toEqual([
      { tenant: "*", since: 1_000_000, who: "sato", why: "訓練" },
    ]);
    expect(await claims(await cleared())).toBe(0);
  });

  it("stops for a second process that holds the same ledger", async () => {
    const other = await createLedger(join(folder, "ledger.db"), () => now);
    await ledger.stopCrossing(act());
    const id = await cleared();
    expect(await other.openAttempt(id, now, LEASE_MS)).toEqual([]);
    await other.close();
  });

  it("leaves room for what is not stopped: 1 received of 3 waiting is due", async () => {
    const id = newItemId();
    await ledger.stopCrossing(act());
    await cleared();
    await cleared();
    await ledger.receive({
      ...{ id, tenant: "kawa", bytes: 1, sha256: "ab".repeat(32) },
      envelope: {
        ...{ reversePath: "", recipients: ["b@kawa.lg.jp"] },
        client: { address: "192.0.2.1", helo: "x", tls: false },
        smtpUtf8: false,
      },
      ...{ parent: null, override: null },
    });
    expect(await ledger.due(now, 0, 10)).toEqual([{ id, lane: "inspect" }]);
  });

  it("has what waited due in the order in which it was cleared", async () => {
    await ledger.stopCrossing(act());
    const ids: ItemId[] = [];
    for (let count = 0; count < 5; count += 1) {
      now += 10;
      ids.push(await cleared());
    }
    await ledger.resumeCrossing(act());
    const due = await ledger.due(now, 0, 10);
    expect(due.map(({ id }) => id)).toEqual(ids);
  });

  it("counts the deliveries that began before, of all and of one tenant, until they end", async () => {
    const id = await cleared("kawa");
    await ledger.openAttempt(id, now, LEASE_MS);
    await ledger.stopCrossing(act());
    const open = async (tenant: string) => ledger.attemptsUnderWay(tenant, now);
    expect([await open("*"), await open("kawa"), await open("yama")]).toEqual([
      1, 1, 0,
    ]);
    const receipt = {
      ...{ recipient: "b@kawa.lg.jp", kind: "accepted" as const },
      reply: "250",
    };
    expect(await ledger.closeAttempt(id, [receipt], now, false)).toBe(
      "delivered",
    );
    expect(await open("*")).toBe(0);
  });

  it("does nothing for who saw another state, and says that it stands so to who asks twice", async () => {
    const { version } = await ledger.crossing();
    expect(await ledger.stopCrossing(act({ seen: version }))).toBe("done");
    expect(await ledger.stopCrossing(act({ seen: version }))).toBe("already");
    expect(await ledger.resumeCrossing(act({ seen: version }))).toBe("changed");
    expect((await ledger.crossing()).stops).toHaveLength(1);
    const { entries } = await ledger.entries({
      ...{ peopleOnly: true, after: null, limit: 9 },
    });
    expect(entries.map(({ act, actor, facts }) => [act, actor, facts])).toEqual(
      [
        [
          "crossing-stopped",
          "sato",
          { tenant: "*", why: "訓練", via: "console" },
        ],
      ],
    );
  });

  it("of a restored ledger is stopped, and 1 delivery that was under way is held for a person", async () => {
    const open = await cleared();
    const waiting = await cleared();
    await ledger.openAttempt(open, now, LEASE_MS);
    const from = { copiedAt: 5, who: "sato", why: "写しから" };
    expect(await ledger.markRestored(from)).toEqual({ waiting: 1, unknown: 1 });
    expect(await claims(waiting)).toBe(0);
    expect(await ledger.holds({ item: open, limit: 9 })).toMatchObject([
      { code: "DELIVERY_UNKNOWN", state: "held" },
    ]);
    expect((await ledger.item(open))?.state).toBe("held");
    expect((await ledger.verifyAudit()).brokenAt).toBeNull();
  });
});

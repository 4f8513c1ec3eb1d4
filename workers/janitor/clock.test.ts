import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newItemId } from "../../src/core/id.ts";
import type { ItemId } from "../../src/core/id.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import { HOUR, MINUTE, SECOND } from "../../src/core/units.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { ClockWatch } from "./clock.ts";

const LEASE_MS = MINUTE;
const QUIET_MS = 10 * SECOND;

let folder: string;
let now: number;
let ticks: number;
let ledger: Ledger;
let watch: ClockWatch;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-clock-"));
  [now, ticks] = [Date.parse("2026-11-21T12:00:00Z"), 1000];
  ledger = await createLedger(join(folder, "ledger.db"), () => now);
  watch = newWatch();
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

function newWatch(): ClockWatch {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  return new ClockWatch({ ledger, log, clock: () => now, ticks: () => ticks });
}

function pass(ms: number): void {
  now += ms;
  ticks += ms;
}

async function receive(): Promise<ItemId> {
  const id = newItemId();
  await ledger.receive({
    ...{ id, tenant: "city", bytes: 10, sha256: "0".repeat(64) },
    ...{ parent: null, override: null },
    envelope: {
      ...{ reversePath: "a@example.com", recipients: ["x@city.example"] },
      client: { address: "127.0.0.1", helo: "a", tls: false },
      smtpUtf8: false,
    },
  });
  return id;
}

async function cleared(): Promise<ItemId> {
  const id = await receive();
  await ledger.begin(id);
  await ledger.advance(id, "inspected");
  await ledger.advance(id, "planned");
  await ledger.advance(id, "sanitized");
  await ledger.clear(id, "clean", []);
  return id;
}

const due = async () =>
  (await ledger.due(now, QUIET_MS, 100)).map(({ id }) => id);

describe("a clock that is set back by 9 hours", () => {
  it("keeps no mail waiting: what came, what was put off, what is to be delivered again", async () => {
    await watch.look();
    const came = await receive();
    const putOff = await receive();
    await ledger.defer(putOff, now + MINUTE, "STORE_FULL", false);
    const again = await cleared();
    await ledger.openAttempt(again, now, LEASE_MS);
    const reply = { recipient: "x@city.example", kind: "deferred" as const };
    await ledger.closeAttempt(
      ...([again, [{ ...reply, reply: "451" }], now + MINUTE, false] as const),
    );
    now -= 9 * HOUR;
    pass(MINUTE);
    await watch.look();
    pass(QUIET_MS);
    expect((await due()).sort()).toEqual([came, putOff, again].sort());
    expect(await ledger.begin(came)).not.toBeNull();
    expect(await ledger.openAttempt(again, now, LEASE_MS)).toHaveLength(1);
  });

  it("lets a mail go on that was under way", async () => {
    await watch.look();
    const id = await receive();
    await ledger.begin(id);
    now -= 9 * HOUR;
    await ledger.advance(id, "inspected");
    await watch.look();
    expect(await ledger.begin(id)).not.toBeNull();
  });

  it("gives a delivery under way its whole time anew, and no second one beside it", async () => {
    await watch.look();
    const id = await cleared();
    await ledger.openAttempt(id, now, LEASE_MS);
    now -= 9 * HOUR;
    await watch.look();
    expect(await ledger.openAttempt(id, now, LEASE_MS)).toEqual([]);
    pass(LEASE_MS);
    expect(await ledger.openAttempt(id, now, LEASE_MS)).toMatchObject([
      { attempts: 2, unknowns: 1 },
    ]);
  });

  it("is noticed after a start, too", async () => {
    const id = await receive();
    now -= 9 * HOUR;
    await newWatch().look();
    expect(await ledger.begin(id)).not.toBeNull();
  });
});

describe("a clock that runs on", () => {
  it("leaves what was put off until it is due", async () => {
    await watch.look();
    const id = await receive();
    await ledger.defer(id, now + HOUR, "STORE_FULL", false);
    pass(MINUTE);
    now -= SECOND / 2;
    await watch.look();
    expect(await ledger.begin(id)).toBeNull();
  });
});

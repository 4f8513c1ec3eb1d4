import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../../src/core/fault.ts";
import { HISTORY_STEPS } from "../../src/core/history.ts";
import { newItemId } from "../../src/core/id.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import { DAY, HOUR, MINUTE } from "../../src/core/units.ts";
import { createHistory } from "../../src/store/history.ts";
import type { History } from "../../src/store/history.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { watchLedger } from "../../src/store/ledger/watch.ts";
import type { LedgerWatch } from "../../src/store/ledger/watch.ts";
import type { Measures } from "../../src/core/measure.ts";
import { Counts } from "./counts.ts";
import { Minutes } from "./minutes.ts";
import { Reports } from "./reports.ts";

let folder: string;
let now: number;
let ledger: Ledger;
let watch: LedgerWatch;
let history: History;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-counts-"));
  now = Date.parse("2026-11-21T03:00:30Z");
  ledger = await createLedger(join(folder, "ledger.db"), () => now);
  watch = watchLedger(join(folder, "ledger.db"));
  history = createHistory(join(folder, "history.db"));
});
afterEach(async () => {
  watch.close();
  history.close();
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

async function mail(tenant: string, from = "a@example.com", virus?: string) {
  const id = newItemId();
  await ledger.receive({
    ...{ id, tenant, bytes: 10, sha256: "0".repeat(64) },
    ...{ parent: null, override: null },
    envelope: {
      ...{ reversePath: from, recipients: [`x@${tenant}`], smtpUtf8: false },
      client: { address: "127.0.0.1", helo: "a", tls: false },
    },
  });
  if (virus !== undefined)
    await ledger.hold(id, "malicious", [
      {
        ...{ item: id, part: null, code: "VIRUS_FOUND", detail: virus },
        ...{ name: null, kind: null, bytes: null, sha256: null },
      },
    ]);
}

const perStep = (series: string, stepMs: number) =>
  history
    .series({
      ...{ series, tenants: null, stepMs },
      ...{ from: 0, until: now + DAY },
    })
    .map(({ value }) => value);

describe("counts", () => {
  it("come from the record, by tenant and in the minute in which it happened, however late they are read", async () => {
    await mail("kawa");
    await mail("yama");
    now += MINUTE;
    await mail("kawa", "b@example.com", "Eicar");
    now += HOUR;
    const counts = new Counts(watch, history);
    counts.look(now, 10 * MINUTE);
    expect(counts.isMore).toBe(false);
    counts.write([], []);
    expect(perStep("arrivals", MINUTE)).toEqual([2, 1]);
    expect(perStep("arrivals", HOUR)).toEqual([3]);
    expect(perStep("virus.Eicar", DAY)).toEqual([1]);
    expect(counts.tenants).toEqual([
      {
        ...{ tenant: "kawa", arrivals: 2, completions: 0, failures: 0 },
        ...{ held: 1, malicious: 1 },
      },
      {
        ...{ tenant: "yama", arrivals: 1, completions: 0, failures: 0 },
        ...{ held: 0, malicious: 0 },
      },
    ]);
  });

  it("are the same after a fall before and after the writing, and after the history was lost", async () => {
    for (let at = 0; at < 5; at += 1) await mail("kawa");
    new Counts(watch, history).look(now, MINUTE);
    const again = new Counts(watch, history);
    again.look(now, MINUTE);
    again.writeCounts();
    const third = new Counts(watch, history);
    third.look(now, MINUTE);
    third.writeCounts();
    expect(perStep("arrivals", MINUTE)).toEqual([5]);
    expect(third.tenants[0]).toMatchObject({ arrivals: 5 });
    history.close();
    await rm(join(folder, "history.db"));
    history = createHistory(join(folder, "history.db"));
    const fresh = new Counts(watch, history);
    fresh.look(now, MINUTE);
    fresh.writeCounts();
    expect(perStep("arrivals", MINUTE)).toEqual([5]);
  });

  it("know who sent most within the window, and forget it after", async () => {
    const counts = new Counts(watch, history);
    for (let at = 0; at < 3; at += 1) await mail("kawa", "busy@example.com");
    await mail("kawa", "calm@example.com");
    counts.look(now, 10 * MINUTE);
    expect(counts.busiestSender).toEqual({
      ...{ untrustedSender: "busy@example.com", mails: 3 },
    });
    now += 12 * MINUTE;
    counts.look(now, 10 * MINUTE);
    expect(counts.busiestSender).toBeNull();
  });

  it("see depth and age of each tenant in each lane", async () => {
    await mail("kawa");
    now += 5000;
    await mail("kawa");
    await mail("yama");
    expect(watch.depths(now + 1000)).toEqual([
      { lane: "inspect", tenant: "kawa", waiting: 2, oldestMs: 6000 },
      { lane: "inspect", tenant: "yama", waiting: 1, oldestMs: 1000 },
    ]);
  });
});

describe("a minute that could not be written", () => {
  it("is written with the next look, with its counts and levels", async () => {
    let isFull = true;
    const failing: History = {
      ...history,
      add(addition) {
        if (isFull) throw new Fault("STORE_FULL", {});
        history.add(addition);
      },
    };
    const counts = new Counts(watch, failing);
    const reports = new Reports(folder);
    const minutes = new Minutes({
      ...{ counts, reports, history: failing, ticks: () => now },
    });
    const look = () => {
      counts.look(now, MINUTE);
      minutes.keep({
        ...{ at: now, lanes: [], workers: [], scanner: null, lgwan: null },
        disk: { freeBytes: 7, totalBytes: 9, minFreeBytes: 1 },
      } as unknown as Measures);
    };
    await mail("kawa");
    look();
    now += MINUTE;
    expect(look).toThrow("STORE_FULL");
    now += 2000;
    expect(look).toThrow("STORE_FULL");
    isFull = false;
    look();
    expect(perStep("arrivals", MINUTE)).toEqual([1]);
    expect(perStep("disk.free", MINUTE)).toEqual([7]);
  });
});

describe("the history", () => {
  it("keeps minutes for a day, ten minutes for a week, hours for two months and days for years", () => {
    const start = now - 400 * DAY;
    for (let at = start; at < now; at += 6 * HOUR)
      history.add({
        counts: [{ at, series: "arrivals", tenant: "kawa", count: 1 }],
        ...{ levels: [], times: [], cursors: {} },
      });
    history.prune(now);
    const kept = HISTORY_STEPS.map(
      ({ stepMs }) => perStep("arrivals", stepMs).length,
    );
    expect(kept[0]).toBeLessThanOrEqual(5);
    expect(kept[1]).toBeLessThanOrEqual(33);
    expect(kept[2]).toBeLessThanOrEqual(4 * 63 + 1);
    expect(kept[3]).toBeGreaterThanOrEqual(400);
    const days = perStep("arrivals", DAY);
    expect(days.reduce((sum, one) => sum + one, 0)).toBe(1600);
  });

  it("tells mean and peak of a level", () => {
    for (const value of [1, 2, 9])
      history.add({
        levels: [{ at: now, series: "waiting.inspect", tenant: "", value }],
        ...{ counts: [], times: [], cursors: {} },
      });
    expect(
      history.series({
        ...{ series: "waiting.inspect", tenants: [""], stepMs: MINUTE },
        ...{ from: 0, until: now + 1 },
      }),
    ).toEqual([{ at: now - 30_000, value: 4, most: 9 }]);
  });
});

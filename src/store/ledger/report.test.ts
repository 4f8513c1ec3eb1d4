import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { newItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { Ledger } from "../../core/ledger.ts";
import { DAY, HOUR, MINUTE } from "../../core/units.ts";
import type { HoldCode, VerdictKind } from "../../core/verdict.ts";
import { parsePeriod } from "../../policy/report-period.ts";
import { createLedger } from "../ledger.ts";
import { readReport } from "./report.ts";

const NOVEMBER = parsePeriod("2026-11")!;
const AFTER = NOVEMBER.until + DAY;

let folder: string;
let file: string;
let ledger: Ledger;
let now: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-report-"));
  file = join(folder, "ledger.db");
  now = NOVEMBER.from;
  ledger = await createLedger(file, () => now);
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

const report = (
  tenants: readonly string[] | null = null,
  at = AFTER,
  period = NOVEMBER,
) => readReport(file, { ...period, tenants }, { now: at });

async function mail(
  tenant: string,
  verdict: VerdictKind,
  ...codes: readonly (HoldCode | readonly [HoldCode, string])[]
): Promise<ItemId> {
  const id = newItemId();
  const to = `x@${tenant}`;
  await ledger.receive({
    ...{ id, tenant, bytes: 100, sha256: "0".repeat(64) },
    ...{ parent: null, override: null },
    envelope: {
      ...{ reversePath: "a@example.com", recipients: [to], smtpUtf8: false },
      client: { address: "127.0.0.1", helo: "a", tls: false },
    },
  });
  if (codes.length > 0) {
    const holds = codes.map((one) => {
      const [code, detail] = typeof one === "string" ? [one, ""] : one;
      const none = { name: null, kind: null, bytes: null, sha256: null };
      return { ...{ item: id, part: null, code, detail }, ...none };
    });
    await ledger.hold(id, verdict, holds);
    return id;
  }
  for (const state of ["inspected", "planned", "sanitized"] as const)
    await ledger.advance(id, state);
  await ledger.clear(id, verdict, []);
  await ledger.openAttempt(id, now, MINUTE);
  const receipt = { recipient: to, kind: "accepted" as const, reply: "250" };
  await ledger.closeAttempt(id, [receipt], now, false);
  return id;
}

const release = (item: ItemId, who = "sato") =>
  ledger.release(item, {
    ...{ who, why: "確認済み", waives: [] },
    ...{ at: new Date(now).toISOString() },
    until: new Date(now + DAY).toISOString(),
  });

describe("a month's report", () => {
  it("counts mails by what was found and what became of them, and leaves its neighbours and the self-test out", async () => {
    now = NOVEMBER.from - 1;
    await mail("kawa", "clean");
    now = NOVEMBER.from;
    await mail("kawa", "clean");
    await mail("kawa", "cleaned");
    await mail("yama", "clean");
    now += 3 * DAY;
    await mail("kawa", "malicious", ["VIRUS_FOUND", "Eicar"]);
    await mail("yama", "unexaminable", "ENCRYPTED", "ENCRYPTED");
    await mail("self-test", "malicious", ["VIRUS_FOUND", "Eicar"]);
    now = NOVEMBER.until - 1;
    await mail("yama", "malicious", ["VIRUS_FOUND", "bad\nname"]);
    now = NOVEMBER.until;
    await mail("kawa", "clean");
    const told = await report();
    expect(told).toMatchObject({
      ...{ received: 6, bytes: 600, heldMails: 3 },
      states: { delivered: 3, held: 3, received: 0 },
      verdicts: { clean: 2, cleaned: 1, unexaminable: 1, malicious: 2 },
      holds: [
        { code: "ENCRYPTED", count: 2 },
        { code: "VIRUS_FOUND", count: 2 },
      ],
      viruses: [
        { name: "Eicar", count: 1 },
        { name: "other", count: 1 },
      ],
      tenantsTold: [
        {
          ...{ tenant: "kawa", received: 3, delivered: 2 },
          ...{ heldMails: 1, viruses: 1 },
        },
        {
          ...{ tenant: "yama", received: 3, delivered: 1 },
          ...{ heldMails: 2, viruses: 1 },
        },
      ],
    });
    expect(told.steps).toHaveLength(30);
    expect(told.steps.filter((one) => one.received > 0)).toEqual([
      { name: "2026-11-01", received: 3, heldMails: 0 },
      { name: "2026-11-04", received: 2, heldMails: 2 },
      { name: "2026-11-30", received: 1, heldMails: 1 },
    ]);
    expect(await report(["yama"])).toMatchObject({
      ...{ received: 3, heldMails: 2 },
      tenantsTold: [{ tenant: "yama" }],
    });
  });

  it("tells how long releases took, who decided what, and what a stranger's tenant does not show", async () => {
    const held: ItemId[] = [];
    for (const tenant of ["kawa", "kawa", "yama", "yama", "yama"])
      held.push(await mail(tenant, "unexaminable", "ENCRYPTED"));
    for (const [at, hours] of [1, 2, 10].entries()) {
      now = NOVEMBER.from + hours * HOUR;
      await release(held[at]!);
    }
    await ledger.discard(held[3]!, { who: "ito", why: "不審" });
    await ledger.discard(held[4]!, { who: "janitor", why: "self-test" });
    await ledger.record({ act: "viewed", actor: "sato", facts: {} });
    const told = await report();
    expect(told).toMatchObject({
      releases: { count: 3, medianMs: 2 * HOUR, p95Ms: 10 * HOUR },
      discards: 1,
      people: [
        { who: "sato", acts: { released: 3 }, total: 3 },
        { who: "ito", acts: { discarded: 1 }, total: 1 },
      ],
    });
    const kawa = await report(["kawa"]);
    expect(kawa.people).toEqual([
      { who: "sato", acts: { released: 2 }, total: 2 },
    ]);
    expect(kawa.releases).toMatchObject({ count: 2, medianMs: HOUR });
    expect(kawa.discards).toBe(0);
  });

  it("counts exceptions as they stood at its end, requests, stops and self-tests", async () => {
    const by = { who: "sato", why: "契約先", via: "console" };
    const add = (sender: string, tenant: string | null, until: number) =>
      ledger.addException(
        { ...{ kind: "trust", sender, recipient: null, tenant, until } },
        by,
      );
    await add("a@example.com", "kawa", NOVEMBER.until + DAY);
    await add("b@example.com", "yama", NOVEMBER.from + DAY);
    await add("c@example.com", null, NOVEMBER.until + DAY);
    const item = await mail("kawa", "unexaminable", "ENCRYPTED");
    await ledger.putRequest({
      ...{ item, kind: "release", recipient: null },
      ...{ requester: "x@kawa", reason: "必要" },
    });
    for (const [act, tenant] of [
      ["crossing-stopped", "*"],
      ["crossing-resumed", "*"],
      ["crossing-stopped", "yama"],
    ] as const)
      await ledger.record({
        ...{ act, actor: "suzuki", facts: { tenant, why: "訓練" } },
      });
    await ledger.record({
      act: "self-test-passed",
      actor: "janitor",
      facts: {},
    });
    await ledger.record({
      act: "self-test-failed",
      actor: "janitor",
      facts: {},
    });
    const none = { inForce: 0, added: 0, revoked: 0 };
    expect(await report()).toMatchObject({
      exceptions: { block: none, trust: { inForce: 2, added: 3, revoked: 0 } },
      requests: [{ kind: "release", state: "asked", count: 1 }],
      selfTests: { passed: 1, failed: 1 },
    });
    const kawa = await report(["kawa"]);
    expect(kawa.exceptions.trust).toEqual({ inForce: 2, added: 2, revoked: 0 });
    expect(kawa.stops.map(({ act, tenant }) => [act, tenant])).toEqual([
      ["crossing-stopped", null],
      ["crossing-resumed", null],
    ]);
  });

  it("says what retention took out of it, and only then", async () => {
    await mail("kawa", "clean");
    expect(await report()).toMatchObject({
      ...{ forgottenBefore: null, recordFrom: null },
    });
    const endedBefore = NOVEMBER.from + DAY;
    await ledger.record({
      ...{ act: "items-forgotten", actor: "janitor", facts: { endedBefore } },
    });
    expect((await report()).forgottenBefore).toBe(endedBefore);
    now = NOVEMBER.from + 2 * DAY;
    await ledger.record({ act: "noted", actor: "sato", facts: {} });
    const database = new DatabaseSync(file);
    database.exec("DELETE FROM audit WHERE at < " + String(now));
    database.close();
    expect((await report()).recordFrom).toBe(now);
  });

  it("reads only what stands in its time, window by window, and ends when nobody waits for it", async () => {
    const database = new DatabaseSync(file);
    database.exec(`WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 50000)
      INSERT INTO items (id, tenant, state, received_at, updated_at, due_at, bytes, sha256, envelope)
      SELECT printf('%026d', n), 'kawa', 'delivered', ${String(NOVEMBER.from)} - 86400000 * 20 + n * 86400, 0, 0, 1, '', '{}' FROM n`);
    database.close();
    // 50 days, a mail every 86.4 s: 20 days of October, 30 of November.
    expect((await report()).received).toBe(30_000);
    const signal = AbortSignal.abort(new Error("gone"));
    await expect(
      readReport(file, { ...NOVEMBER, tenants: null }, { now: AFTER, signal }),
    ).rejects.toThrow("gone");
  });

  it("of a long time is told by months", async () => {
    await mail("kawa", "clean");
    const year = parsePeriod("2026-04-01..2027-03-31")!;
    const { steps } = await report(null, AFTER, year);
    expect(steps).toHaveLength(12);
    expect(steps[7]).toEqual({ name: "2026-11", received: 1, heldMails: 0 });
  });

  it("of nothing is full of zeros", async () => {
    expect(await report()).toMatchObject({
      ...{ received: 0, heldMails: 0, people: [], holds: [] },
      releases: { count: 0, medianMs: null, p95Ms: null },
    });
  });
});

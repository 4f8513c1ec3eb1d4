import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkerReport } from "../../src/core/measure.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import { HOUR, MINUTE, SECOND } from "../../src/core/units.ts";
import { createHistory } from "../../src/store/history.ts";
import type { History } from "../../src/store/history.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { watchLedger } from "../../src/store/ledger/watch.ts";
import type { LedgerWatch } from "../../src/store/ledger/watch.ts";
import { Counts } from "./counts.ts";
import { Reports } from "./reports.ts";
import { Watch } from "./watch.ts";
import type { WatchTools } from "./watch.ts";

const WELL = { engine: "ClamAV 1", signatures: "27000", builtAt: null };

let folder: string;
/** The clock on the wall, and the one that never goes back. */
let now: number;
let ticks: number;
let ledger: Ledger;
let watch: LedgerWatch;
let history: History;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-watch-"));
  await mkdir(join(folder, "measures"));
  [now, ticks] = [Date.parse("2026-11-21T03:00:30Z"), 1000];
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

function pass(ms: number): void {
  now += ms;
  ticks += ms;
}

const toolsOf = (over: Partial<WatchTools>): WatchTools => ({
  ...{ ledger: watch, history, counts: new Counts(watch, history) },
  reports: new Reports(join(folder, "measures")),
  thresholds: {
    ...{ oldestMinutes: 10, waitingMails: 100, freeBytes: 0 },
    ...{ signatureDays: 3, senderMails: 50, heldMails: 30 },
    ...{ refusedSignIns: 10, windowMinutes: 10, certificateDays: 30 },
  },
  ...{ zoneName: "庁内", minFreeBytes: 0, ticks: () => ticks },
  disk: async () => ({ freeBytes: 7, totalBytes: 9 }),
  scanner: async () => WELL,
  signaturesMissing: async () => false,
  queueAnswers: async () => true,
  acts: async () => ({ stops: [], checks: [], disaster: { kind: "off" } }),
  auditBrokenAt: async () => null,
  ...{ configChangedAt: () => null, certificates: () => [] },
  collectors: () => [],
  ...over,
});

async function report(worker: string, pid: number): Promise<void> {
  const told: WorkerReport = {
    ...{ worker, pid, startedAt: now, at: now, residentBytes: 1 },
    ...{ cpuSeconds: 1, faults: {}, authentications: {}, stages: {} },
    lgwan: null,
  };
  await writeFile(
    join(folder, "measures", `${worker}-${pid}.json`),
    JSON.stringify(told),
  );
}

describe("a watch whose clock is set by 9 hours", () => {
  it.each([
    ["back", -9 * HOUR],
    ["forth", 9 * HOUR],
  ])(
    "%s goes on seeing that the scanner died and a worker is gone",
    async (_, step) => {
      let scanner: WatchTools["scanner"] = async () => WELL;
      const one = new Watch(toolsOf({ scanner: () => scanner() }));
      await report("courier", 1);
      await report("intake", 2);
      expect((await one.look(now)).troubles).toEqual([]);
      scanner = async () => null;
      now += step;
      pass(20 * SECOND);
      await report("intake", 2);
      const { troubles } = await one.look(now);
      expect(
        troubles.map(({ code, about, since }) => [code, about, since]),
      ).toEqual([
        ["SCANNER_SILENT", "", now],
        ["WORKER_GONE", "courier", now],
      ]);
      now -= step;
      pass(2 * SECOND);
      await report("intake", 2);
      for (const { since } of (await one.look(now)).troubles)
        expect(since).toBeLessThanOrEqual(now);
    },
  );

  it("back forgets who sent much before, and sees who sends much now", async () => {
    const counts = new Counts(watch, history);
    const refuse = () =>
      ledger.record({ act: "sign-in-refused", actor: "sato", facts: {} });
    await refuse();
    counts.look(now, 10 * MINUTE);
    now -= 9 * HOUR;
    await refuse();
    await refuse();
    counts.look(now, 10 * MINUTE);
    expect(counts.refusedLately).toBe(2);
  });
});

describe("reports of an earlier run", () => {
  it("are no workers of this one, and go after 10 minutes", async () => {
    await report("courier", 1);
    pass(MINUTE);
    const reports = new Reports(join(folder, "measures"));
    await reports.look(now);
    expect(reports.workers(now)).toEqual([]);
    pass(10 * MINUTE);
    await reports.look(now);
    expect(await readdir(join(folder, "measures"))).toEqual([]);
  });
});

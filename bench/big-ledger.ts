/**
 * node bench/big-ledger.ts [MAILS]
 *
 * How long people wait for lists and reports when a ledger holds many mails (a million, or as many as said), all of one month
 * and each with a hold. Rows are written straight into the file; what is measured is what the console asks. Numbers go to
 * standard output, one line each.
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Ledger } from "../src/core/ledger.ts";
import type { QuarantineAsk } from "../src/core/quarantine.ts";
import { DAY, MIB } from "../src/core/units.ts";
import { createLedger } from "../src/store/ledger.ts";
import { readReport } from "../src/store/ledger/report.ts";
import { watchLedger } from "../src/store/ledger/watch.ts";
import { fillLedger, MONTH } from "./big-ledger-rows.ts";

const MAILS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 3;

const folder = await mkdtemp(join(tmpdir(), "sekisho-big-"));
try {
  const file = join(folder, "ledger.db");
  await (await createLedger(file)).close();
  await told("writing the rows", () => fillLedger(file, MAILS));
  const { size } = await stat(file);
  line("the file", `${Math.round(size / MIB)} MiB`);
  const ledger = await createLedger(file);
  try {
    await lists(ledger);
    await dashboard(ledger, file);
    await reports(file);
  } finally {
    await ledger.close();
  }
} finally {
  await rm(folder, { recursive: true });
}

async function lists(ledger: Ledger): Promise<void> {
  const held = {
    tenants: null,
    state: "held",
    after: null,
    limit: 50,
  } as const;
  const asks: Readonly<Record<string, QuarantineAsk>> = {
    "newest 50 that are held": held,
    "the 50 in the middle": { ...held, after: Math.floor(MAILS / 2) },
    "of one body": { ...held, tenants: ["kawa"] },
    "of one reason": { ...held, code: "VIRUS_FOUND" },
    "of one day of the month": {
      ...held,
      ...{ since: MONTH.from + 9 * DAY, until: MONTH.from + 10 * DAY },
    },
    "held, released and discarded": { ...held, state: null },
    "a word in the subject of 1 in 1,000": { ...held, text: "工事717" },
    "a word that is nowhere": { ...held, text: "どこにもない" },
  };
  for (const [name, ask] of Object.entries(asks)) {
    const times: number[] = [];
    let found = "";
    for (let round = 0; round < ROUNDS; round += 1) {
      const begun = performance.now();
      const { rows, complete } = await ledger.search(ask);
      times.push(performance.now() - begun);
      found = `${rows.length} rows${complete ? "" : ", asked to go on"}`;
    }
    line(`list: ${name}`, `${ms(Math.max(...times))} (${found})`);
  }
}

async function dashboard(ledger: Ledger, file: string): Promise<void> {
  await told("counts by state", () => ledger.counts());
  await told("what waits", () => ledger.depths(Date.now()));
  await told("holds for the first page", () =>
    ledger.holds({ state: "held", limit: 50 }),
  );
  const watch = watchLedger(file);
  await told("held by reason (watchman)", () => watch.held());
  watch.close();
}

async function reports(file: string): Promise<void> {
  for (const tenants of [null, ["kawa"]]) {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const begun = performance.now();
    const { received } = await readReport(
      file,
      { ...MONTH, tenants },
      { now: MONTH.until },
    );
    const took = performance.now() - begun;
    delay.disable();
    const whose = tenants === null ? "all bodies" : "one body";
    const blocked = `others wait ${ms(delay.percentile(99) / 1e6)}, at most ${ms(delay.max / 1e6)}`;
    line(
      `report of a month, ${whose}`,
      `${ms(took)} (${received} mails; ${blocked})`,
    );
  }
}

async function told(name: string, work: () => unknown): Promise<void> {
  const begun = performance.now();
  await work();
  line(name, ms(performance.now() - begun));
}

function ms(time: number): string {
  return time < 10_000
    ? `${time.toFixed(1)} ms`
    : `${(time / 1000).toFixed(1)} s`;
}

function line(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(46)} ${value}\n`);
}

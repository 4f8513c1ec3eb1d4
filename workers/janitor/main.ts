/*
NAME       janitor: ring again for what was forgotten, clear away what is done, say when a digest or a try with a password is due, prove the record once a day
ZONE       airlock
READS      ledger, names of files in spool, vault and outbox       WRITES  ledger (items of our own), removes files of ended items; archives of the record
TALKS TO   the bell; once a day our own intake (the self-test)
SECURITY   never opens a content of a mail, and has no key to; has one of its own to sign how far the record had come; reads the
           program's files to hold them against what was signed
NOT HERE   moving an item: it only makes some and rings, and discards what its own self-test held
*/
import { setTimeout as sleep } from "node:timers/promises";
import { ClockWatch } from "./clock.ts";
import { Daily } from "./daily.ts";
import { placesIn } from "../../src/assembly/places.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import type { ConfigSlice } from "../../src/config/slice.ts";
import { DAY } from "../../src/core/units.ts";
import { toFault } from "../../src/core/fault.ts";
import { RecordKeeper } from "../../src/stage/keep-record.ts";
import { sendDigests, tryPasswords } from "../../src/stage/post.ts";
import { clearAway, ringAgain } from "../../src/stage/tend.ts";
import { sentUpTo } from "../../src/store/history.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { loadRecordKeys } from "../../src/store/keys.ts";
import { signing } from "../../src/store/checkpoint.ts";
import { createArchive } from "../../src/store/record-archive.ts";
import { createOutboxShelf } from "../../src/store/outbox.ts";
import { createSpool } from "../../src/store/spool.ts";
import { createVaultShelf } from "../../src/store/vault.ts";

/** A round that cleared so many away is followed by the next one soon: its files are what new mails are written into. */
const BUSY_FILES = 256;
const BUSY_PAUSE_MS = 2000;

await runWorker("janitor", async ({ config, log, lanes }) => {
  const places = placesIn(config.gateway.varFolder);
  const ledger = await createLedger(places.ledger);
  const tools = {
    ledger,
    lanes,
    log,
    spool: await createSpool(places.spool),
    vault: await createVaultShelf(places.vault),
    outbox: await createOutboxShelf(places.outbox),
  };
  const done = new Map<string, string>();
  const { retention } = config;
  const keep = {
    originalMs: retention.originalDays * DAY,
    deliveredMs: retention.deliveredDays * DAY,
  };
  const collectors = collectorNames(config.events);
  const keeper = new RecordKeeper({
    ...{ ledger, log, clock: Date.now },
    ...signing(await loadRecordKeys(places.keys)),
    archive:
      retention.archiveFolder === null
        ? null
        : createArchive.bind(null, retention.archiveFolder),
    sentUpTo: () => sentUpTo(places.history, collectors),
    keep: {
      entriesMs: {
        line: inMs(retention.lineEntryDays),
        view: inMs(retention.viewEntryDays),
        signIn: inMs(retention.signInEntryDays),
        act: inMs(retention.actEntryDays),
      },
      itemsMs: inMs(retention.itemDays),
    },
  });
  const stop = new AbortController();
  const daily = new Daily({
    config: {
      gateway: config.gateway,
      smtp: config.smtp,
      selfTest: config.selfTest,
      file: config.file,
    },
    ledger,
    log,
    signal: stop.signal,
  });
  const clock = new ClockWatch({
    ...{ ledger, log, clock: Date.now, ticks: () => performance.now() },
  });
  const usualMs = config.janitor.everySeconds * 1000;
  // One that fails keeps none of the others from its work.
  const step = <T>(name: string, work: () => Promise<T>): Promise<T | null> =>
    work().catch((error: unknown) => {
      const { code, message } = toFault(error);
      log.error("janitor.fault", { step: name, fault: code, detail: message });
      return null;
    });
  const round = async (): Promise<number> => {
    await step("clock", () => clock.look());
    await step("ring", () =>
      ringAgain(tools, config.janitor.quietSeconds * 1000),
    );
    await step("passwords", () => tryPasswords(tools, config.policy));
    await step("digests", () =>
      sendDigests(tools, config.tenants, { now: Date.now(), done }),
    );
    const gone = await step("clear-away", () => clearAway(tools, keep));
    await step("record", () => keeper.round());
    await step("daily", () => daily.look(Date.now()));
    return (gone ?? 0) < BUSY_FILES
      ? usualMs
      : Math.min(usualMs, BUSY_PAUSE_MS);
  };
  const rounds = (async () => {
    while (!stop.signal.aborted) {
      const pauseMs = await round();
      await sleep(pauseMs, undefined, { signal: stop.signal }).catch(
        () => undefined,
      );
    }
  })();
  return {
    close: async () => {
      stop.abort();
      await rounds;
      await daily.ended();
      await ledger.close();
    },
  };
});

/** As the watchman calls them. */
function collectorNames(
  events: ConfigSlice<"janitor">["events"],
): readonly string[] {
  return (["file", "syslog"] as const).filter((name) => events[name] !== null);
}

function inMs(days: number | null): number | null {
  return days === null ? null : days * DAY;
}

/*
NAME       janitor: ring again for what was forgotten, and clear away what is done
ZONE       airlock
READS      ledger, names of files in spool, vault and outbox       WRITES  removes files of ended items
TALKS TO   the bell; once a day our own intake (the self-test)
SECURITY   never opens a content of a mail, and has no key to; reads the program's files to hold them against what was signed
NOT HERE   moving an item: it only rings, and discards what its own self-test held
*/
import { setTimeout as sleep } from "node:timers/promises";
import { Daily } from "./daily.ts";
import { placesIn } from "../../src/assembly/places.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import { toFault } from "../../src/core/fault.ts";
import { clearAway, ringAgain } from "../../src/stage/tend.ts";
import { createLedger } from "../../src/store/ledger.ts";
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
  const stop = new AbortController();
  const daily = new Daily({
    config: {
      gateway: config.gateway,
      smtp: config.smtp,
      selfTest: config.selfTest,
    },
    places,
    ledger,
    log,
    signal: stop.signal,
  });
  const usualMs = config.janitor.everySeconds * 1000;
  const round = async (): Promise<number> => {
    await ringAgain(tools, config.janitor.quietSeconds * 1000);
    const gone = await clearAway(tools);
    await daily.look(Date.now());
    return gone < BUSY_FILES ? usualMs : Math.min(usualMs, BUSY_PAUSE_MS);
  };
  const rounds = (async () => {
    while (!stop.signal.aborted) {
      const pauseMs = await round().catch((error: unknown) => {
        const fault = toFault(error);
        log.error("janitor.fault", {
          fault: fault.code,
          detail: fault.message,
        });
        return usualMs;
      });
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

/*
NAME       sanitizer: make a new, harmless mail out of each accepted one
ZONE       airlock
READS      spool, vault, ledger      WRITES  vault, outbox, ledger (commit B)
TALKS TO   clamd, pits, the bell
SECURITY   decodes transfer encodings and text; documents only in the pit. Holds the key that seals the outbox
LIMITS     core/limits.ts, all of them
NOT HERE   SMTP in either direction
*/
import { openSanitizer } from "../../src/assembly/sanitizer.ts";
import { engines } from "../../src/assembly/engines.ts";
import { placesIn } from "../../src/assembly/places.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import { Fault } from "../../src/core/fault.ts";
import { createLine } from "../../src/stage/line.ts";
import { loadKeys } from "../../src/store/keys.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { createOutbox } from "../../src/store/outbox.ts";
import { createSpool } from "../../src/store/spool.ts";
import { createVault } from "../../src/store/vault.ts";

await runWorker("sanitizer", async (place) => {
  const { config, log, lanes } = place;
  if (place.clamdSocket === null)
    throw new Fault("CONFIG_INVALID", { key: "scanner.socketPath" });
  const places = placesIn(config.gateway.varFolder);
  const keys = await loadKeys(places.keys, {
    vault: config.secrets.vaultKey?.reveal() ?? null,
    clear: config.secrets.sealKey?.reveal() ?? null,
  });
  const ledger = await createLedger(places.ledger);
  const tools = openSanitizer({
    limits: config.limits,
    converters: config.policy.converters,
    clamdSocket: place.clamdSocket,
    maxScans: config.scanner.maxConnections,
    workFolder: places.work,
    log,
    officeSpares: config.workers.officeSpares,
    pitSpares: config.workers.pitSpares,
  });
  const handle = createLine({
    ...tools,
    spool: await createSpool(places.spool),
    vault: await createVault(places.vault, keys.vault),
    outbox: await createOutbox(places.outbox, keys.clear),
    ledger,
    lanes,
    hostname: config.gateway.hostname,
    policyFor: () => config.policy,
    engines: engines(),
    log,
    probe: place.probe,
    laps: () => place.meter.laps("commit"),
  });
  await lanes.serve(
    "inspect",
    config.workers.inspectConcurrency,
    handle("inspect"),
  );
  await lanes.serve(
    "sanitize",
    config.workers.sanitizeConcurrency,
    handle("sanitize"),
  );
  return {
    close: async () => {
      await lanes.close(config.workers.stopGraceSeconds * 1000);
      await tools.end();
      await ledger.close();
    },
  };
});

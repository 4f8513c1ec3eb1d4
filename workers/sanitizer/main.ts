/*
NAME       sanitizer: make a new, harmless mail out of each accepted one
ZONE       airlock
READS      spool, vault, ledger      WRITES  vault, outbox, ledger (commit B)
TALKS TO   clamd, pits, the bell; the console (a password, over a private socket); the DNS server that is named, if any
SECURITY   decodes transfer encodings and text; documents only in the pit. Holds the key that seals the outbox
LIMITS     core/limits.ts, all of them
NOT HERE   SMTP in either direction
*/
import { openSanitizer } from "../../src/assembly/sanitizer.ts";
import { createAuthenticate } from "../../src/authentication/authenticate.ts";
import { engines } from "../../src/assembly/engines.ts";
import { ownSenderFor } from "../../src/assembly/own-sender.ts";
import { placesIn } from "../../src/assembly/places.ts";
import {
  linkSigner,
  recipientLinks,
} from "../../src/assembly/recipient-link.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import { Fault, toFault } from "../../src/core/fault.ts";
import { firstSenders } from "../../src/policy/first-senders.ts";
import { createPolicies } from "../../src/policy/variant.ts";
import { serveDoor } from "../../src/queue/private-door.ts";
import type { LineTools } from "../../src/stage/line-tools.ts";
import { createLine } from "../../src/stage/line.ts";
import { createOpening } from "../../src/stage/opening.ts";
import { keepExceptions } from "../../src/stage/standing-exceptions.ts";
import { loadKeys, loadRecipientsKey } from "../../src/store/keys.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { createOutbox } from "../../src/store/outbox.ts";
import { createSpool } from "../../src/store/spool.ts";
import { createVault } from "../../src/store/vault.ts";
import { countingChecks } from "../../src/telemetry/meter.ts";
import { parseOpeningAsk } from "../../src/wire/opening.ts";

/** How soon an exception that was added or revoked is known here. */
const EXCEPTIONS_MS = 2000;

await runWorker("sanitizer", async (place) => {
  const { config, log, lanes } = place;
  if (place.clamdSocket === null)
    throw new Fault("CONFIG_INVALID", { key: "scanner.socketPath" });
  const places = placesIn(config.gateway.varFolder);
  const keys = await loadKeys(places.keys, {
    vault: config.secrets.vaultKey?.reveal() ?? null,
    clear: config.secrets.sealKey?.reveal() ?? null,
  });
  const { origin, linkDays } = config.recipients;
  const recipientLink =
    origin === null
      ? null
      : recipientLinks(
          { origin, linkDays },
          linkSigner(await loadRecipientsKey(places.keys)),
        );
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
  const policies = createPolicies(config.policy, config.policy.variants);
  const goesFirst = firstSenders(config.workers.firstSenders);
  const exceptions = await keepExceptions(ledger, log, EXCEPTIONS_MS);
  const authenticate = await createAuthenticate(config.authentication);
  const line: LineTools = {
    ...tools,
    spool: await createSpool(places.spool),
    vault: await createVault(places.vault, keys.vault),
    outbox: await createOutbox(places.outbox, keys.clear),
    ledger,
    lanes,
    hostname: config.gateway.hostname,
    policyFor: (_tenant: string, variant?: string) => policies(variant),
    ...(goesFirst === undefined ? {} : { goesFirst }),
    ...(authenticate === null
      ? {}
      : { authenticate: countingChecks(authenticate, place.meter) }),
    exceptions: exceptions.table,
    recipientLink,
    engines: engines(),
    ownSender: ownSenderFor(config.tenants),
    log,
    probe: place.probe,
    laps: () => place.meter.laps("commit"),
  };
  const handle = createLine(line);
  const opening = createOpening(line);
  const door = await serveDoor(
    { folder: places.doors, name: "sanitizer", log },
    (untrusted) => opening.open(parseOpeningAsk(untrusted)),
  ).catch((error: unknown) => {
    log.error("door.closed", { fault: toFault(error).code });
    return null;
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
      await door?.close();
      await lanes.close(config.workers.stopGraceSeconds * 1000);
      await opening.close();
      await exceptions.close();
      await tools.end();
      await ledger.close();
    },
  };
});

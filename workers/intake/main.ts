/*
NAME       intake: accept mail from the internet side
ZONE       internet
WRITES     spool, ledger (commit A)      TALKS TO  SMTP clients, the bell
SECURITY   meets hostile bytes as a stream; stores them unread. Never decodes, never renders, never delivers
STANDARDS  RFC 5321
LIMITS     connections, recipients, message and header bytes, deadlines
NOT HERE   looking into the mail (sanitizer)
*/
import { readFileSync } from "node:fs";
import { placesIn } from "../../src/assembly/places.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import { firstSenders } from "../../src/policy/first-senders.ts";
import { createListener } from "../../src/smtp/listener.ts";
import { createAdmit } from "../../src/stage/admit.ts";
import { createReceive } from "../../src/stage/receive.ts";
import { createSelfTestDoor } from "../../src/stage/self-test-address.ts";
import { loadSelfTestKey } from "../../src/store/keys.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { createSpool } from "../../src/store/spool.ts";

/** What a burst may bring before the janitor has cleared the first mails away. */
const SPARE_FILES = 1000;

await runWorker("intake", async ({ config, log, lanes, probe, meter }) => {
  const places = placesIn(config.gateway.varFolder);
  const spool = await createSpool(places.spool, {
    maxMessageBytes: config.limits.maxMessageBytes,
    minFreeBytes: config.smtp.minFreeBytes,
    spareFiles: SPARE_FILES,
  });
  const ledger = await createLedger(places.ledger);
  const goesFirst = firstSenders(config.workers.firstSenders);
  const listener = await createListener(
    {
      host: config.smtp.host,
      port: config.smtp.port,
      hostname: config.gateway.hostname,
      limits: config.limits,
      tls:
        config.smtp.tls === null
          ? null
          : {
              key: readFileSync(config.smtp.tls.keyFile),
              cert: readFileSync(config.smtp.tls.certificateFile),
            },
      maxConnections: config.smtp.maxConnections,
      maxConnectionsPerClient: config.smtp.maxConnectionsPerClient,
      maxMessagesPerSession: config.smtp.maxMessagesPerConnection,
      maxErrorsPerSession: config.smtp.maxErrorsPerConnection,
      idleTimeoutMs: config.smtp.idleTimeoutSeconds * 1000,
      dataDeadlineMs: config.smtp.dataDeadlineSeconds * 1000,
      minDataBytesPerSecond: config.smtp.minDataBytesPerSecond,
    },
    {
      admit: createAdmit({
        tenants: config.tenants,
        limits: config.limits,
        postmaster: config.smtp.postmaster,
        isSelfTest: createSelfTestDoor(await loadSelfTestKey(places.keys)),
      }),
      accept: createReceive({
        ...{ spool, ledger, lanes, log, probe },
        ...(goesFirst === undefined ? {} : { goesFirst }),
        laps: () => meter.laps("record"),
      }),
      log,
    },
  );
  return {
    facts: { port: listener.port },
    close: async () => {
      await listener.close();
      await ledger.close();
    },
  };
});

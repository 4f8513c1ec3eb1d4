/*
NAME       courier: carry cleared mail over to the LGWAN side
ZONE       lgwan
READS      outbox, ledger        WRITES  ledger (commit C)
TALKS TO   the LGWAN mail server (SMTP), the bell
SECURITY   proves seal, hash and grammar of each mail itself; has the public key only, and no way to an original
STANDARDS  RFC 5321
NOT HERE   judging content, making anything new
*/
import { readFileSync } from "node:fs";
import { placesIn } from "../../src/assembly/places.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import { createCourier, leaseFor } from "../../src/smtp/client.ts";
import { watchCrossing } from "../../src/stage/crossing.ts";
import { keepAsking } from "../../src/smtp/greeting.ts";
import { createDeliver } from "../../src/stage/deliver.ts";
import { verifyAgain } from "../../src/stage/verify-again.ts";
import { loadClearPublicKey } from "../../src/store/keys.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { createOutboxReader } from "../../src/store/outbox.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

await runWorker("courier", async ({ config, log, lanes, probe, meter }) => {
  const places = placesIn(config.gateway.varFolder);
  const { lgwan } = config;
  const answerDeadlineMs = lgwan.answerDeadlineSeconds * 1000;
  const ledger = await createLedger(places.ledger);
  const crossing = await watchCrossing({ ledger, lanes, log });
  const courier = createCourier({
    host: lgwan.host,
    port: lgwan.port,
    hostname: config.gateway.hostname,
    requireTls: lgwan.requireTls,
    ca:
      lgwan.certificateAuthorityFile === null
        ? null
        : readFileSync(lgwan.certificateAuthorityFile),
    maxConnections: lgwan.maxConnections,
    answerDeadlineMs,
    log,
  });
  const deliver = createDeliver({
    outbox: await createOutboxReader(
      places.outbox,
      await loadClearPublicKey(places.keys),
    ),
    ledger,
    courier,
    verifyAgain,
    isStopped: (tenant) => crossing.isStopped(tenant),
    log,
    probe,
    laps: () => meter.laps("receipt"),
    leaseMs: leaseFor(answerDeadlineMs),
    retryMs: lgwan.retryMinutes.map((minutes) => minutes * MINUTE_MS),
    giveUpMs: lgwan.giveUpAfterHours * HOUR_MS,
  });
  await lanes.serve("deliver", config.workers.deliverConcurrency, deliver);
  const stopAsking = keepAsking(
    lgwan,
    lgwan.askEverySeconds * 1000,
    (answer) => (meter.lgwan = answer),
  );
  return {
    close: async () => {
      stopAsking();
      await lanes.close(config.workers.stopGraceSeconds * 1000);
      await courier.close();
      await crossing.close();
      await ledger.close();
    },
  };
});

/*
NAME       console: pages for administrators
ZONE       admin
READS      ledger; the built-in mailbox where there is one      WRITES  nothing
TALKS TO   browsers (HTTP), clamd (version only)
SECURITY   shows metadata, escaped; no script on any page; acts on nothing
NOT HERE   release and discard (cli)
*/
import { statfs } from "node:fs/promises";
import { placesIn } from "../../src/assembly/places.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import { findProblems } from "../../src/console/problems.ts";
import { createConsole } from "../../src/console/server.ts";
import { createScanner } from "../../src/scan/clamd.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { openMailbox } from "./mailbox-folder.ts";

const RECENT_ITEMS = 30;
const SHOWN_HOLDS = 50;

await runWorker("console", async ({ config, clamdSocket }) => {
  const places = placesIn(config.gateway.varFolder);
  const ledger = await createLedger(places.ledger);
  const scanner =
    clamdSocket === null
      ? null
      : createScanner({
          socketPath: clamdSocket,
          limits: config.limits,
          maxConnections: 1,
        });
  const status = async () => {
    const now = Date.now();
    const [lanes, counts, recent, holds, health, disk] = await Promise.all([
      ledger.depths(now),
      ledger.counts(),
      ledger.recent(RECENT_ITEMS),
      ledger.holds({ state: "held", limit: SHOWN_HOLDS }),
      scanner?.health() ?? null,
      statfs(config.gateway.varFolder),
    ]);
    const problems = findProblems({
      lanes,
      scannerAnswers: health !== null,
      freeBytes: disk.bavail * disk.bsize,
      minFreeBytes: config.smtp.minFreeBytes,
      zoneName: config.lgwan.zoneName,
    });
    return { now, lanes, counts, recent, holds, problems, scanner: health };
  };
  const app = createConsole({
    status,
    zoneName: config.lgwan.zoneName,
    mailbox: config.lgwan.builtInMailbox ? openMailbox(places.mailbox) : null,
  });
  await app.listen({ host: config.console.host, port: config.console.port });
  const address = app.server.address();
  return {
    facts: {
      port:
        typeof address === "object" && address !== null
          ? address.port
          : config.console.port,
    },
    close: async () => {
      await app.close();
      await ledger.close();
    },
  };
});

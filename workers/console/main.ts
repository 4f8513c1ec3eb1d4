/*
NAME       console: sign-in, the API and the pages for those who decide
ZONE       admin
READS      ledger; what the watchman measured; the built-in mailbox where there is one      WRITES  decisions in the ledger; accounts
TALKS TO   browsers (HTTP), clamd (version only), the bell, the viewer, a sanitizer (a password, over a private socket), the
           site's own sign-in where it has one
SECURITY   shows metadata, escaped; opens no original and has the key of neither vault nor seal: a release is a move in
           the ledger. Every view and act is on record before it is answered
NOT HERE   making anything new (sanitizer), accounts when nobody can sign in (cli)
*/
import { readFileSync } from "node:fs";
import { openingDoor } from "../../src/assembly/opening-door.ts";
import { placesIn } from "../../src/assembly/places.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import { originalReader } from "../../src/console/original-reader.ts";
import type { ConfigSlice } from "../../src/config/slice.ts";
import { createConsole } from "../../src/console/server.ts";
import { troubleText } from "../../src/console/watching.ts";
import { linkAddress, newLink } from "../../src/console/sign-in/set-up.ts";
import type { Log } from "../../src/core/log.ts";
import { HOUR, MINUTE, SECOND } from "../../src/core/units.ts";
import { trouble } from "../../src/policy/troubles.ts";
import type { TroubleCode } from "../../src/policy/troubles.ts";
import type { RedisPages } from "../../src/queue/redis-pages.ts";
import { createScanner } from "../../src/scan/clamd.ts";
import { createViewerClient } from "../../src/socket/viewer-client.ts";
import { askRescan } from "../../src/stage/ask-rescan.ts";
import { givePassword } from "../../src/stage/give-password.ts";
import { stopCrossing } from "../../src/stage/crossing.ts";
import { recordBrokenAt } from "../../src/stage/record-proof.ts";
import { discard, release } from "../../src/stage/release.ts";
import { approve } from "../../src/stage/requests.ts";
import { createAccounts } from "../../src/store/accounts.ts";
import { loadConsoleKey } from "../../src/store/keys.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { readReport } from "../../src/store/ledger/report.ts";
import { openMailbox } from "./mailbox-folder.ts";
import { watchingIn } from "./watching.ts";

const RECENT_ITEMS = 30;
const SHOWN_HOLDS = 50;
/** By then the watchman has looked once. */
const START_MS = 20 * SECOND;
const LOOPBACK = /^(127\.|::1$|localhost$)/;

await runWorker("console", async ({ config, log, clamdSocket, lanes }) => {
  const places = placesIn(config.gateway.varFolder);
  const key = await loadConsoleKey(places.keys);
  const ledger = await createLedger(places.ledger);
  const accounts = await createAccounts(places.accounts);
  const scanner =
    clamdSocket === null
      ? null
      : createScanner({
          socketPath: clamdSocket,
          limits: config.limits,
          maxConnections: 1,
        });
  const watching = watchingIn(places, {
    from: config.console.metricsFrom,
    token: config.secrets.metricsToken?.reveal() ?? null,
  });
  const queuePages = await queuePagesOf(
    { redis: config.queue.redis, secrets: config.secrets },
    log,
  );
  const startedAt = performance.now();
  const status = async () => {
    const now = Date.now();
    const [lanes, counts, recent, holds, health, measured] = await Promise.all([
      ledger.depths(now),
      ledger.counts(),
      ledger.recent(RECENT_ITEMS),
      ledger.holds({ state: "held", limit: SHOWN_HOLDS }),
      scanner?.health() ?? null,
      watching.now(),
    ]);
    const isBroken = (await recordBrokenAt(ledger)) !== null;
    const isEarly = performance.now() - startedAt < START_MS;
    const found =
      measured?.troubles ?? (isEarly ? [] : [raised("WATCH_SILENT", now)]);
    const isTold = found.some(({ code }) => code === "AUDIT_BROKEN");
    const troubles =
      isBroken && !isTold ? [raised("AUDIT_BROKEN", now), ...found] : found;
    return {
      ...{ now, lanes, counts, recent, holds, troubles, scanner: health },
      problems: troubles.map(troubleText),
    };
  };
  const passwords = {
    ...{ ledger, clock: Date.now, open: openingDoor(places.doors) },
  };
  const viewer = createViewerClient(places.viewerSocket);
  let port = config.console.port;
  const { host, origin, tls, linkHours } = config.console;
  const app = createConsole({
    ...{ status, watching, accounts, ledger, key, tenants: config.tenants },
    ...{ clock: Date.now, ticks: () => performance.now() },
    zoneName: config.lgwan.zoneName,
    mailbox: config.lgwan.builtInMailbox ? openMailbox(places.mailbox) : null,
    queuePages: queuePages?.plugin ?? null,
    release: (item, by) => release({ ledger, lanes }, item, by),
    viewer: createViewerClient(places.viewerSocket),
    makeReport: (ask, signal) =>
      readReport(places.ledger, ask, { now: Date.now(), signal }),
    disasters: {
      maxHours: config.disaster.maxHours,
      // Only who started us as a part of the whole.
      isFollowed: process.send !== undefined,
    },
    stopCrossing: (act) => stopCrossing(ledger, act),
    discard: (item, by) => discard({ ledger }, item, by),
    givePassword: (item, given) => givePassword(passwords, item, given),
    rescan: (item, ask, guard) =>
      askRescan({ ledger, lanes }, item, ask, guard),
    variants: config.policy.variants,
    originalRelease: config.policy.originalRelease,
    readOriginalPart: originalReader(viewer, config.limits.maxMessageBytes),
    approve: (request, by) => approve({ ledger, lanes }, request, by),
    settings: {
      gate: { host, origin, tls: tls !== null, port: () => port },
      idleMs: config.console.idleMinutes * MINUTE,
      absoluteMs: config.console.absoluteHours * HOUR,
      linkHours,
      isLocal: LOOPBACK.test(host),
      proxies: config.console.proxies,
      provider: config.console.oidc && {
        ...config.console.oidc,
        secret: config.secrets.oidcSecret?.reveal() ?? null,
      },
      tls: tls && {
        key: readFileSync(tls.keyFile),
        cert: readFileSync(tls.certificateFile),
      },
    },
  });
  await app.listen({ host, port });
  const address = app.server.address();
  if (typeof address === "object" && address !== null) port = address.port;
  const base = origin ?? `${tls === null ? "http" : "https"}://${host}:${port}`;
  const setUp = (await accounts.any()) ? null : newLink(Date.now(), linkHours);
  if (setUp !== null) await accounts.inviteFirst(setUp.link);
  return {
    facts: {
      port,
      ...(setUp === null ? {} : { setUp: linkAddress(base, setUp.token) }),
    },
    close: async () => {
      await app.close();
      await queuePages?.close();
      await ledger.close();
      await accounts.close();
    },
  };
});

/** Loaded only where they are wanted: they bring 13 MB. */
async function queuePagesOf(
  {
    redis,
    secrets,
  }: ConfigSlice<"console">["queue"] & Pick<ConfigSlice<"console">, "secrets">,
  log: Log,
): Promise<RedisPages | null> {
  if (redis === null || !redis.pages) return null;
  const { openRedisPages } = await import("../../src/queue/redis-pages.ts");
  const password = secrets.redisPassword?.reveal() ?? null;
  return openRedisPages({ ...redis, password, log });
}

function raised(code: TroubleCode, since: number) {
  return { ...trouble(code, ""), since };
}

/*
NAME       watchman: measure everything, keep its history, and tell people what is wrong
ZONE       admin
READS      ledger (cannot write it), reports of the workers      WRITES  history, the measures of now
TALKS TO   clamd (version only), the bell (depths), the administrators' mail server, webhooks and collectors that the configuration names
SECURITY   sees metadata and the record, never content; no key of vault, seal or console. What others tell is parsed and bounded
STANDARDS  RFC 5424, RFC 6587, RFC 5425
NOT HERE   mending anything (supervisor, people), pages (console)
*/
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, rename, statfs, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { placesIn } from "../../src/assembly/places.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import type { WorkerPlace } from "../../src/assembly/worker.ts";
import { tlsPairs } from "../../src/config/certificates.ts";
import type { Measures } from "../../src/core/measure.ts";
import { HOUR, SECOND } from "../../src/core/units.ts";
import { createScanner } from "../../src/scan/clamd.ts";
import { SYSTEM_DATABASE } from "../../src/scan/clamd-process.ts";
import { lookAtSignatures } from "../../src/scan/database.ts";
import { recordBrokenAt } from "../../src/stage/record-proof.ts";
import { createHistory } from "../../src/store/history.ts";
import type { History } from "../../src/store/history.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { watchLedger } from "../../src/store/ledger/watch.ts";
import { openEventFile } from "../../src/telemetry/event-file.ts";
import { sendFrames } from "../../src/telemetry/syslog.ts";
import { tellByMail, tellByWebhook } from "../../src/telemetry/tell.ts";
import type { Tell } from "../../src/telemetry/tell.ts";
import { framed, jsonLine, syslogMessage } from "../../src/wire/event.ts";
import { Alerts } from "./alerts.ts";
import { Counts } from "./counts.ts";
import { Sending } from "./events.ts";
import type { Collector } from "./events.ts";
import { Minutes } from "./minutes.ts";
import { Reports } from "./reports.ts";
import { Round } from "./round.ts";
import { Watch } from "./watch.ts";

type Place = WorkerPlace<"watchman">;

const LOOK_MS = 2 * SECOND;
/** The clock on the walls of Japan. */
const OFFSET_MINUTES = 9 * 60;
const CLOCK = new Intl.DateTimeFormat("ja-JP", {
  ...{ dateStyle: "short", timeStyle: "short", timeZone: "Asia/Tokyo" },
});

await runWorker("watchman", async (place) => {
  const { config, log } = place;
  const places = placesIn(config.gateway.varFolder);
  await mkdir(places.measures, { recursive: true, mode: 0o700 });
  // Brings the tables to this program's version.
  const books = await createLedger(places.ledger);
  const ledger = watchLedger(places.ledger);
  const history = createHistory(places.history);
  const tools = { ledger, history, log };
  const sendings = collectorsOf(config, config.gateway.hostname).map(
    (collector) => new Sending(collector, tools),
  );
  const file = watchFile(config.file, history);
  const certificates = certificatesOf(config);
  const ticks = () => performance.now();
  const counts = new Counts(ledger, history);
  const reports = new Reports(places.measures);
  const watch = new Watch({
    ...{ ledger, history, counts, reports, ticks },
    thresholds: config.alerts,
    zoneName: config.lgwan.zoneName,
    minFreeBytes: config.smtp.minFreeBytes,
    disk: async () => {
      const { bavail, bsize, blocks } = await statfs(config.gateway.varFolder);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    },
    scanner: scannerOf(place),
    signaturesMissing: (scanner) => knowsTestsOnly(config, scanner),
    queueAnswers: () => queueAnswers(place),
    acts: async () => {
      const [{ stops }, checks, disaster] = await Promise.all([
        ...([books.crossing(), books.checks(), books.disaster()] as const),
      ]);
      return { stops, checks, disaster };
    },
    auditBrokenAt: () => recordBrokenAt(books),
    configChangedAt: () => file.changedAt(),
    certificates: () => certificates,
    collectors: () => sendings,
  });
  const alerts = new Alerts({
    ...{ history, log, ticks, ways: waysOf(config), rules: rulesOf(config) },
    gateway: config.gateway.hostname,
    console: addressOf(config),
    clock: (epochMs) => CLOCK.format(epochMs),
  });
  const minutes = new Minutes({ counts, reports, history, ticks });
  const round = new Round({
    measure: (now) => watch.look(now),
    keep: (measures) => minutes.keep(measures),
    tell: (at, troubles) => alerts.look(at, troubles),
    write: (measures) => writeNow(places.measuresNow, measures),
    log,
  });
  const stop = new AbortController();
  const { signal } = stop;
  const rounds = (async () => {
    while (!signal.aborted) {
      await round.look(Date.now());
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    close: async () => {
      stop.abort();
      await rounds;
      await Promise.all(sendings.map((one) => one.stop()));
      await alerts.end();
      minutes.end();
      ledger.close();
      history.close();
      await books.close();
    },
  };
});

/** Renamed into place, so that whoever reads it reads all of it. */
async function writeNow(path: string, measures: Measures): Promise<void> {
  await writeFile(`${path}.half`, JSON.stringify(measures), { mode: 0o600 });
  await rename(`${path}.half`, path);
}

function scannerOf({ clamdSocket, config }: Place) {
  const scanner =
    clamdSocket === null
      ? null
      : createScanner({
          ...{ socketPath: clamdSocket, limits: config.limits },
          maxConnections: 1,
        });
  return async () => scanner?.health() ?? null;
}

async function knowsTestsOnly(
  { scanner }: Place["config"],
  health: Measures["scanner"],
): Promise<boolean> {
  if (health?.signatures !== "none" || scanner.socketPath !== null)
    return false;
  const folder = scanner.databaseFolder ?? SYSTEM_DATABASE;
  return (await lookAtSignatures(folder)).kind !== "real";
}

/** Without Redis the bell hangs inside the gateway, and is nobody's trouble. */
async function queueAnswers({ config, lanes }: Place): Promise<boolean> {
  if (config.queue.redis === null) return true;
  return lanes.depths().then(
    () => true,
    () => false,
  );
}

function collectorsOf(
  { events }: Place["config"],
  hostname: string,
): readonly Collector[] {
  const collectors: Collector[] = [];
  if (events.file !== null) {
    const file = openEventFile(events.file);
    collectors.push({
      name: "file",
      last: () => file.last(),
      send: (batch) => file.append(batch.map(jsonLine)),
    });
  }
  if (events.syslog !== null) {
    const { host, port, tls, certificateAuthorityFile: ca } = events.syslog;
    const target = {
      ...{ host, port },
      tls: tls ? { ca: ca === null ? null : readFileSync(ca) } : null,
      answerDeadlineMs: events.syslog.answerSeconds * SECOND,
    };
    collectors.push({
      name: "syslog",
      send: (batch, signal) =>
        sendFrames(
          target,
          batch.map((event) => framed(syslogMessage(event, hostname))),
          signal,
        ),
    });
  }
  return collectors;
}

function waysOf({
  alerts,
  gateway,
  secrets,
}: Place["config"]): ReadonlyMap<string, Tell> {
  const ways = new Map<string, Tell>();
  const { mail, webhooks } = alerts;
  const password = secrets.alertsMailPassword?.reveal() ?? null;
  if (mail !== null)
    ways.set(
      "mail",
      tellByMail({ ...mail, password, hostname: gateway.hostname }),
    );
  const key = secrets.alertsWebhookKey?.reveal() ?? null;
  for (const [at, url] of webhooks.entries())
    ways.set(`webhook ${at + 1}`, tellByWebhook({ url, key }));
  return ways;
}

function rulesOf({ alerts }: Place["config"]) {
  const { forMinutes, clearMinutes, reminderHours, quietHours } = alerts;
  const minuteOf = (time: string) => {
    const [hours = 0, minutes = 0] = time.split(":").map(Number);
    return hours * 60 + minutes;
  };
  return {
    ...{ forMinutes, clearMinutes, reminderHours },
    offsetMinutes: OFFSET_MINUTES,
    quiet: quietHours && {
      fromMinute: minuteOf(quietHours.from),
      toMinute: minuteOf(quietHours.to),
    },
  };
}

function addressOf({ console }: Place["config"]): string {
  const scheme = console.tls === null ? "http" : "https";
  return console.origin ?? `${scheme}://${console.host}:${console.port}`;
}

const CHANGE_SHOWN_MS = HOUR;

/** Says for an hour that the settings file is another than it was, also when it changed while nothing ran. */
function watchFile(path: string, history: History) {
  let changedAt: number | null = null;
  let changedAtTicks = 0;
  let lookedAt = -Infinity;
  const look = (now: number, ticks: number) => {
    const hash = hashOf(path);
    const known = history.note("configuration");
    if (hash === null || hash === known) return;
    if (known !== null) [changedAt, changedAtTicks] = [now, ticks];
    history.setNote("configuration", hash);
  };
  return {
    changedAt(): number | null {
      const ticks = performance.now();
      if (ticks - lookedAt > 10 * SECOND) look(Date.now(), (lookedAt = ticks));
      return ticks - changedAtTicks < CHANGE_SHOWN_MS ? changedAt : null;
    },
  };
}

function hashOf(path: string): string | null {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return null;
  }
}

/** As they were at the start: that is what the listeners have loaded. */
function certificatesOf(config: Place["config"]) {
  return tlsPairs(config).flatMap(({ name, certificateFile }) => {
    try {
      const { validTo } = new X509Certificate(readFileSync(certificateFile));
      return [{ name, endsAt: Date.parse(validTo) }];
    } catch {
      return [];
    }
  });
}

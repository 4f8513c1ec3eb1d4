/*
NAME       supervisor: start every part of a gateway on one machine, and start again what ends
ZONE       admin
READS      configuration        WRITES  keys at the first start, the lock of the var folder
TALKS TO   its workers (IPC): passes bell rings on
SECURITY   touches no mail; a mail that ends the sanitizer leaves intake, courier and console standing
NOT HERE   the work itself
*/
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { placesIn } from "../../src/assembly/places.ts";
import type { Config } from "../../src/config/load.ts";
import { toFault } from "../../src/core/fault.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import type { Log } from "../../src/core/log.ts";
import { missingOffice } from "../../src/pit/office.ts";
import { createPit } from "../../src/pit/pit.ts";
import { createIpcRouter } from "../../src/queue/ipc.ts";
import { clearOrphans } from "../../src/stage/tend.ts";
import { loadKeys } from "../../src/store/keys.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { lockFolder } from "../../src/store/lock.ts";
import { createSpool } from "../../src/store/spool.ts";
import { Keeper, type ChildPlace, type WorkerName } from "./children.ts";
import { followDisasters } from "./disasters.ts";
import { beginWith } from "./in-force.ts";
import { refuseTakenPort } from "./port.ts";
import { Reloader } from "./reload.ts";
import { keepScanner } from "./scanner.ts";
import { screen } from "./screen.ts";
import { sendSample } from "./sample-mail.ts";

export interface RunningGateway {
  /** Takes the changed configuration file over; the record and the log say what became of it. */
  reload(): Promise<void>;
  /** Resolves when everything has ended. */
  stop(): Promise<void>;
}

/** Together; intake only when all of them are ready, so that nothing is taken in before it can be passed on. */
const BEHIND_INTAKE: readonly WorkerName[] = [
  "mailbox",
  "courier",
  "sanitizer",
  "janitor",
  "viewer",
  "console",
  "recipients",
  "watchman",
];

export async function startGateway(
  given: Config,
  log: Log,
): Promise<RunningGateway> {
  const places = placesIn(given.gateway.varFolder);
  await mkdir(given.gateway.varFolder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(given.gateway.varFolder);
  await refuseTakenPort(given.smtp);
  await loadKeys(places.keys, {
    vault: given.secrets.vaultKey?.reveal() ?? null,
    clear: given.secrets.sealKey?.reveal() ?? null,
  });
  const ledger = await createLedger(places.ledger);
  await tidy(given, ledger, log);
  const inForce = await beginWith(given, ledger);
  const { config } = inForce;
  const clamd = await keepScanner(config, log);
  const walls = await createPit({ limits: config.limits })
    .proveWalls()
    .catch((error: unknown) => [toFault(error).code]);

  const router = createIpcRouter(log);
  const place: ChildPlace = {
    log,
    graceMs: config.workers.stopGraceSeconds * 1000,
    args: [
      ...["--config", places.inForce],
      ...(clamd.socketPath === null
        ? []
        : ["--clamd-socket", clamd.socketPath]),
    ],
    connect: (child) => router.connect(child),
    beforeRestart: async (name) => {
      if (name === "courier") await ledger.expireLeases();
    },
  };
  const keepers = new Map<WorkerName, Keeper>();
  const start = async (name: WorkerName) => {
    const keeper = new Keeper(name, place);
    keepers.set(name, keeper);
    await keeper.start();
  };
  const behind = BEHIND_INTAKE.filter(
    (name) =>
      (name !== "mailbox" || config.lgwan.builtInMailbox) &&
      (name !== "recipients" || config.recipients.origin !== null),
  );
  await Promise.all(behind.map(start));
  await start("intake");

  const facts = new Map(
    [...keepers].map(([name, keeper]) => [name, keeper.child.facts]),
  );
  const office = missingOffice();
  process.stdout.write(screen({ config, facts, clamd, walls, office }));
  if (config.lgwan.builtInMailbox && !existsSync(places.sampleSent)) {
    const port = Number(facts.get("intake")?.port ?? config.smtp.port);
    await sendSample({
      host: config.smtp.host,
      port,
      tenant: config.tenants[0],
    });
    await writeFile(places.sampleSent, new Date().toISOString());
  }

  const reloader = new Reloader(
    { source: given.file, keepers, scanner: clamd, ledger, log },
    inForce,
  );
  const disasters = followDisasters(ledger, reloader, log);
  return {
    reload: () => reloader.reload(),
    stop: async () => {
      await disasters.close();
      await reloader.ended();
      const graceMs = config.workers.stopGraceSeconds * 1000;
      await keepers.get("intake")?.stop(graceMs);
      await Promise.all(
        behind.map(async (name) => keepers.get(name)?.stop(graceMs)),
      );
      await clamd.stop();
      await ledger.close();
      lock.release();
    },
  };
}

/** With the lock held nobody else works here: whatever an earlier run left half done can be told for certain. */
async function tidy(config: Config, ledger: Ledger, log: Log): Promise<void> {
  const places = placesIn(config.gateway.varFolder);
  const halves = [places.outbox, places.vault].map((folder) =>
    join(folder, "incoming"),
  );
  for (const folder of [places.work, ...halves])
    await rm(folder, { recursive: true, force: true });
  const gone = await clearOrphans({
    ledger,
    spool: await createSpool(places.spool),
  });
  await ledger.expireLeases();
  if (gone > 0) log.info("start.tidied", { files: gone });
}

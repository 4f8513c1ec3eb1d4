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
import type { Log } from "../../src/core/ports.ts";
import { missingOffice } from "../../src/pit/office.ts";
import { createPit } from "../../src/pit/pit.ts";
import { createIpcRouter } from "../../src/queue/ipc.ts";
import { clearOrphans } from "../../src/stage/tend.ts";
import { loadKeys } from "../../src/store/keys.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { lockFolder } from "../../src/store/lock.ts";
import { createSpool } from "../../src/store/spool.ts";
import { Keeper, type ChildPlace, type WorkerName } from "./children.ts";
import { keepScanner } from "./scanner.ts";
import { screen } from "./screen.ts";
import { sendSample } from "./sample-mail.ts";

export interface RunningGateway {
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
];

export async function startGateway(
  config: Config,
  log: Log,
): Promise<RunningGateway> {
  const places = placesIn(config.gateway.varFolder);
  await mkdir(config.gateway.varFolder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(config.gateway.varFolder);
  await loadKeys(places.keys, {
    vault: config.secrets.vaultKey?.reveal() ?? null,
    clear: config.secrets.sealKey?.reveal() ?? null,
  });
  await tidy(config, log);
  const clamd = await keepScanner(config, log);
  const walls = await createPit({ limits: config.limits })
    .proveWalls()
    .catch((error: unknown) => [toFault(error).code]);

  const router = createIpcRouter(log);
  const place: ChildPlace = {
    log,
    args: [
      ...["--config", config.file],
      ...(clamd.socketPath === null
        ? []
        : ["--clamd-socket", clamd.socketPath]),
    ],
    connect: (child) => router.connect(child),
    beforeRestart: async (name) => {
      if (name === "courier") await expireLeases(config);
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

  return {
    stop: async () => {
      const graceMs = config.workers.stopGraceSeconds * 1000;
      await keepers.get("intake")?.stop(graceMs);
      await Promise.all(
        behind.map(async (name) => keepers.get(name)?.stop(graceMs)),
      );
      await clamd.stop();
      lock.release();
    },
  };
}

/** With the lock held nobody else works here: whatever an earlier run left half done can be told for certain. */
async function tidy(config: Config, log: Log): Promise<void> {
  const places = placesIn(config.gateway.varFolder);
  const halves = [places.outbox, places.vault].map((folder) =>
    join(folder, "incoming"),
  );
  for (const folder of [places.work, ...halves])
    await rm(folder, { recursive: true, force: true });
  const ledger = await createLedger(places.ledger);
  const gone = await clearOrphans({
    ledger,
    spool: await createSpool(places.spool),
  });
  await ledger.expireLeases();
  await ledger.close();
  if (gone > 0) log.info("start.tidied", { files: gone });
}

async function expireLeases(config: Config): Promise<void> {
  const ledger = await createLedger(placesIn(config.gateway.varFolder).ledger);
  await ledger.expireLeases();
  await ledger.close();
}

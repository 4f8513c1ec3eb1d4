import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadConfig, type Config } from "../config/load.ts";
import { sliceOf, type ConfigSlice, type WorkerName } from "../config/slice.ts";
import { toFault } from "../core/fault.ts";
import type { Lanes } from "../core/lanes.ts";
import type { Log } from "../core/log.ts";
import { createInProcessLanes } from "../queue/in-process.ts";
import { createIpcLanes } from "../queue/ipc.ts";
import { createLog } from "../telemetry/log.ts";
import { countingFaults, keepReporting, Meter } from "../telemetry/meter.ts";
import { placesIn } from "./places.ts";

/** What every worker is started with. */
export interface WorkerPlace<Name extends WorkerName> {
  readonly config: ConfigSlice<Name>;
  readonly log: Log;
  readonly lanes: Lanes;
  /** Where clamd listens: as configured, or as the supervisor that started it says. */
  readonly clamdSocket: string | null;
  readonly probe: (point: string) => void;
  /** What it counts here the watchman hears. */
  readonly meter: Meter;
}

/** What a worker that runs can say and must end. */
export interface RunningWorker {
  /** Told to the supervisor and shown to people: ports, counts. */
  readonly facts?: Readonly<Record<string, string | number>>;
  close(): Promise<void>;
}

/**
 * The same start and the same end for every worker, forked by the supervisor or run alone: settings, log, bell, signals.
 * SIGTERM, SIGINT and the loss of the supervisor end it gracefully; what nobody caught ends it at once.
 */
export async function runWorker<Name extends WorkerName>(
  name: Name,
  start: (place: WorkerPlace<Name>) => Promise<RunningWorker>,
): Promise<void> {
  const { values } = parseArgs({
    options: { config: { type: "string" }, "clamd-socket": { type: "string" } },
    strict: true,
  });
  const config = loadConfig(values.config ?? null);
  const meter = new Meter();
  const log = countingFaults(createLog({ worker: name, level: "info" }), meter);
  // A recipient's browser talks to this one: it has nothing to ring for.
  const lanes =
    name === "recipients"
      ? createInProcessLanes(log)
      : await openLanes(config, log);
  process.on("uncaughtException", (error) => die(log, error));
  process.on("unhandledRejection", (error) => die(log, error));
  const running = await start({
    config: sliceOf(config, name),
    log,
    lanes,
    clamdSocket: values["clamd-socket"] ?? config.scanner.socketPath,
    probe: probeFor(config, name),
    meter,
  }).catch((error: unknown) => die(log, error));
  const folder = placesIn(config.gateway.varFolder).measures;
  const endReports = keepReporting({ folder, worker: name, meter, log });
  endGracefully(running, lanes, {
    graceMs: config.workers.stopGraceSeconds * 1000,
    endReports,
  });
  if (process.send === undefined) sayAlone(running.facts ?? {});
  process.send?.({ type: "ready", facts: running.facts ?? {} });
}

/** Run without a supervisor, a worker tells people itself what they need to know. */
function sayAlone(facts: NonNullable<RunningWorker["facts"]>): void {
  for (const [name, value] of Object.entries(facts))
    process.stdout.write(`${name}: ${value}\n`);
}

async function openLanes(config: Config, log: Log): Promise<Lanes> {
  const redis = config.queue.redis;
  if (redis !== null) {
    // A fifth of what a worker loads, for who has Redis only.
    const { createRedisLanes } = await import("../queue/redis.ts");
    return createRedisLanes({
      url: redis.url,
      prefix: redis.prefix,
      password: config.secrets.redisPassword?.reveal() ?? null,
      log,
    });
  }
  return process.send === undefined
    ? createInProcessLanes(log)
    : createIpcLanes(process, log);
}

function endGracefully(
  running: RunningWorker,
  lanes: Lanes,
  {
    graceMs,
    endReports,
  }: {
    readonly graceMs: number;
    readonly endReports: () => Promise<void>;
  },
): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    const force = setTimeout(() => process.exit(1), graceMs + 5000);
    force.unref();
    void running
      .close()
      .then(() => lanes.close(graceMs))
      .then(endReports)
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  process.on("disconnect", end);
}

function die(log: Log, error: unknown): never {
  const fault = toFault(error);
  log.error("worker.died", { fault: fault.code, detail: fault.message });
  process.exit(1);
}

/**
 * In tests the world stops at the named point: the process says so and then waits to be killed. `@FILE` names a file that
 * holds the point, read each time, so that a test can arm a world that already runs.
 */
function probeFor(config: Config, name: string): (point: string) => void {
  const { failpoint } = config;
  if (failpoint === null) return () => undefined;
  return (point) => {
    const wanted = failpoint.startsWith("@")
      ? readFileSync(failpoint.slice(1), "utf8")
      : failpoint;
    if (`${name}:${point}` !== wanted) return;
    process.stderr.write(`failpoint ${wanted}\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
}

import { setTimeout as sleep } from "node:timers/promises";
import { placesIn } from "../../src/assembly/places.ts";
import type { Config } from "../../src/config/load.ts";
import { toFault } from "../../src/core/fault.ts";
import type { Log } from "../../src/core/log.ts";
import { startClamd, type RunningClamd } from "../../src/scan/clamd-process.ts";

export interface ScannerState {
  readonly socketPath: string | null;
  readonly signatures: RunningClamd["signatures"] | "external" | "none";
  readonly problem: string | null;
  /** With other limits; mails wait meanwhile. Does nothing to a clamd that others run. */
  restart(config: Config): Promise<void>;
  stop(): Promise<void>;
}

const RESTART_MS = [1000, 5000, 15_000, 60_000] as const;

/**
 * A clamd of our own that is started again whenever it ends, unless the configuration names one that others run.
 * Without a scanner the gateway still takes mail in; everything waits until there is one.
 */
export async function keepScanner(
  config: Config,
  log: Log,
): Promise<ScannerState> {
  if (config.scanner.socketPath !== null) {
    return {
      socketPath: config.scanner.socketPath,
      signatures: "external",
      problem: null,
      restart: async () => undefined,
      stop: async () => undefined,
    };
  }
  const folder = placesIn(config.gateway.varFolder).clamd;
  const stopping = new AbortController();
  let running: RunningClamd | null = null;
  let problem: string | null = null;
  let falls = 0;
  let { limits } = config;

  const start = async () => {
    try {
      running = await startClamd({
        folder,
        databaseFolder: config.scanner.databaseFolder,
        limits,
        log,
      });
      const mine = running;
      void mine.ended.then(() => (running === mine ? again() : undefined));
    } catch (error) {
      problem = toFault(error).message;
      log.error("scanner.missing", { detail: problem });
      void again();
    }
  };
  const again = async () => {
    running = null;
    const wait = RESTART_MS[Math.min(falls++, RESTART_MS.length - 1)];
    await sleep(wait, undefined, { signal: stopping.signal }).catch(
      () => undefined,
    );
    if (!stopping.signal.aborted) await start();
  };
  await start();
  const first = running as RunningClamd | null;
  return {
    socketPath: `${folder}/clamd.sock`,
    signatures: first?.signatures ?? "none",
    problem,
    restart: async (now) => {
      limits = now.limits;
      const old = running;
      if (old === null) return;
      running = null;
      await old.stop();
      if (!stopping.signal.aborted) await start();
    },
    stop: async () => {
      stopping.abort();
      await running?.stop();
    },
  };
}

import { fork, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { environmentFor, type WorkerName } from "../../src/config/slice.ts";
import { toFault } from "../../src/core/fault.ts";
import type { Log } from "../../src/core/log.ts";

export type { WorkerName };

export interface Child {
  readonly name: WorkerName;
  /** Ports and the like, as the worker told when it was ready. */
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface ChildPlace {
  readonly log: Log;
  readonly graceMs: number;
  readonly args: readonly string[];
  /** Each new process is shown here before it starts its work, also after a restart. */
  readonly connect: (child: ChildProcess, name: WorkerName) => void;
  /** Awaited before a worker that died is started again. */
  readonly beforeRestart: (name: WorkerName) => Promise<void>;
}

/** Most of what a mail needs dies young: a roomy nursery spares the collector. */
export const WORKER_NODE_ARGS = [
  "--disable-warning=ExperimentalWarning",
  "--max-semi-space-size=32",
];
const READY_DEADLINE_MS = 30_000;
const RESTART_MS = [200, 1000, 3000, 10_000] as const;
/** A worker that ran this long before it died starts again at once. */
const STEADY_MS = 60_000;

/** One worker process that is started again whenever it ends, until it is told to stop. */
export class Keeper {
  readonly #name: WorkerName;
  readonly #place: ChildPlace;
  #child: ChildProcess | null = null;
  /** Told to end, to make room for the next one. */
  readonly #retired = new WeakSet<ChildProcess>();
  #stopping = false;
  #falls = 0;
  #facts: Child["facts"] = {};

  constructor(name: WorkerName, place: ChildPlace) {
    this.#name = name;
    this.#place = place;
  }

  get child(): Child {
    return { name: this.#name, facts: this.#facts };
  }

  /** Resolves when the worker is ready; rejects when it ends before that. */
  async start(): Promise<void> {
    await this.#fork();
  }

  /** Throws at once when the system has no room for a process. */
  #fork(): Promise<void> {
    const startedAt = performance.now();
    const script = fileURLToPath(
      new URL(`../${this.#name}/main.ts`, import.meta.url),
    );
    const child = fork(script, [...this.#place.args], {
      execArgv: WORKER_NODE_ARGS,
      env: environmentFor(this.#name),
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child = child;
    child.once("exit", (code, signal) => {
      if (this.#child === child) this.#child = null;
      if (this.#stopping || this.#retired.has(child)) return;
      this.#place.log.error("worker.ended", { name: this.#name, code, signal });
      if (performance.now() - startedAt > STEADY_MS) this.#falls = 0;
      void this.#again();
    });
    // Where the system finds out later that there is no room, nothing ever ends.
    child.on("error", () => {
      if (child.pid === undefined) child.emit("exit", null, null);
    });
    this.#place.connect(child, this.#name);
    return ready(child, (facts) => (this.#facts = facts));
  }

  /** Never rejects: what can't be begun now, such as on a full disk, is tried again. */
  async #again(): Promise<void> {
    const name = this.#name;
    const isSettled = () => this.#stopping || this.#child !== null;
    for (let isBegun = false; !isBegun;) {
      await sleep(
        RESTART_MS[Math.min(this.#falls++, RESTART_MS.length - 1)] ??
          RESTART_MS[0],
      );
      if (isSettled()) return;
      isBegun = await this.#place
        .beforeRestart(name)
        .then(() => {
          // What falls before it is ready comes back here.
          if (!isSettled()) this.#fork().catch(() => undefined);
          return true;
        })
        .catch((error: unknown) => {
          const { code, message } = toFault(error);
          const told = { name, fault: code, detail: message };
          this.#place.log.error("worker.waits", told);
          return false;
        });
    }
  }

  /**
   * A new process in the place of the one that runs, which ends what it has begun. `overlap`: the new one is ready before the
   * old one is told. Rejects when the new one does not get ready; with `overlap` the old one then stays.
   */
  async replace(overlap: boolean): Promise<void> {
    const old = this.#child;
    if (overlap && old !== null) {
      // Should the old one fall meanwhile, the new one is already there.
      this.#retired.add(old);
      try {
        await this.start();
      } catch (error) {
        this.#retired.delete(old);
        this.#takeBack(old);
        throw error;
      }
      await end(old, this.#place.graceMs);
      return;
    }
    await this.#retire();
    try {
      await this.#place.beforeRestart(this.#name);
    } catch (error) {
      void this.#again();
      throw error;
    }
    // One that fell just before may have been started again meanwhile.
    await this.#retire();
    await this.start();
  }

  async #retire(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#retired.add(child);
    await end(child, this.#place.graceMs);
  }

  /** The one that was to go is needed further on; if it is gone by now, it is started again. */
  #takeBack(old: ChildProcess): void {
    const failed = this.#child;
    if (failed !== null) {
      this.#retired.add(failed);
      failed.kill("SIGKILL");
    }
    this.#child = old.exitCode === null && old.signalCode === null ? old : null;
    if (this.#child === null) void this.#again();
  }

  /** SIGTERM, then after `graceMs` SIGKILL; resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child !== null) await end(child, graceMs);
  }
}

async function end(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) =>
    child.once("exit", () => resolve()),
  );
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await gone;
  clearTimeout(force);
}

function ready(
  child: ChildProcess,
  keep: (facts: Child["facts"]) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error("worker was not ready in time"));
    }, READY_DEADLINE_MS);
    child.on(
      "message",
      (message: { type?: unknown; facts?: Child["facts"] }) => {
        if (message.type !== "ready") return;
        clearTimeout(deadline);
        keep(message.facts ?? {});
        resolve();
      },
    );
    child.once("exit", () => {
      clearTimeout(deadline);
      reject(new Error("worker ended before it was ready"));
    });
  });
}

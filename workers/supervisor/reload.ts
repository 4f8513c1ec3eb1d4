import { readFile } from "node:fs/promises";
import { configHash } from "../../src/config/change.ts";
import type { Config } from "../../src/config/load.ts";
import { sliceOf, type WorkerName } from "../../src/config/slice.ts";
import { toFault } from "../../src/core/fault.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import type { Log } from "../../src/core/log.ts";
import type { Keeper } from "./children.ts";
import { putInForce, readNext } from "./in-force.ts";
import type { InForce } from "./in-force.ts";
import type { ScannerState } from "./scanner.ts";

export interface ReloadTools {
  /** The administrator's file. */
  readonly source: string;
  readonly keepers: ReadonlyMap<WorkerName, Keeper>;
  readonly scanner: ScannerState;
  readonly ledger: Ledger;
  readonly log: Log;
}

/** Last comes the one that is never away: the new intake listens before the old one leaves. */
const ORDER: readonly WorkerName[] = [
  ...(["mailbox", "sanitizer", "courier", "janitor", "viewer"] as const),
  ...(["recipients", "watchman", "console", "intake"] as const),
];

/** Takes a changed configuration over without a stop, one worker after the other; one change at a time. */
export class Reloader {
  readonly #tools: ReloadTools;
  #inForce: InForce;
  #running: Promise<unknown> = Promise.resolve();

  constructor(tools: ReloadTools, inForce: InForce) {
    this.#tools = tools;
    this.#inForce = inForce;
  }

  get config(): Config {
    return this.#inForce.config;
  }

  get isDisaster(): boolean {
    return this.#inForce.isDisaster;
  }

  /** The administrator's file. What can't be taken over is told, and the old one stays. */
  reload(): Promise<void> {
    const { source } = this.#tools;
    const read = () => readFile(source, "utf8");
    return this.#next(() => this.#take("reload", read, this.isDisaster));
  }

  /** The emergency mode began or ended. */
  switchDisaster(isOn: boolean): Promise<void> {
    const read = async () => this.#inForce.base;
    return this.#next(async () => {
      if (isOn !== this.isDisaster)
        await this.#take(isOn ? "disaster" : "disaster-end", read, isOn);
    });
  }

  /** Waits for a change that is under way. */
  async ended(): Promise<void> {
    await this.#running;
  }

  #next(work: () => Promise<void>): Promise<void> {
    const run = this.#running.then(work);
    this.#running = run.catch((error: unknown) => {
      const { code, message } = toFault(error);
      this.#tools.log.error("config.fault", { fault: code, detail: message });
    });
    return run;
  }

  async #take(
    via: string,
    read: () => Promise<string>,
    isDisaster: boolean,
  ): Promise<void> {
    const { source } = this.#tools;
    const next = await readNext(read, this.#inForce, isDisaster);
    if (next.kind === "refused") return this.#refused(via, next.complaints);
    const before = this.#inForce;
    const keys = [...new Set([...next.keys, ...next.renewed])].sort();
    const workers = changedWorkers(
      before.config,
      next.inForce.config,
      next.renewed,
    ).filter((name) => this.#tools.keepers.has(name));
    try {
      await this.#apply(next.inForce, workers, keys);
    } catch (error) {
      const why = `${toFault(error).message}: the workers did not start with it`;
      // Whoever asked hears it also when the way back fails.
      return await this.#apply(before, workers, keys).finally(() =>
        this.#refused(via, why),
      );
    }
    const facts = { via, hash: configHash(this.config), file: source };
    this.#tools.log.info("config.reloaded", {
      ...{ keys: keys.join(","), workers: workers.join(",") },
    });
    await this.#tools.ledger.record({
      ...{ act: "configured", actor: "supervisor" },
      facts: { ...facts, keys, workers },
    });
  }

  async #apply(
    inForce: InForce,
    workers: readonly WorkerName[],
    keys: readonly string[],
  ): Promise<void> {
    await putInForce(inForce);
    this.#inForce = inForce;
    if (keys.some((key) => key.startsWith("limits.")))
      await this.#tools.scanner.restart(inForce.config);
    for (const name of workers)
      await this.#tools.keepers.get(name)?.replace(name === "intake");
  }

  async #refused(via: string, complaints: string): Promise<void> {
    this.#tools.log.error("config.refused", { complaints });
    await this.#tools.ledger.record({
      ...{ act: "configuration-refused", actor: "supervisor" },
      facts: { via, complaints, file: this.#tools.source },
    });
  }
}

/** Those who see something of what changed, or read a file that did. */
export function changedWorkers(
  before: Config,
  after: Config,
  renewed: readonly string[],
): readonly WorkerName[] {
  const sections = renewed.map((name) => name.split(".")[0] ?? "");
  // Where it was read from is no change.
  const seen = (config: Config, name: WorkerName) =>
    JSON.stringify(sliceOf({ ...config, file: before.file }, name));
  return ORDER.filter(
    (name) =>
      seen(before, name) !== seen(after, name) ||
      sections.some((section) => section in sliceOf(after, name)),
  );
}

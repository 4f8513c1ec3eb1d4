import { checkState } from "../../src/assembly/check-state.ts";
import { isDue, runSelfTest } from "../../src/assembly/run-self-test.ts";
import type { ConfigSlice } from "../../src/config/slice.ts";
import type { CheckName } from "../../src/core/check.ts";
import { toFault } from "../../src/core/fault.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import type { Log } from "../../src/core/log.ts";

export interface DailyTools {
  readonly config: Pick<
    ConfigSlice<"janitor">,
    "gateway" | "smtp" | "selfTest" | "file"
  >;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Without an hour of the self-test, the program's files are still looked at. */
const USUAL_HOUR = 4;

/** What the janitor does once a day, beside its rounds: those must not wait for it. */
export class Daily {
  readonly #tools: DailyTools;
  /** A gateway that is new waits for the hour; one that was off at that hour makes up for it. */
  readonly #last = new Map<CheckName, number>();
  #known = false;
  #running: Promise<void> | null = null;

  constructor(tools: DailyTools) {
    this.#tools = tools;
  }

  async look(now: number): Promise<void> {
    if (this.#running !== null) return;
    const { config, ledger, signal } = this.#tools;
    if (!this.#known) await this.#know(now);
    const { hour } = config.selfTest;
    if (this.#take("state", hour ?? USUAL_HOUR, now))
      this.#run("state", async () => {
        await checkState(config, ledger, "janitor");
      });
    else if (hour !== null && this.#take("self-test", hour, now))
      this.#run("self-test", async () => {
        await runSelfTest(config, ledger, { actor: "janitor", signal });
      });
  }

  async ended(): Promise<void> {
    await this.#running;
  }

  async #know(now: number): Promise<void> {
    const checks = await this.#tools.ledger.checks();
    for (const name of ["state", "self-test"] as const)
      this.#last.set(name, checks.find((one) => one.name === name)?.at ?? now);
    this.#known = true;
  }

  #take(name: CheckName, hour: number, now: number): boolean {
    if (!isDue(hour, this.#last.get(name) ?? now, now)) return false;
    this.#last.set(name, now);
    return true;
  }

  #run(name: CheckName, work: () => Promise<void>): void {
    const { log } = this.#tools;
    this.#running = work()
      .then(() => log.info("daily.done", { name }))
      .catch((error: unknown) => {
        const { code, message } = toFault(error);
        log.error("daily.fault", { name, fault: code, detail: message });
      })
      .finally(() => (this.#running = null));
  }
}

import type { Ledger } from "../../src/core/ledger.ts";
import type { Log } from "../../src/core/log.ts";
import { SECOND } from "../../src/core/units.ts";

/** More than a clock that is being slewed loses between two rounds. */
const STEP_MS = SECOND;

export interface ClockTools {
  readonly ledger: Pick<Ledger, "endWaitsAhead">;
  readonly log: Log;
  /** The clock on the wall, epoch ms. */
  readonly clock: () => number;
  /** Milliseconds that never go back, as of `performance.now`. */
  readonly ticks: () => number;
}

/**
 * Due times are those of the clock on the wall, since they outlive a restart. When it was set back, by 9 hours where it ran in
 * the time of Japan, no mail may wait until the old time comes round again. At the start that may have happened, too.
 */
export class ClockWatch {
  readonly #tools: ClockTools;
  /** Of the wall before the ticks, at the last look. */
  #lead = Infinity;

  constructor(tools: ClockTools) {
    this.#tools = tools;
  }

  async look(): Promise<void> {
    const { ledger, log, clock, ticks } = this.#tools;
    const lead = clock() - ticks();
    const backMs = this.#lead - lead;
    if (backMs > STEP_MS) {
      const mails = await ledger.endWaitsAhead();
      if (mails > 0 || backMs < Infinity)
        log.warn("clock.set-back", {
          ...{ seconds: Math.round(backMs / SECOND), mails },
        });
    }
    this.#lead = lead;
  }
}

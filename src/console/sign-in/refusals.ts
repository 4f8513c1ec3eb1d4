import type { Ledger } from "../../core/ledger.ts";
import { MINUTE } from "../../core/units.ts";

/** Entries a minute; a flood of guesses must not become a flood of records. What is left out is counted in the next one. */
const MAX_ENTRIES_A_MINUTE = 30;

/** Refused sign-ins on record. */
export class Refusals {
  readonly #ledger: Pick<Ledger, "record">;
  readonly #clock: () => number;
  #minute = 0;
  #entries = 0;
  #leftOut = 0;

  constructor(ledger: Pick<Ledger, "record">, clock: () => number) {
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /**
   * `name` null: nobody is called what was typed. It may have been a password, so it is not written down. `waits`: it was not
   * even looked at, because too many tries went before.
   */
  async record(
    name: string | null,
    address: string,
    waits: boolean,
  ): Promise<void> {
    const minute = Math.floor(this.#clock() / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#entries = 0;
    }
    if (this.#entries >= MAX_ENTRIES_A_MINUTE) {
      this.#leftOut += 1;
      return;
    }
    this.#entries += 1;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    await this.#ledger.record({
      act: "sign-in-refused",
      actor: name ?? "unknown",
      facts: { address, waits, ...(leftOut > 0 ? { leftOut } : {}) },
    });
  }
}

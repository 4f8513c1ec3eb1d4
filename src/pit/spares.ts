/**
 * Pits that stand before their document comes: half of what a short document takes is the start. Each serves once and is
 * then ended like any other. They begin with the first document, so that a gateway without documents keeps none.
 */
import type { Limits } from "../core/limits.ts";
import { PitProcess } from "./process.ts";
import type { Command } from "./walls.ts";

export class Spares {
  readonly #make: () => Command;
  readonly #limits: Limits;
  readonly #count: number;
  readonly #standing: PitProcess[] = [];

  constructor(make: () => Command, limits: Limits, count: number) {
    this.#make = make;
    this.#limits = limits;
    this.#count = count;
  }

  take(): PitProcess {
    for (;;) {
      const spare = this.#standing.shift();
      if (spare === undefined)
        return new PitProcess(this.#make(), this.#limits);
      if (spare.wake()) return spare;
    }
  }

  /** Not before a document is done: its own pit needs the processor more. */
  replenish(): void {
    while (this.#standing.length < this.#count) {
      const spare = new PitProcess(this.#make(), this.#limits);
      spare.rest();
      this.#standing.push(spare);
    }
  }

  /** Ends those that stand. */
  async close(): Promise<void> {
    await Promise.all(this.#standing.splice(0).map((spare) => spare.end()));
  }
}

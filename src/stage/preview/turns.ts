import { unlessAborted } from "./kept-open.ts";

/** So many at a time, so many more that wait; whoever comes then, hears null at once. Who leaves makes room. */
export class Turns {
  readonly #atATime: number;
  readonly #mayWait: number;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(atATime: number, mayWait: number) {
    this.#atATime = atATime;
    this.#mayWait = mayWait;
  }

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | null> {
    if (this.#busy < this.#atATime) this.#busy += 1;
    else if (this.#waiting.length >= this.#mayWait) return null;
    else await this.#wait(signal);
    try {
      return await work();
    } finally {
      // The place goes to the next one without being free in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy -= 1;
      else next();
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    try {
      await unlessAborted(promise, signal);
    } catch (error) {
      const at = this.#waiting.indexOf(resolve);
      if (at !== -1) this.#waiting.splice(at, 1);
      throw error;
    }
  }
}

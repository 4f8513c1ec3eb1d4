/** So many at a time, so many more that wait; whoever comes then hears null at once. */
export class Places {
  readonly #atATime: number;
  readonly #mayWait: number;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(atATime: number, mayWait: number) {
    this.#atATime = atATime;
    this.#mayWait = mayWait;
  }

  async run<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.#busy >= this.#atATime) {
      if (this.#waiting.length >= this.#mayWait) return null;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#busy += 1;
    try {
      return await work();
    } finally {
      // The place goes to the next one without being free in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy -= 1;
      else next();
    }
  }
}

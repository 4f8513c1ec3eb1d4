/**
 * Pits that were started ahead and wait for their one document. They have met nothing yet, so they are as fresh as any
 * other; each is used once, and ended unused when nobody came for it.
 */
import type { Limits } from "../core/limits.ts";
import type { ProgramName } from "./program.ts";
import { PitProcess } from "./process.ts";
import type { Command } from "./walls.ts";

export interface SpareRules {
  readonly limits: Limits;
  readonly command: (name: ProgramName) => Command;
  /** Of one program, at a time. */
  readonly most: number;
  readonly idleMs: number;
}

export class Spares {
  readonly #rules: SpareRules;
  readonly #waiting = new Map<ProgramName, Spare[]>();

  constructor(rules: SpareRules) {
    this.#rules = rules;
  }

  /** One that waits, or a new one; with its whole time before it. Faults: PIT_UNAVAILABLE. */
  async take(
    name: ProgramName,
    limits: Limits = this.#rules.limits,
  ): Promise<PitProcess> {
    for (;;) {
      const spare = this.#waiting.get(name)?.shift();
      if (spare === undefined)
        return PitProcess.start(this.#rules.command(name), limits);
      const pit = await spare.started;
      if (pit !== null && !pit.hasEnded) {
        pit.begin(limits);
        return pit;
      }
    }
  }

  /** Starts one more, unless there are enough. Throws nothing: who comes for one that could not be made hears why. */
  prepare(name: ProgramName): void {
    const { most, limits, idleMs } = this.#rules;
    const waiting = (this.#waiting.get(name) ?? []).filter(
      (spare) => !spare.hasEnded(),
    );
    this.#waiting.set(name, waiting);
    if (waiting.length >= most) return;
    const command = this.#commandFor(name);
    if (command !== null) waiting.push(startSpare(command, limits, idleMs));
  }

  /** Null where its files can't be read now, for lack of descriptors for example. */
  #commandFor(name: ProgramName): Command | null {
    try {
      return this.#rules.command(name);
    } catch {
      return null;
    }
  }

  async end(): Promise<void> {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    await Promise.all(all.map(async ({ started }) => (await started)?.end()));
  }
}

interface Spare {
  /** Null where it did not: who comes for it starts one and hears why. */
  readonly started: Promise<PitProcess | null>;
  readonly hasEnded: () => boolean;
}

function startSpare(command: Command, limits: Limits, idleMs: number): Spare {
  let hasEnded = () => false;
  const start = async () => {
    try {
      const pit = await PitProcess.start(command, limits);
      pit.rest(idleMs);
      hasEnded = () => pit.hasEnded;
      return pit;
    } catch {
      hasEnded = () => true;
      return null;
    }
  };
  return { started: start(), hasEnded: () => hasEnded() };
}

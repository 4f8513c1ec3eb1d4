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
  readonly #waiting = new Map<ProgramName, PitProcess[]>();

  constructor(rules: SpareRules) {
    this.#rules = rules;
  }

  /** One that waits, or a new one; with its whole time before it. */
  take(name: ProgramName, limits: Limits = this.#rules.limits): PitProcess {
    for (;;) {
      const spare = this.#waiting.get(name)?.shift();
      if (spare === undefined)
        return new PitProcess(this.#rules.command(name), limits);
      if (!spare.hasEnded) {
        spare.begin(limits);
        return spare;
      }
    }
  }

  /** Starts one more, unless there are enough. */
  prepare(name: ProgramName): void {
    const { most, limits, command, idleMs } = this.#rules;
    const waiting = (this.#waiting.get(name) ?? []).filter(
      (spare) => !spare.hasEnded,
    );
    this.#waiting.set(name, waiting);
    if (waiting.length >= most) return;
    const spare = new PitProcess(command(name), limits);
    spare.rest(idleMs);
    waiting.push(spare);
  }

  async end(): Promise<void> {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    await Promise.all(all.map((spare) => spare.end()));
  }
}

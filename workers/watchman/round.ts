import { toFault } from "../../src/core/fault.ts";
import type { Measures, Trouble } from "../../src/core/measure.ts";
import type { Log } from "../../src/core/log.ts";
import { trouble } from "../../src/policy/troubles.ts";

export interface RoundTools {
  /** What is, and what is wrong with it. */
  readonly measure: (now: number) => Promise<Measures>;
  /** For the history. */
  readonly keep: (measures: Measures) => void;
  readonly tell: (at: number, troubles: readonly Trouble[]) => void;
  /** For who looks now. */
  readonly write: (measures: Measures) => Promise<void>;
  readonly log: Log;
}

/**
 * One look after the other. A step that fails keeps none of the others from its work, and is a trouble of its own: a watchman
 * that cannot write must not be mute, for that is when people have to hear of it.
 */
export class Round {
  readonly #tools: RoundTools;
  #found: readonly Trouble[] = [];
  /** Of the look before: step and fault. */
  #failures: readonly string[] = [];
  #failingSince: number | null = null;

  constructor(tools: RoundTools) {
    this.#tools = tools;
  }

  async look(now: number): Promise<void> {
    const { measure, keep, tell, write } = this.#tools;
    const failures: string[] = [];
    const step = async <T>(name: string, work: () => T | Promise<T>) => {
      try {
        return await work();
      } catch (error) {
        failures.push(this.#failed(name, error));
        return null;
      }
    };
    const measured = await step("measure", () => measure(now));
    if (measured !== null) await step("keep", () => keep(measured));
    // What was wrong at the last look that went well is not mended because nobody can see it now.
    this.#found = measured?.troubles ?? this.#found;
    const troubles = [...this.#own(now), ...this.#found];
    await step("tell", () => tell(now, troubles));
    if (measured !== null)
      await step("write", () => write({ ...measured, troubles }));
    this.#failures = failures;
  }

  #own(now: number): readonly Trouble[] {
    if (this.#failures.length === 0) {
      this.#failingSince = null;
      return [];
    }
    const since = (this.#failingSince ??= now);
    return [{ ...trouble("WATCH_FAILED", this.#failures.join("、")), since }];
  }

  #failed(step: string, error: unknown): string {
    const { code, message } = toFault(error);
    this.#tools.log.error("watch.fault", {
      ...{ step, fault: code, detail: message },
    });
    return `${step}：${code}`;
  }
}

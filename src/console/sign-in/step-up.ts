import { LRUCache } from "lru-cache";
import { MINUTE } from "../../core/units.ts";
import { tokenHash } from "./tokens.ts";

export const STEP_UP_MS = 10 * MINUTE;
const MAX_SESSIONS = 10_000;

/**
 * Which sessions proved themselves once more a moment ago. In memory: after a restart of the console one is asked again. A
 * session that is new (signed in, changed password) has another token, and so begins without.
 */
export class StepUps {
  readonly #at: LRUCache<string, number>;
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#at = new LRUCache({ max: MAX_SESSIONS });
  }

  note(token: string): void {
    const hash = tokenHash(token);
    if (hash !== null) this.#at.set(hash, this.#clock());
  }

  isFresh(token: string): boolean {
    const hash = tokenHash(token);
    const at = hash === null ? undefined : this.#at.get(hash);
    return at !== undefined && this.#clock() - at < STEP_UP_MS;
  }
}

import { LRUCache } from "lru-cache";
import { MINUTE } from "../../core/units.ts";

/** So many in a window; the window begins with the first. */
export interface Pace {
  readonly most: number;
  readonly windowMs: number;
}

/** A whole town may come through one proxy, so an address has more than a link. */
export const PACES = {
  view: { most: 120, windowMs: MINUTE },
  viewFrom: { most: 1200, windowMs: MINUTE },
  act: { most: 20, windowMs: 10 * MINUTE },
  actFrom: { most: 300, windowMs: 10 * MINUTE },
  password: { most: 5, windowMs: 15 * MINUTE },
  /** Links that are none: somebody tries. */
  lostFrom: { most: 60, windowMs: 10 * MINUTE },
} as const satisfies Record<string, Pace>;

/** Beyond, the oldest are forgotten; memory stays below some MB. */
const MAX_KEYS = 20_000;

export class Paces {
  readonly #counts: LRUCache<string, { count: number }>;

  constructor(clock: () => number) {
    this.#counts = new LRUCache({
      ...{ max: MAX_KEYS, ttl: MINUTE, ttlResolution: 0 },
      perf: { now: clock },
    });
  }

  /** Counts, and says whether it was one too many. */
  isTooMany(pace: keyof typeof PACES, key: string): boolean {
    const { most, windowMs } = PACES[pace];
    const name = `${pace} ${key}`;
    const known = this.#counts.get(name);
    if (known === undefined) {
      this.#counts.set(name, { count: 1 }, { ttl: windowMs });
      return false;
    }
    known.count += 1;
    return known.count > most;
  }
}

import { LRUCache } from "lru-cache";

const MAX_THINGS = 10_000;
/** Of one place at a time; more push its own oldest out, not that of others. */
const MAX_OF_ONE_PLACE = 100;

/** What is kept here for a short time, and given out once. Gone after a restart: then a person begins again. */
export class Once<Thing> {
  readonly #things: LRUCache<string, { readonly thing: Thing }>;
  readonly #places: LRUCache<string, string[]>;

  constructor(lastsMs: number, clock: () => number) {
    const settings = {
      ...{ max: MAX_THINGS, ttl: lastsMs, ttlResolution: 0 },
      perf: { now: clock },
    };
    this.#things = new LRUCache(settings);
    this.#places = new LRUCache(settings);
  }

  keep(key: string, place: string, thing: Thing): void {
    const before = this.#places.get(place) ?? [];
    const kept = [...before, key].filter(
      (one) => one === key || this.#things.has(one),
    );
    for (const one of kept.splice(0, kept.length - MAX_OF_ONE_PLACE))
      this.#things.delete(one);
    this.#places.set(place, kept);
    this.#things.set(key, { thing });
  }

  /** Null when it never was, is too old, or was taken. */
  take(key: string): Thing | null {
    const found = this.#things.get(key);
    this.#things.delete(key);
    return found?.thing ?? null;
  }

  get size(): number {
    return this.#things.size;
  }
}

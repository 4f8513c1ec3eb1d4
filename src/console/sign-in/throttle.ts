import { LRUCache } from "lru-cache";
import { HOUR, MINUTE, SECOND } from "../../core/units.ts";

/** More than this many strangers at a time push the oldest out; memory stays below some MB. */
const MAX_KEYS = 10_000;
/** Without a try for so long everything is forgotten. */
const FORGET_MS = HOUR;

interface Tries {
  count: number;
  /** No try before this time. */
  until: number;
}

export interface Pace {
  readonly freeTries: number;
  /** After the free tries; doubles with each further one up to `maxWaitMs`. */
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
}

/** One person at one place; everybody at one place; one account from everywhere that it is not known at. */
export const PACES = {
  person: { freeTries: 5, firstWaitMs: 30 * SECOND, maxWaitMs: 15 * MINUTE },
  address: { freeTries: 20, firstWaitMs: 30 * SECOND, maxWaitMs: 15 * MINUTE },
  account: { freeTries: 10, firstWaitMs: 30 * SECOND, maxWaitMs: 5 * MINUTE },
} as const satisfies Record<string, Pace>;

/** Counts tries before they are looked at, so that many at once do not slip through together. */
export class Throttle {
  readonly #tries: LRUCache<string, Tries>;
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#tries = new LRUCache({
      max: MAX_KEYS,
      ttl: FORGET_MS,
      perf: { now: clock },
      ttlResolution: 0,
    });
  }

  /** 0: the try is counted and may be made. Else ms to wait; nothing was counted. */
  take(keys: Readonly<Partial<Record<keyof typeof PACES, string>>>): number {
    const now = this.#clock();
    const asked = (Object.entries(keys) as [keyof typeof PACES, string][]).map(
      ([pace, key]) => ({ pace: PACES[pace], key: `${pace} ${key}` }),
    );
    const waits = asked.map(
      ({ key }) => (this.#tries.get(key)?.until ?? now) - now,
    );
    const longest = Math.max(0, ...waits);
    if (longest > 0) return longest;
    for (const { pace, key } of asked) {
      const count = (this.#tries.get(key)?.count ?? 0) + 1;
      this.#tries.set(key, { count, until: now + waitAfter(count, pace) });
    }
    return 0;
  }

  /** After a sign-in that succeeded. Of the address only this try is taken back: others may guess from there. */
  forgive(keys: Readonly<Partial<Record<keyof typeof PACES, string>>>): void {
    const { person, address, account } = keys;
    if (person !== undefined) this.#tries.delete(`person ${person}`);
    if (account !== undefined) this.#tries.delete(`account ${account}`);
    const tries =
      address === undefined ? undefined : this.#tries.get(`address ${address}`);
    if (tries !== undefined)
      this.#tries.set(`address ${address ?? ""}`, {
        count: tries.count - 1,
        until: 0,
      });
  }

  get size(): number {
    return this.#tries.size;
  }
}

function waitAfter(count: number, pace: Pace): number {
  const over = count - pace.freeTries;
  if (over < 0) return 0;
  return Math.min(pace.maxWaitMs, pace.firstWaitMs * 2 ** Math.min(over, 30));
}

/** An IPv4 address, or the /64 that one subscriber has of IPv6. */
export function placeOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(":")) return mapped ?? address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from(
    { length: tail === undefined ? 0 : 8 - before.length - after.length },
    () => "0",
  );
  return `${[...before, ...zeros, ...after].slice(0, 4).join(":")}::/64`;
}

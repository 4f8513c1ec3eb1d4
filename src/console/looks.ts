import { LRUCache } from "lru-cache";
import type { Ledger } from "../core/ledger.ts";
import { MINUTE } from "../core/units.ts";
import type { Ask } from "./api/route.ts";

/** Reading a page again, or turning pages, is one look. */
const ONE_LOOK_MS = 10 * MINUTE;
const MAX_LOOKS = 10_000;

export interface LookTools {
  readonly ledger: Pick<Ledger, "record">;
  /** Milliseconds that never go back: a look may not last until a clock that was set back comes round again. */
  readonly ticks: () => number;
}

/** On record before the first answer; what the same person sees of the same thing within some minutes is the same look. */
export class Looks {
  readonly #tools: LookTools;
  readonly #act: "viewed" | "previewed";
  readonly #recorded: LRUCache<string, Promise<void>>;

  constructor(tools: LookTools, act: "viewed" | "previewed") {
    this.#tools = tools;
    this.#act = act;
    this.#recorded = new LRUCache({
      ...{ max: MAX_LOOKS, ttl: ONE_LOOK_MS, ttlResolution: 0 },
      perf: { now: tools.ticks },
    });
  }

  /** `part`: of a mail, where one looks at no more. `facts` are those of the first look. */
  async record(
    { account, item }: Pick<Ask, "account" | "item">,
    part?: string,
    facts: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const key = JSON.stringify([account.name, item.id, part]);
    const known = this.#recorded.get(key);
    if (known !== undefined) return known;
    const recorded = this.#tools.ledger.record({
      ...{ act: this.#act, actor: account.name },
      facts: {
        ...{ item: item.id, ...(part === undefined ? {} : { part }) },
        ...{ via: "console", ...facts },
      },
    });
    this.#recorded.set(key, recorded);
    recorded.catch(() => this.#recorded.delete(key));
    return recorded;
  }
}

/** What is slow to open stays open for a while after its last use, so that the next page comes quickly. */

export interface Keeping<Open> {
  /** Of them at a time, used or not; the least recently used one goes first. */
  readonly most: number;
  readonly keepMs: number;
  readonly close: (open: Open) => Promise<void>;
  /** It ended by itself. */
  readonly isClosed?: (open: Open) => boolean;
}

export interface Use<Open, Outcome> {
  /** Opens it, unless it is open; ends early with the signal. */
  readonly open: (signal: AbortSignal) => Promise<Open>;
  /** A throw closes it. */
  readonly work: (open: Open) => Promise<Outcome>;
  /** Of whoever asks. When nobody else uses it, what is under way is stopped with it. */
  readonly signal: AbortSignal;
}

interface Entry<Open> {
  readonly opened: Promise<Open>;
  readonly stop: AbortController;
  value: Open | null;
  users: number;
  timer: NodeJS.Timeout | null;
}

export class KeptOpen<Open> {
  readonly #keeping: Keeping<Open>;
  readonly #entries = new Map<string, Entry<Open>>();
  readonly #closing = new Set<Promise<void>>();

  constructor(keeping: Keeping<Open>) {
    this.#keeping = keeping;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What is open under the key now, if anything. */
  peek(key: string): Open | null {
    return this.#entries.get(key)?.value ?? null;
  }

  async use<Outcome>(key: string, use: Use<Open, Outcome>): Promise<Outcome> {
    use.signal.throwIfAborted();
    const entry = this.#entry(key, use.open);
    entry.users += 1;
    if (entry.timer !== null) clearTimeout(entry.timer);
    try {
      const open = await unlessAborted(entry.opened, use.signal);
      return await unlessAborted(use.work(open), use.signal);
    } catch (error) {
      if (!use.signal.aborted || entry.users === 1) this.#drop(key, entry);
      throw error;
    } finally {
      entry.users -= 1;
      if (entry.users === 0 && this.#entries.get(key) === entry)
        this.#rest(key, entry);
    }
  }

  async end(): Promise<void> {
    for (const [key, entry] of [...this.#entries]) this.#drop(key, entry);
    await Promise.all(this.#closing);
  }

  #entry(key: string, open: Use<Open, never>["open"]): Entry<Open> {
    const known = this.#entries.get(key);
    if (known !== undefined && !this.#isClosed(known)) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known;
    }
    if (known !== undefined) this.#drop(key, known);
    this.#makeRoom();
    const stop = new AbortController();
    const opened = open(stop.signal);
    const entry: Entry<Open> = {
      ...{ opened, stop, value: null, users: 0, timer: null },
    };
    opened.then(
      (value) => (entry.value = value),
      () => undefined,
    );
    this.#entries.set(key, entry);
    return entry;
  }

  #isClosed({ value }: Entry<Open>): boolean {
    return value !== null && this.#keeping.isClosed?.(value) === true;
  }

  #makeRoom(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size < this.#keeping.most) return;
      if (entry.users === 0) this.#drop(key, entry);
    }
  }

  #rest(key: string, entry: Entry<Open>): void {
    const drop = () => this.#drop(key, entry);
    entry.timer = setTimeout(drop, this.#keeping.keepMs).unref();
  }

  #drop(key: string, entry: Entry<Open>): void {
    if (entry.timer !== null) clearTimeout(entry.timer);
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    entry.stop.abort();
    const closing = entry.opened
      .then((open) => this.#keeping.close(open))
      .catch(() => undefined)
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

/** The promise, or the reason of the signal; whoever began the work stops it. */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  promise.catch(() => undefined);
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

import type { Readable } from "node:stream";

/**
 * Exact reads from a pit. Pulls no more than one chunk ahead, so that a pit that says much is held back by its pipe.
 * A read ends when the stream does: its owner keeps the deadline and destroys it.
 */
export class ExactReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  }

  /** Fills the room and gives it back; null when the stream ended before that. */
  async read(untrusted: Uint8Array): Promise<Uint8Array | null> {
    const bytes = untrusted.length;
    for (let filled = 0; filled < bytes;) {
      if (this.#rest.length === 0) {
        const chunk = await this.#next();
        if (chunk === null) return null;
        this.#rest = chunk;
      }
      const taken = this.#rest.subarray(0, bytes - filled);
      untrusted.set(taken, filled);
      filled += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
    }
    return untrusted;
  }

  async #next(): Promise<Uint8Array | null> {
    try {
      const next = await this.#chunks.next();
      return next.done === true ? null : next.value;
    } catch {
      // Destroyed by its owner or broken: either way nothing more comes.
      return null;
    }
  }
}

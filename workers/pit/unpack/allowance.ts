import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";

const MIB = 1024 * 1024;

/** What one archive may still give. Counted before it is unpacked by what it says, and after by what came out. */
export class Allowance {
  readonly #limits: PitLimits;
  readonly #archiveBytes: number;
  #entries = 0;
  #unpackedBytes = 0;

  constructor(limits: PitLimits, archiveBytes: number) {
    this.#limits = limits;
    this.#archiveBytes = archiveBytes;
  }

  /** Folders count, too: each costs its name. Faults: ARCHIVE_TOO_MANY_ENTRIES. */
  takeEntries(count = 1): void {
    this.#entries += count;
    if (this.#entries > this.#limits.maxEntries)
      throw new PitRefusal("ARCHIVE_TOO_MANY_ENTRIES");
  }

  /** Faults: UNPACKED_TOO_BIG, ARCHIVE_RATIO. */
  takeBytes(bytes: number): void {
    this.#unpackedBytes += bytes;
    const { maxUnpackedBytes, maxRatio } = this.#limits;
    if (this.#unpackedBytes > maxUnpackedBytes)
      throw new PitRefusal("UNPACKED_TOO_BIG");
    if (
      this.#unpackedBytes > MIB &&
      this.#unpackedBytes > this.#archiveBytes * maxRatio
    )
      throw new PitRefusal("ARCHIVE_RATIO");
  }

  /** Most that may come out of a stream that does not say its size. */
  get leftBytes(): number {
    const { maxUnpackedBytes, maxRatio } = this.#limits;
    const byRatio = Math.max(MIB, this.#archiveBytes * maxRatio);
    return Math.min(maxUnpackedBytes, byRatio) - this.#unpackedBytes;
  }
}

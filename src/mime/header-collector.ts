import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";

const LF = 10;
const CR = 13;
const FIRST_BYTES = 2048;

/** Gathers the bytes of one header block, line by line, up to its limit. */
export class HeaderCollector {
  readonly #maxBytes: number;
  readonly #maxLineBytes: number;
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  #lineStart = 0;

  constructor(limits: Pick<Limits, "maxHeaderBytes" | "maxHeaderLineBytes">) {
    this.#maxBytes = limits.maxHeaderBytes;
    this.#maxLineBytes = limits.maxHeaderLineBytes;
  }

  /** Takes up to the end of a line; returns the index after it. Faults: MIME_HEADER_TOO_BIG, MIME_LINE_TOO_LONG. */
  take(bytes: Buffer, from: number): number {
    const lf = bytes.indexOf(LF, from);
    const end = lf < 0 ? bytes.length : lf + 1;
    const length = this.#length + end - from;
    const lineRoom = this.#lineStart + this.#maxLineBytes;
    if (length > Math.min(lineRoom, this.#maxBytes))
      throw this.#tooBig(lineRoom);
    if (length > this.#bytes.length) this.#grow(length);
    bytes.copy(this.#bytes, this.#length, from, end);
    this.#length = length;
    return end;
  }

  /** The line being gathered, with its line break when it has come. */
  get line(): Buffer {
    return this.#bytes.subarray(this.#lineStart, this.#length);
  }

  get lineIsComplete(): boolean {
    return (
      this.#length > this.#lineStart && this.#bytes[this.#length - 1] === LF
    );
  }

  /** Blank but for CRs: the end of the block. */
  get lineIsEmpty(): boolean {
    let end = this.#length - 1;
    while (end > this.#lineStart && this.#bytes[end - 1] === CR) end--;
    return end === this.#lineStart;
  }

  nextLine(): void {
    this.#lineStart = this.#length;
  }

  /** The block so far, and begins a new one. A view that is valid until the next `take`. */
  end(keepLine: boolean): Buffer {
    const block = this.#bytes.subarray(
      0,
      keepLine ? this.#length : this.#lineStart,
    );
    this.#length = this.#lineStart = 0;
    return block;
  }

  /** Whichever limit the bytes came to first, so that their chunks make no difference. */
  #tooBig(lineRoom: number): Fault {
    return lineRoom < this.#maxBytes
      ? new Fault("MIME_LINE_TOO_LONG", { limit: this.#maxLineBytes })
      : new Fault("MIME_HEADER_TOO_BIG", { limit: this.#maxBytes });
  }

  #grow(length: number): void {
    const size = Math.min(
      Math.max(length, this.#bytes.length * 2),
      Math.max(this.#maxBytes, length),
    );
    const larger = Buffer.allocUnsafe(size);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

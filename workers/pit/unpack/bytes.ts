import { PitRefusal } from "../speak.ts";

/** Reads little-endian numbers and stretches of untrusted bytes; whatever would reach outside is DOCUMENT_UNREADABLE. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    return this.#view.getUint8(this.#step(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  u64(): number {
    return Number(this.#view.getBigUint64(this.#step(8), true));
  }

  take(bytes: number): Uint8Array {
    const from = this.#step(bytes);
    return this.bytes.subarray(from, from + bytes);
  }

  skip(bytes: number): void {
    this.#step(bytes);
  }

  #step(bytes: number): number {
    const from = this.at;
    if (bytes < 0 || bytes > this.left)
      throw new PitRefusal("DOCUMENT_UNREADABLE");
    this.at = from + bytes;
    return from;
  }
}

/**
 * Where the pixels of one document's pages are read to, again and again: new room for each page would have to be cleared
 * by the kernel and collected by V8. Shared, so that a thread can look at it without a copy.
 */

/** As many pages as are on their way at a time. */
const MOST = 8;

export class Rooms {
  /** The smallest first, so that a small page does not take the room of a large one. */
  readonly #free: SharedArrayBuffer[] = [];

  take(bytes: number): Uint8Array {
    const place = this.#free.findIndex(({ byteLength }) => byteLength >= bytes);
    const [room] = place < 0 ? [] : this.#free.splice(place, 1);
    return new Uint8Array(room ?? new SharedArrayBuffer(bytes), 0, bytes);
  }

  giveBack({ buffer }: Uint8Array): void {
    if (!(buffer instanceof SharedArrayBuffer)) return;
    if (this.#free.includes(buffer)) return;
    if (this.#free.length === MOST) this.#free.shift();
    this.#free.push(buffer);
    this.#free.sort((one, other) => one.byteLength - other.byteLength);
  }
}

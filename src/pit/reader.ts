/**
 * Exact reads from a pit, straight into the room of who asks: a stream would bring pieces of 64 kB, each in memory of its own,
 * which costs more time than the page they make up. Nothing is read that nobody asked for but one piece of that size, so
 * that a pit that says much is held back by its socket.
 */
import type { NetConnectOpts, Socket } from "node:net";

const AHEAD_BYTES = 64 * 1024;

export class PitReader {
  /** How a socket has to be opened to be read by this. */
  readonly onread: NonNullable<NetConnectOpts["onread"]> = {
    buffer: () => this.#next(),
    callback: (bytes, buffer) => this.#hear(bytes, buffer),
  };
  readonly #ahead = new Uint8Array(AHEAD_BYTES);
  /** What stands in `#ahead` and was not asked for yet. */
  #rest = this.#ahead.subarray(0, 0);
  #room: Uint8Array | null = null;
  #filled = 0;
  #done: ((filled: number) => void) | null = null;
  #socket: Socket | null = null;
  #hasEnded = false;

  /** The socket that was opened so. A read ends when it does: its owner keeps the deadline and destroys it. */
  attach(socket: Socket): void {
    this.#socket = socket;
    const end = () => {
      this.#hasEnded = true;
      this.#finish();
    };
    socket.on("end", end).on("close", end).on("error", end);
  }

  /** Fills the room and gives it back; null when the socket ended before that. */
  async read(untrusted: Uint8Array): Promise<Uint8Array | null> {
    const filled = await this.readUpTo(untrusted);
    return filled === untrusted.length ? untrusted : null;
  }

  /** Fills the room as far as the socket reaches; how far, in bytes. One read at a time. */
  async readUpTo(untrusted: Uint8Array): Promise<number> {
    this.#filled = this.#take(untrusted);
    if (this.#filled === untrusted.length || this.#hasEnded)
      return this.#filled;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#room = untrusted;
    this.#done = resolve;
    this.#socket?.resume();
    return promise;
  }

  #take(room: Uint8Array): number {
    const taken = this.#rest.subarray(0, room.length);
    room.set(taken);
    this.#rest = this.#rest.subarray(taken.length);
    return taken.length;
  }

  /** Where the next bytes go. While nobody asks it stays what it was, and it is asked before the next one does. */
  #next(): Uint8Array {
    return this.#room?.subarray(this.#filled) ?? this.#ahead;
  }

  /** False holds the socket back. */
  #hear(bytes: number, buffer: Uint8Array): boolean {
    const room = this.#room;
    if (buffer.buffer === this.#ahead.buffer) {
      this.#rest = this.#ahead.subarray(0, bytes);
      if (room !== null)
        this.#filled += this.#take(room.subarray(this.#filled));
    } else this.#filled += bytes;
    if (room === null || this.#filled === room.length) this.#finish();
    return this.#room !== null;
  }

  #finish(): void {
    const done = this.#done;
    this.#room = null;
    this.#done = null;
    done?.(this.#filled);
  }
}

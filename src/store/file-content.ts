import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import type { Content } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { FaultCode } from "../core/fault.ts";
import { KIB } from "../core/units.ts";
import { onDisk } from "./disk-fault.ts";
import { close, open, READ_FLAGS, readAll } from "./file-calls.ts";

/** Also the size up to which a content that was read once stays in memory. */
export const READ_CHUNK_BYTES = 128 * KIB;

export interface Stretch {
  readonly path: string;
  /** Where the content begins in the file. */
  readonly from: number;
  readonly bytes: number;
  /** The fault when the file ends early. */
  readonly ifShort: FaultCode;
}

/** Fresh chunks of at most READ_CHUNK_BYTES; the file is closed whenever the reader stops. */
export async function* readStretch(
  stretch: Stretch,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (stretch.bytes === 0) return;
  const fd = await onDisk("open", open(stretch.path, READ_FLAGS));
  try {
    let done = 0;
    while (done < stretch.bytes) {
      const chunk = Buffer.allocUnsafeSlow(
        Math.min(READ_CHUNK_BYTES, stretch.bytes - done),
      );
      const got = await onDisk("read", readAll(fd, chunk, stretch.from + done));
      if (got < chunk.length) {
        throw new Fault(stretch.ifShort, {
          bytes: done + got,
          expected: stretch.bytes,
        });
      }
      done += got;
      yield chunk;
    }
  } finally {
    await close(fd).catch(() => undefined);
  }
}

export function memoryContent(bytes: Uint8Array, sha256: string): Content {
  return {
    bytes: bytes.length,
    sha256,
    async *open() {
      for (let at = 0; at < bytes.length; at += READ_CHUNK_BYTES)
        yield bytes.subarray(at, at + READ_CHUNK_BYTES);
    },
  };
}

/** Passes chunks on and knows afterwards how many bytes there were and what they hash to. */
export class Measure {
  readonly #hash: Hash = createHash("sha256");
  #sha256: string | null = null;
  bytes = 0;

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.bytes += chunk.length;
  }

  async *through(
    source: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source) {
      this.update(chunk);
      yield chunk;
    }
  }

  async drain(source: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of source) this.update(chunk);
  }

  /** Once the source has ended. */
  get sha256(): string {
    return (this.#sha256 ??= this.#hash.digest("hex"));
  }

  proves(content: {
    readonly bytes: number;
    readonly sha256: string;
  }): boolean {
    return this.bytes === content.bytes && this.sha256 === content.sha256;
  }
}

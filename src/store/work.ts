import { createHash, hash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { memoryContent, type Content } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { Holder, Workspace } from "../core/stores.ts";

const READ_BYTES = 256 * 1024;

/** Scratch space for one item: small pieces stay in memory, large ones become files that `dispose` removes. */
export function createWorkspace(
  folder: string,
  maxInMemoryBytes: number,
): Workspace {
  let own: Promise<string> | null = null;
  let count = 0;
  const place = () =>
    (own ??= mkdir(folder, { recursive: true }).then(() =>
      mkdtemp(join(folder, "item-")),
    ));
  return {
    hold: () =>
      new WorkHolder(
        async () => join(await place(), String(count++)),
        maxInMemoryBytes,
      ),
    dispose: async () => {
      if (own !== null) await rm(await own, { recursive: true, force: true });
    },
  };
}

class WorkHolder implements Holder {
  /** Only of what no longer lies in memory. */
  #hash: Hash | null = null;
  readonly #place: () => Promise<string>;
  readonly #maxInMemoryBytes: number;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #path: string | null = null;
  #file: FileHandle | null = null;

  constructor(place: () => Promise<string>, maxInMemoryBytes: number) {
    this.#place = place;
    this.#maxInMemoryBytes = maxInMemoryBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(piece: Uint8Array): Promise<void> | undefined {
    this.#bytes += piece.byteLength;
    this.#pieces.push(piece);
    return this.#file === null && this.#bytes <= this.#maxInMemoryBytes
      ? undefined
      : this.#spill();
  }

  async finish(): Promise<Content> {
    if (this.#file === null) {
      const all =
        this.#pieces.length === 1
          ? (this.#pieces[0] as Uint8Array)
          : Buffer.concat(this.#pieces);
      return memoryContent(all, hash("sha256", all));
    }
    await this.#spill();
    await this.#file.close();
    const sha256 = this.#hash?.digest("hex") ?? "";
    return fileContent(this.#path as string, this.#bytes, sha256);
  }

  async #spill(): Promise<void> {
    try {
      this.#path ??= await this.#place();
      this.#file ??= await open(this.#path, "wx", 0o600);
      const pieces = this.#pieces;
      this.#pieces = [];
      this.#hash ??= createHash("sha256");
      for (const piece of pieces) this.#hash.update(piece);
      if (pieces.length > 0) await this.#file.writev(pieces);
    } catch (error) {
      throw new Fault(
        (error as NodeJS.ErrnoException).code === "ENOSPC"
          ? "STORE_FULL"
          : "STORE_FAILED",
        {},
        error,
      );
    }
  }
}

function fileContent(path: string, bytes: number, sha256: string): Content {
  return {
    bytes,
    sha256,
    open: () => createReadStream(path, { highWaterMark: READ_BYTES }),
  };
}

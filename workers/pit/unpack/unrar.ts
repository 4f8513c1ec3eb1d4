/** UnRAR as WebAssembly: what of it is used, and the two files that it sees, which are memory. */
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const ARCHIVE = { name: "archive", handle: 1 } as const;
const OUT_HANDLE = 2;

/** Of its `dll.hpp`. */
export const UNRAR = {
  end: 10,
  memory: 11,
  damaged: 12,
  unknownFormat: 14,
  otherVolume: 15,
  passwordMissing: 22,
  copyOfAnother: 23,
  passwordWrong: 24,
} as const;
export const ARCHIVE_FLAG = { volume: 0x01, lockedHeads: 0x80 } as const;
export const MEMBER_FLAG = { locked: 0x04, folder: 0x20 } as const;

interface State {
  readonly errCode: number;
}
export interface UnrarHead {
  readonly state: State;
  readonly name: string;
  readonly flags: number;
  /** What the head says; what comes out is counted. */
  readonly unpSize: number;
}
export interface UnrarArchive {
  open(
    name: string,
    password: string,
    listOnly: boolean,
  ): { readonly state: State; readonly flags: number };
  getFileHeader(): UnrarHead;
  readFile(skip: boolean): State;
}
interface Unrar {
  readonly RarArchive: new () => UnrarArchive;
  /** Moves when it grows. */
  readonly HEAPU8: Uint8Array;
  extractor: UnrarFiles;
}

/**
 * Emscripten's glue builds functions from strings, which Node inside the walls forbids: it gets a context of its own that may, and
 * nothing of Node. The context keeps order; the walls are the pit's.
 */
async function startUnrar(): Promise<Unrar> {
  const [glue, wasmBinary] = ["unrar.js", "unrar.wasm"].map((name) =>
    readFileSync(new URL(import.meta.resolve(`node-unrar-js/dist/js/${name}`))),
  );
  const nothing = () => undefined;
  const context = createContext(
    {
      __dirname: "/",
      process: { argv: [], on: nothing },
    },
    { codeGeneration: { strings: true, wasm: true } },
  );
  const script = `${String(glue)}\nModule`;
  const start = runInContext(script, context) as (
    options: object,
  ) => Promise<Unrar>;
  return start({ wasmBinary, print: nothing, printErr: nothing });
}

/** `take` is told how many bytes are coming, and throws when they are too many. */
export async function openUnrar(
  document: Uint8Array,
  take: (bytes: number) => void,
): Promise<{ readonly archive: UnrarArchive; readonly files: UnrarFiles }> {
  const unrar = await startUnrar();
  const files = new UnrarFiles(unrar, { document, take });
  unrar.extractor = files;
  return { archive: new unrar.RarArchive(), files };
}

/** Its calls for files. It reads the archive and writes one member after the other; there is nothing else to open. */
export class UnrarFiles {
  readonly #unrar: Unrar;
  readonly #document: Uint8Array;
  readonly #take: (bytes: number) => void;
  #at = 0;
  #written: Uint8Array[] | null = null;

  constructor(
    unrar: Unrar,
    archive: {
      readonly document: Uint8Array;
      readonly take: (bytes: number) => void;
    },
  ) {
    this.#unrar = unrar;
    this.#document = archive.document;
    this.#take = archive.take;
  }

  /** What was written since it was last asked; null where no file was made, as for links. */
  takeWritten(): Uint8Array | null {
    const written = this.#written;
    this.#written = null;
    return written === null ? null : Buffer.concat(written);
  }

  open(name: string): number {
    return name === ARCHIVE.name ? ARCHIVE.handle : 0;
  }

  create(): number {
    this.#written = [];
    return OUT_HANDLE;
  }

  fileCreated(): void {}

  close(): void {}

  read(handle: number, to: number, bytes: number): number {
    if (handle !== ARCHIVE.handle) return -1;
    const stretch = this.#document.subarray(this.#at, this.#at + bytes);
    this.#unrar.HEAPU8.set(stretch, to);
    this.#at += stretch.length;
    return stretch.length;
  }

  write(handle: number, from: number, bytes: number): boolean {
    if (handle !== OUT_HANDLE || this.#written === null) return false;
    this.#take(bytes);
    this.#written.push(this.#unrar.HEAPU8.slice(from, from + bytes));
    return true;
  }

  tell(handle: number): number {
    return handle === ARCHIVE.handle ? this.#at : 0;
  }

  seek(handle: number, offset: number, from: "SET" | "CUR" | "END"): boolean {
    if (handle !== ARCHIVE.handle) return false;
    const base = { SET: 0, CUR: this.#at, END: this.#document.length }[from];
    const at = base + offset;
    if (at < 0 || at > this.#document.length) return false;
    this.#at = at;
    return true;
  }
}

export const ARCHIVE_NAME = ARCHIVE.name;

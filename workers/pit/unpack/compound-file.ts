/** The file system in a file of old Office formats and of .msg: MS-CFB. */
import { PitRefusal } from "../speak.ts";
import { ByteReader } from "./bytes.ts";

const SIGNATURE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const LAST_SECTOR = 0xfffffffa;
const NONE = 0xffffffff;
const ENTRY_BYTES = 128;
const MINI_SECTOR_BYTES = 64;
const HEADER_FAT_SECTORS = 109;
const MAX_ENTRIES = 100_000;

export interface Storage {
  readonly storages: ReadonlyMap<string, Storage>;
  readonly streams: ReadonlyMap<string, Uint8Array>;
}

interface Entry {
  readonly name: string;
  readonly type: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly bytes: number;
}

export function isCompoundFile(document: Uint8Array): boolean {
  return SIGNATURE.every((byte, at) => document[at] === byte);
}

export function openCompoundFile(document: Uint8Array): Storage {
  return new CompoundFile(document).root();
}

class CompoundFile {
  readonly #document: Uint8Array;
  readonly #sectorBytes: number;
  readonly #fat: Uint32Array;
  readonly #miniFat: Uint32Array;
  readonly #mini: Uint8Array;
  readonly #miniCutoff: number;
  readonly #entries: readonly Entry[];
  readonly #seen = new Set<number>();

  constructor(document: Uint8Array) {
    if (!isCompoundFile(document) || document.length < 512) unreadable();
    this.#document = document;
    const shift = this.#header(30).u16();
    if (shift !== 9 && shift !== 12) unreadable();
    this.#sectorBytes = 1 << shift;
    this.#miniCutoff = this.#header(56).u32();
    this.#fat = this.#readFat();
    this.#entries = this.#readEntries(this.#header(48).u32());
    this.#miniFat = words(this.#chain(this.#header(60).u32()));
    const root = this.#entries[0];
    if (root === undefined || root.type !== 5) unreadable();
    this.#mini = this.#chain(root.start);
  }

  root(): Storage {
    const root = this.#entries[0];
    return root === undefined ? unreadable() : this.#storage(root.child);
  }

  #header(at: number): ByteReader {
    return new ByteReader(this.#document, at);
  }

  #sector(number: number): Uint8Array {
    const from = (number + 1) * this.#sectorBytes;
    if (from >= this.#document.length) unreadable();
    return this.#document.subarray(from, from + this.#sectorBytes);
  }

  /** The sectors of the table are listed in the header, and in a chain of sectors behind it (MS-CFB §2.5). */
  #readFat(): Uint32Array {
    const reader = this.#header(76);
    const sectors: number[] = [];
    for (let at = 0; at < HEADER_FAT_SECTORS; at++) sectors.push(reader.u32());
    const most = this.#document.length / this.#sectorBytes;
    let next = this.#header(68).u32();
    for (let count = 0; next < LAST_SECTOR; count++) {
      if (count > most) unreadable();
      const list = words(this.#sector(next));
      sectors.push(...list.subarray(0, list.length - 1));
      next = list.at(-1) ?? NONE;
    }
    const used = sectors.filter((sector) => sector < LAST_SECTOR);
    if (used.length > most) unreadable();
    return words(join(used.map((sector) => this.#sector(sector))));
  }

  #readEntries(start: number): Entry[] {
    const bytes = this.#chain(start);
    const count = Math.floor(bytes.length / ENTRY_BYTES);
    if (count > MAX_ENTRIES) unreadable();
    return Array.from({ length: count }, (_, at) =>
      entryOf(bytes.subarray(at * ENTRY_BYTES, (at + 1) * ENTRY_BYTES)),
    );
  }

  #chain(start: number): Uint8Array {
    return join(follow(start, this.#fat).map((sector) => this.#sector(sector)));
  }

  #storage(child: number): Storage {
    const storages = new Map<string, Storage>();
    const streams = new Map<string, Uint8Array>();
    for (const entry of this.#siblings(child)) {
      if (entry.type === 1)
        storages.set(entry.name, this.#storage(entry.child));
      else if (entry.type === 2) streams.set(entry.name, this.#stream(entry));
    }
    return { storages, streams };
  }

  /** Each entry is visited once: a tree that turns back on itself is none. */
  #siblings(start: number): Entry[] {
    const found: Entry[] = [];
    const open = [start];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (id >= LAST_SECTOR) continue;
      const entry = this.#entries[id];
      if (entry === undefined || this.#seen.has(id)) unreadable();
      this.#seen.add(id);
      found.push(entry);
      open.push(entry.right, entry.left);
    }
    return found;
  }

  #stream({ start, bytes }: Entry): Uint8Array {
    if (bytes === 0) return new Uint8Array();
    const whole =
      bytes < this.#miniCutoff ? this.#miniChain(start) : this.#chain(start);
    if (whole.length < bytes) unreadable();
    return whole.subarray(0, bytes);
  }

  #miniChain(start: number): Uint8Array {
    return join(
      follow(start, this.#miniFat).map((sector) =>
        this.#mini.subarray(
          sector * MINI_SECTOR_BYTES,
          (sector + 1) * MINI_SECTOR_BYTES,
        ),
      ),
    );
  }
}

/** A chain longer than its table turns in a circle. */
function follow(start: number, table: Uint32Array): number[] {
  const chain: number[] = [];
  for (let at = start; at < LAST_SECTOR; at = table[at] ?? NONE) {
    if (chain.length > table.length || at >= table.length) unreadable();
    chain.push(at);
  }
  return chain;
}

function entryOf(bytes: Uint8Array): Entry {
  const reader = new ByteReader(bytes);
  const name = reader.take(64);
  const nameBytes = Math.min(Math.max(reader.u16() - 2, 0), 62);
  const type = reader.u8();
  reader.skip(1);
  const [left, right, child] = [reader.u32(), reader.u32(), reader.u32()];
  const start = new ByteReader(bytes, 116).u32();
  const size = new ByteReader(bytes, 120).u32();
  return {
    name: new TextDecoder("utf-16le").decode(name.subarray(0, nameBytes)),
    ...{ type, left, right, child, start, bytes: size },
  };
}

function words(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, at) =>
    view.getUint32(at * 4, true),
  );
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(pieces);
}

function unreadable(): never {
  throw new PitRefusal("DOCUMENT_UNREADABLE");
}

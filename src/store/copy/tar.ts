import { KIB } from "../../core/units.ts";

/** The tar format as POSIX wrote it down (ustar), plain files only: whoever holds a copy can look into it with any tar. */
export const BLOCK_BYTES = 512;
/** Past this many bytes a size does not fit into eleven octal digits and is written in base 256, as GNU tar does. */
const OCTAL_LIMIT = 8 ** 11;
const MAX_NAME_BYTES = 100;

export interface TarMember {
  readonly path: string;
  readonly bytes: number;
}

/** `at` in epoch seconds. */
export function tarHead({ path, bytes }: TarMember, at: number): Buffer {
  const head = Buffer.alloc(BLOCK_BYTES);
  if (Buffer.byteLength(path) > MAX_NAME_BYTES)
    throw new RangeError("name too long for tar");
  head.write(path, 0, "ascii");
  head.write("0000600\0", 100, "ascii");
  head.write("0000000\0", 108, "ascii");
  head.write("0000000\0", 116, "ascii");
  if (bytes < OCTAL_LIMIT) head.write(`${octal(bytes, 11)}\0`, 124, "ascii");
  else {
    head[124] = 0x80;
    head.writeBigUInt64BE(BigInt(bytes), 128);
  }
  head.write(`${octal(at, 11)}\0`, 136, "ascii");
  head.write("0", 156, "ascii");
  head.write("ustar\x0000", 257, "latin1");
  head.write(`${octal(sumOf(head), 6)}\0 `, 148, "ascii");
  return head;
}

/** What fills the last block of a member. */
export function tarPadding(bytes: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

export const TAR_END = Buffer.alloc(2 * BLOCK_BYTES);

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

/** The checksum field counts as blanks. */
function sumOf(head: Uint8Array): number {
  let sum = 0;
  for (const [at, byte] of head.entries())
    sum += at >= 148 && at < 156 ? 0x20 : byte;
  return sum;
}

/** Null at the end mark; throws RangeError for what we would not write. */
export function readTarHead(head: Buffer): TarMember | null {
  if (head.every((byte) => byte === 0)) return null;
  const text = (from: number, to: number): string =>
    head.toString("latin1", from, to).replace(/\0.*$/s, "");
  if (Number.parseInt(text(148, 156), 8) !== sumOf(head))
    throw new RangeError("checksum");
  if (text(156, 157) !== "0" || text(345, 500) !== "")
    throw new RangeError("not a plain file");
  const bytes =
    head[124] === 0x80
      ? Number(head.readBigUInt64BE(128))
      : Number.parseInt(text(124, 136), 8);
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new RangeError("size");
  return { path: text(0, 100), bytes };
}

const PIECE_BYTES = 256 * KIB;

/** Reads exactly so many bytes at a time from a stream of pieces of any size. */
export class ExactReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Throws RangeError when the stream ends before. */
  async take(bytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(bytes)) pieces.push(piece);
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  async *pieces(bytes: number): AsyncGenerator<Buffer, void, undefined> {
    let left = bytes;
    while (left > 0) {
      if (this.#held.length === 0) {
        const next = await this.#source.next();
        if (next.done === true) throw new RangeError("ends too early");
        const { buffer, byteOffset, length } = next.value;
        this.#held = Buffer.from(buffer, byteOffset, length);
        continue;
      }
      const piece = this.#held.subarray(0, Math.min(left, PIECE_BYTES));
      this.#held = this.#held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}

import { refuse } from "./refuse.ts";

/** Inflates a zlib stream that must end with its input: null when it is broken, is followed by anything, or gives more. */
export type Inflate = (
  deflated: Uint8Array,
  maxBytes: number,
) => Uint8Array | null;

export interface Picture {
  readonly width: number;
  readonly height: number;
}

export const MAX_SIDE_PIXELS = 20_000;
export const MAX_PIXELS = 100_000_000;

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const CHUNK_OVERHEAD_BYTES = 12;
/** Samples a pixel by colour type: grey, RGB, palette, grey + alpha, RGBA (PNG §11.2.2). */
const SAMPLES: Readonly<Record<number, number>> = {
  0: 1,
  2: 3,
  3: 1,
  4: 2,
  6: 4,
};
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8],
  2: [8],
  3: [1, 2, 4, 8],
  4: [8],
  6: [8],
};
/** The only order: what our encoder writes. No text, no time, no profile, no private chunk. */
const ORDER = ["IHDR", "PLTE", "tRNS", "pHYs", "IDAT", "IEND"];

interface Chunk {
  readonly type: string;
  readonly at: number;
  readonly body: Buffer;
}

interface PngHeader extends Picture {
  readonly depth: number;
  readonly colour: number;
}

/** A PNG as our encoder writes it: known chunks in order with right CRCs, pixels of exactly the announced size, nothing behind. */
export function verifyPng(bytes: Uint8Array, inflate: Inflate): Picture {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!whole.subarray(0, SIGNATURE.length).equals(SIGNATURE))
    refuse("png-signature", 0);
  const chunks = readChunks(whole);
  const first = chunks[0] ?? refuse("png-chunk", SIGNATURE.length);
  const header = readHeader(first);
  requireOrder(chunks);
  requirePalette(chunks, header);
  requirePixels(chunks, header, inflate);
  return { width: header.width, height: header.height };
}

function readChunks(whole: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  let at = SIGNATURE.length;
  while (at < whole.length) {
    if (whole.length - at < CHUNK_OVERHEAD_BYTES) refuse("png-chunk", at);
    const length = whole.readUInt32BE(at);
    if (length > whole.length - at - CHUNK_OVERHEAD_BYTES)
      refuse("png-chunk", at);
    const type = whole.toString("latin1", at + 4, at + 8);
    if (!ORDER.includes(type)) refuse("png-chunk", at);
    const end = at + 8 + length;
    if (crc32(whole.subarray(at + 4, end)) !== whole.readUInt32BE(end))
      refuse("png-crc", at);
    chunks.push({ type, at, body: whole.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

function readHeader({ type, at, body }: Chunk): PngHeader {
  if (type !== "IHDR" || body.length !== 13) refuse("png-header", at);
  const width = body.readUInt32BE(0);
  const height = body.readUInt32BE(4);
  const [depth, colour, compression, filter, interlace] = body.subarray(8);
  requireSize({ width, height }, () => refuse("png-header", at));
  if (!DEPTHS[colour!]?.includes(depth!)) refuse("png-header", at);
  if (compression !== 0 || filter !== 0 || interlace !== 0)
    refuse("png-header", at);
  return { width, height, depth: depth!, colour: colour! };
}

/** Sane sizes for every picture that crosses. */
export function requireSize(
  { width, height }: Picture,
  otherwise: () => never,
): void {
  const sane =
    width > 0 &&
    height > 0 &&
    width <= MAX_SIDE_PIXELS &&
    height <= MAX_SIDE_PIXELS &&
    width * height <= MAX_PIXELS;
  if (!sane) otherwise();
}

function requireOrder(chunks: readonly Chunk[]): void {
  let before = -1;
  for (const { type, at, body } of chunks) {
    const place = ORDER.indexOf(type);
    if (type === "IDAT" ? place < before : place <= before)
      refuse("png-chunk", at);
    if (type === "pHYs" && body.length !== 9) refuse("png-chunk", at);
    if (type === "IEND" && body.length !== 0) refuse("png-chunk", at);
    before = place;
  }
  const last = chunks.at(-1)!;
  if (last.type !== "IEND") refuse("png-chunk", last.at);
}

function requirePalette(chunks: readonly Chunk[], header: PngHeader): void {
  const palette = chunks.find(({ type }) => type === "PLTE");
  const alpha = chunks.find(({ type }) => type === "tRNS");
  const indexed = header.colour === 3;
  if (indexed !== (palette !== undefined))
    refuse("png-chunk", palette?.at ?? 0);
  if (alpha !== undefined && !indexed) refuse("png-chunk", alpha.at);
  if (palette === undefined) return;
  const colours = palette.body.length / 3;
  if (!Number.isInteger(colours) || colours < 1 || colours > 1 << header.depth)
    refuse("png-chunk", palette.at);
  if (
    alpha !== undefined &&
    (alpha.body.length < 1 || alpha.body.length > colours)
  )
    refuse("png-chunk", alpha.at);
}

function requirePixels(
  chunks: readonly Chunk[],
  header: PngHeader,
  inflate: Inflate,
): void {
  const pieces = chunks.filter(({ type }) => type === "IDAT");
  const at = pieces[0]?.at ?? refuse("png-pixels", 0);
  const deflated =
    pieces.length === 1
      ? pieces[0]!.body
      : Buffer.concat(pieces.map(({ body }) => body));
  const rowBytes = Math.ceil(
    (header.width * header.depth * SAMPLES[header.colour]!) / 8,
  );
  requireFilteredRows(
    deflated,
    { rowBytes, rows: header.height, inflate },
    () => refuse("png-pixels", at),
  );
}

/** Rows of `rowBytes`, each behind one filter byte 0–4 (PNG §9.2). */
function requireFilteredRows(
  deflated: Uint8Array,
  shape: {
    readonly rowBytes: number;
    readonly rows: number;
    readonly inflate: Inflate;
  },
  otherwise: () => never,
): void {
  const stride = shape.rowBytes + 1;
  const pixels = inflateExactly(deflated, stride * shape.rows, shape.inflate);
  if (pixels === null) return otherwise();
  for (let row = 0; row < pixels.length; row += stride)
    if (pixels[row]! > 4) otherwise();
}

/** Null unless the stream has a plain zlib header (RFC 1950 §2.2) and gives exactly so many bytes. */
export function inflateExactly(
  deflated: Uint8Array,
  bytes: number,
  inflate: Inflate,
): Uint8Array | null {
  const [method, flags] = deflated;
  if (method === undefined || flags === undefined) return null;
  const plain =
    (method & 15) === 8 &&
    method >> 4 <= 7 &&
    (flags & 32) === 0 &&
    (method * 256 + flags) % 31 === 0;
  const inflated = plain ? inflate(deflated, bytes) : null;
  return inflated?.length === bytes ? inflated : null;
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++)
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Buffer): number {
  let crc = -1;
  for (let at = 0; at < bytes.length; at++)
    crc = CRC_TABLE[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

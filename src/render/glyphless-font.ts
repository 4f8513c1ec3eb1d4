/**
 * The font of the text layer: one glyph, and nothing in it (OpenType 1.9, chapter 5; ISO 32000-1 §9.9 says which tables a
 * font inside a PDF needs, some programs want `cmap`, `name` and `post` besides). The same bytes in every document.
 */
import { Buffer } from "node:buffer";

const UNITS_PER_EM = 1000;

function table(words: readonly (readonly [bits: 16 | 32, value: number])[]) {
  const bytes = Buffer.alloc(words.reduce((sum, [bits]) => sum + bits / 8, 0));
  let at = 0;
  for (const [bits, value] of words) {
    if (bits === 16) bytes.writeUInt16BE(value & 0xffff, at);
    else bytes.writeUInt32BE(value >>> 0, at);
    at += bits / 8;
  }
  return bytes;
}

const long = (value: number) => [32, value] as const;
const short = (...values: readonly number[]) =>
  values.map((value) => [16, value] as const);

/** Where the sum over the whole file goes. */
const ADJUSTMENT_AT = 8;
const WHOLE = 0xb1b0afba;

const TABLES: readonly (readonly [tag: string, bytes: Buffer])[] = [
  // One map of no character: format 4 with the segment that ends it.
  [
    "cmap",
    table([
      ...short(0, 1, 3, 1),
      long(12),
      ...short(4, 24, 0, 2, 2, 0, 0, 0xffff, 0, 0xffff, 1, 0),
    ]),
  ],
  // No contour; four bytes, because some readers take an empty table for a missing one.
  ["glyf", table([long(0)])],
  [
    "head",
    table([
      ...[long(0x00010000), long(0x00010000), long(0), long(0x5f0f3cf5)],
      ...short(0x0003, UNITS_PER_EM),
      // Made and changed at no time.
      ...[long(0), long(0), long(0), long(0)],
      ...short(0, 0, UNITS_PER_EM, UNITS_PER_EM, 0, 8, 2, 0, 0),
    ]),
  ],
  [
    "hhea",
    table([
      long(0x00010000),
      ...short(UNITS_PER_EM, 0, 0, UNITS_PER_EM, 0, 0, 0, 1, 0, 0),
      ...short(0, 0, 0, 0, 0, 1),
    ]),
  ],
  ["hmtx", table(short(UNITS_PER_EM, 0))],
  ["loca", table(short(0, 0))],
  [
    "maxp",
    table([
      long(0x00010000),
      ...short(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    ]),
  ],
  ["name", table(short(0, 0, 6))],
  [
    "post",
    table([
      ...[long(0x00030000), long(0)],
      ...short(0, 0),
      ...[long(0), long(0), long(0), long(0), long(0)],
    ]),
  ],
];

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4)
    sum = (sum + bytes.readUInt32BE(at)) >>> 0;
  return sum;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function assemble(): Buffer {
  const count = TABLES.length;
  const directory = [
    table([long(0x00010000), ...short(count, 128, 3, count * 16 - 128)]),
  ];
  let at = 12 + 16 * count;
  for (const [tag, bytes] of TABLES) {
    const sum = checksum(padded(bytes));
    directory.push(Buffer.from(tag, "latin1"));
    directory.push(table([long(sum), long(at), long(bytes.length)]));
    at += padded(bytes).length;
  }
  const font = Buffer.concat([
    ...directory,
    ...TABLES.map(([, bytes]) => padded(bytes)),
  ]);
  const head = font.readUInt32BE(12 + 16 * 2 + 8);
  font.writeUInt32BE((WHOLE - checksum(font)) >>> 0, head + ADJUSTMENT_AT);
  return font;
}

export const GLYPHLESS_FONT: Uint8Array = assemble();

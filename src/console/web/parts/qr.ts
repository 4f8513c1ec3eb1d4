/**
 * QR codes (ISO/IEC 18004) of bytes, error correction L, versions 1 to 10: enough for 271 bytes. Null for what is longer.
 * True is dark.
 */
export function qrModules(text: string): boolean[][] | null {
  const bytes = [...new TextEncoder().encode(text)];
  const version = VERSIONS.findIndex(
    ({ data }, at) => bytes.length <= data - (at + 1 < 10 ? 2 : 3),
  );
  const shape = VERSIONS[version];
  if (shape === undefined) return null;
  const words = codewords(bytes, version + 1, shape);
  const grid = drawFunctions(version + 1, shape);
  place(grid, words);
  return bestMask(grid);
}

interface Version {
  /** Data codewords of all blocks. */
  readonly data: number;
  readonly blocks: number;
  /** Error correction codewords of each block. */
  readonly check: number;
  /** Centres of the alignment patterns. */
  readonly centres: readonly number[];
}

const version = (
  data: number,
  blocks: number,
  check: number,
  ...centres: readonly number[]
): Version => ({ data, blocks, check, centres });

/** Level L, in order. */
const VERSIONS: readonly Version[] = [
  version(19, 1, 7),
  version(34, 1, 10, 6, 18),
  version(55, 1, 15, 6, 22),
  version(80, 1, 20, 6, 26),
  version(108, 1, 26, 6, 30),
  version(136, 2, 18, 6, 34),
  version(156, 2, 20, 6, 22, 38),
  version(194, 2, 24, 6, 24, 42),
  version(232, 2, 30, 6, 26, 46),
  version(274, 4, 18, 6, 28, 50),
];

const BYTE_MODE = 0b0100;
const PADS = [0xec, 0x11];

function codewords(
  bytes: readonly number[],
  number: number,
  { data, blocks, check }: Version,
): number[] {
  const bits: number[] = [];
  const put = (value: number, length: number) => {
    for (let at = length - 1; at >= 0; at -= 1) bits.push((value >> at) & 1);
  };
  put(BYTE_MODE, 4);
  put(bytes.length, number < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  put(0, Math.min(4, data * 8 - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  const words = (bits.join("").match(/.{8}/g) ?? []).map((one) =>
    Number.parseInt(one, 2),
  );
  for (let at = 0; words.length < data; at += 1) words.push(PADS[at % 2] ?? 0);
  // The later blocks are longer by one where the data do not divide.
  const short = Math.floor(data / blocks);
  const longFrom = blocks - (data % blocks);
  let from = 0;
  const parts = Array.from({ length: blocks }, (_, at) => {
    const part = words.slice(from, from + short + (at >= longFrom ? 1 : 0));
    from += part.length;
    return part;
  });
  const checks = parts.map((part) => remainder(part, check));
  return [...interleaved(parts), ...interleaved(checks)];
}

function interleaved(parts: readonly (readonly number[])[]): number[] {
  const longest = Math.max(...parts.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) =>
    parts.flatMap((part) => part[at] ?? []),
  ).flat();
}

/** Of GF(256) over x^8 + x^4 + x^3 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((b >> bit) & 1) * a;
  }
  return product;
}

/** Reed-Solomon check words. */
function remainder(data: readonly number[], length: number): number[] {
  const divisor: number[] = Array.from({ length }, (_, at) =>
    at === length - 1 ? 1 : 0,
  );
  let root = 1;
  for (let round = 0; round < length; round += 1) {
    for (let at = 0; at < length; at += 1)
      divisor[at] = multiply(divisor[at] ?? 0, root) ^ (divisor[at + 1] ?? 0);
    root = multiply(root, 2);
  }
  const rest = Array.from({ length }, () => 0);
  for (const word of data) {
    const factor = word ^ (rest.shift() ?? 0);
    rest.push(0);
    divisor.forEach((one, at) => {
      rest[at] = (rest[at] ?? 0) ^ multiply(one, factor);
    });
  }
  return rest;
}

interface Grid {
  readonly size: number;
  readonly dark: boolean[][];
  /** Cells that hold no data. */
  readonly fixed: boolean[][];
}

function drawFunctions(number: number, { centres }: Version): Grid {
  const size = number * 4 + 17;
  const empty = () =>
    Array.from({ length: size }, () =>
      Array.from({ length: size }, () => false),
    );
  const grid: Grid = { size, dark: empty(), fixed: empty() };
  for (let at = 0; at < size; at += 1) {
    set(grid, 6, at, at % 2 === 0);
    set(grid, at, 6, at % 2 === 0);
  }
  const far = size - 4;
  for (const [x, y] of [
    [3, 3],
    [far, 3],
    [3, far],
  ] as const)
    finder(grid, x, y);
  const last = centres.length - 1;
  centres.forEach((x, i) =>
    centres.forEach((y, j) => {
      const isCorner =
        (i === 0 && (j === 0 || j === last)) || (i === last && j === 0);
      if (!isCorner) rings(grid, { x, y, reach: 2, light: [1] });
    }),
  );
  drawFormat(grid, 0);
  if (number >= 7) drawVersion(grid, number);
  return grid;
}

function set({ dark, fixed }: Grid, x: number, y: number, isDark: boolean) {
  const row = dark[y];
  const fixedRow = fixed[y];
  if (row === undefined || fixedRow === undefined || row[x] === undefined)
    return;
  row[x] = isDark;
  fixedRow[x] = true;
}

function finder(grid: Grid, x: number, y: number): void {
  rings(grid, { x, y, reach: 4, light: [2, 4] });
}

function rings(
  grid: Grid,
  {
    x,
    y,
    reach,
    light,
  }: {
    readonly x: number;
    readonly y: number;
    readonly reach: number;
    readonly light: readonly number[];
  },
): void {
  for (let dy = -reach; dy <= reach; dy += 1)
    for (let dx = -reach; dx <= reach; dx += 1) {
      const ring = Math.max(Math.abs(dx), Math.abs(dy));
      set(grid, x + dx, y + dy, !light.includes(ring));
    }
}

const FORMAT_L = 1;

function drawFormat(grid: Grid, mask: number): void {
  const { size } = grid;
  const data = (FORMAT_L << 3) | mask;
  let rest = data;
  for (let at = 0; at < 10; at += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const bits = ((data << 10) | rest) ^ 0x5412;
  const bit = (at: number) => ((bits >> at) & 1) === 1;
  for (let at = 0; at <= 5; at += 1) set(grid, 8, at, bit(at));
  set(grid, 8, 7, bit(6));
  set(grid, 8, 8, bit(7));
  set(grid, 7, 8, bit(8));
  for (let at = 9; at < 15; at += 1) set(grid, 14 - at, 8, bit(at));
  for (let at = 0; at < 8; at += 1) set(grid, size - 1 - at, 8, bit(at));
  for (let at = 8; at < 15; at += 1) set(grid, 8, size - 15 + at, bit(at));
  set(grid, 8, size - 8, true);
}

function drawVersion(grid: Grid, number: number): void {
  let rest = number;
  for (let at = 0; at < 12; at += 1)
    rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (number << 12) | rest;
  for (let at = 0; at < 18; at += 1) {
    const isDark = ((bits >> at) & 1) === 1;
    const a = grid.size - 11 + (at % 3);
    const b = Math.floor(at / 3);
    set(grid, a, b, isDark);
    set(grid, b, a, isDark);
  }
}

/** In columns of two, from the right, up and down by turns. */
function place({ size, dark, fixed }: Grid, words: readonly number[]): void {
  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const isUpward = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step += 1) {
      const y = isUpward ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        const row = dark[y];
        if (row === undefined || fixed[y]?.[x] === true) continue;
        row[x] = (((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
        bit += 1;
      }
    }
  }
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function bestMask({ size, dark, fixed }: Grid): boolean[][] {
  const tried = MASKS.map((isTurned, mask) => {
    const grid: Grid = { size, dark: dark.map((row) => [...row]), fixed };
    for (let y = 0; y < size; y += 1)
      for (let x = 0; x < size; x += 1) {
        const row = grid.dark[y];
        if (row !== undefined && fixed[y]?.[x] === false && isTurned(x, y))
          row[x] = row[x] !== true;
      }
    drawFormat(grid, mask);
    return { dark: grid.dark, penalty: penaltyOf(grid.dark) };
  });
  tried.sort((a, b) => a.penalty - b.penalty);
  return tried[0]?.dark ?? dark;
}

/** How hard it is to read: runs, blocks, what looks like a finder, and more dark than light. */
function penaltyOf(rows: readonly (readonly boolean[])[]): number {
  const columns = rows.map((_, x) => rows.map((row) => row[x] === true));
  const lines = [...rows, ...columns].map((line) =>
    line.map((isDark) => (isDark ? "1" : "0")).join(""),
  );
  let penalty = 0;
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g))
      penalty += run.length - 2;
    penalty += 40 * (line.match(/(?=00001011101|10111010000)/g)?.length ?? 0);
  }
  for (let y = 1; y < rows.length; y += 1)
    for (let x = 1; x < rows.length; x += 1) {
      const one = rows[y]?.[x];
      const isBlock =
        rows[y - 1]?.[x] === one &&
        rows[y]?.[x - 1] === one &&
        rows[y - 1]?.[x - 1] === one;
      if (isBlock) penalty += 3;
    }
  const dark = rows.flat().filter(Boolean).length;
  const share = (dark * 20) / (rows.length * rows.length);
  return penalty + 10 * Math.floor(Math.abs(share - 10));
}

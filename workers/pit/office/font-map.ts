/** Which characters a font has a glyph for: the table `cmap` (ISO/IEC 14496-22 §5.2.1), of each font in the file. */

/** Fewer bytes where the file ends. */
export type ReadFont = (at: number, bytes: number) => Buffer;

const MAX_FONTS_IN_FILE = 64;
const MAX_TABLES = 64;
const MAX_MAP_BYTES = 4 * 1024 * 1024;

/** Those of `wanted` that it has. A font that cannot be read has no more. */
export function coveredBy(
  read: ReadFont,
  wanted: ReadonlySet<number>,
): Set<number> {
  const covered = new Set<number>();
  try {
    for (const start of fontStarts(read)) {
      if (covered.size === wanted.size) break;
      for (const has of mapsOf(read, start))
        for (const character of wanted)
          if (!covered.has(character) && has(character)) covered.add(character);
    }
  } catch {
    // It ended where something should have been; what was found before stands.
  }
  return covered;
}

function fontStarts(read: ReadFont): number[] {
  const head = read(0, 12 + 4 * MAX_FONTS_IN_FILE);
  if (head.toString("latin1", 0, 4) !== "ttcf") return [0];
  const count = Math.min(head.readUInt32BE(8), MAX_FONTS_IN_FILE);
  return Array.from({ length: count }, (_, at) =>
    head.readUInt32BE(12 + 4 * at),
  );
}

type Has = (character: number) => boolean;

function mapsOf(read: ReadFont, start: number): Has[] {
  const table = tableAt(read, start);
  if (table === null) return [];
  const map = read(table.at, Math.min(table.bytes, MAX_MAP_BYTES));
  const count = map.readUInt16BE(2);
  const places = Array.from({ length: count }, (_, at) =>
    map.readUInt32BE(8 + 8 * at),
  );
  const subtables = [...new Set(places)].map((at) => map.subarray(at));
  const of = (format: number) =>
    subtables.filter((one) => one.readUInt16BE(0) === format);
  // Who has the one with room for all of Unicode has everything in it.
  const whole = of(12).map(byGroups);
  return whole.length > 0 ? whole : of(4).map(bySegments);
}

function tableAt(
  read: ReadFont,
  start: number,
): { readonly at: number; readonly bytes: number } | null {
  const directory = read(start, 12 + 16 * MAX_TABLES);
  const count = Math.min(directory.readUInt16BE(4), MAX_TABLES);
  for (let row = 12; row < 12 + 16 * count; row += 16)
    if (directory.toString("latin1", row, row + 4) === "cmap")
      return {
        at: directory.readUInt32BE(row + 8),
        bytes: directory.readUInt32BE(row + 12),
      };
  return null;
}

/** Format 4. */
function bySegments(map: Buffer): Has {
  const twice = map.readUInt16BE(6);
  const ends = 14;
  const starts = ends + twice + 2;
  return (character) => {
    if (character > 0xffff) return false;
    for (let at = 0; at < twice; at += 2) {
      if (map.readUInt16BE(ends + at) < character) continue;
      const first = map.readUInt16BE(starts + at);
      if (first > character) return false;
      const delta = map.readUInt16BE(starts + twice + at);
      const place = starts + 2 * twice + at;
      const offset = map.readUInt16BE(place);
      if (offset === 0) return ((character + delta) & 0xffff) !== 0;
      return map.readUInt16BE(place + offset + 2 * (character - first)) !== 0;
    }
    return false;
  };
}

/** Format 12. */
function byGroups(map: Buffer): Has {
  const count = map.readUInt32BE(12);
  return (character) => {
    let [low, high] = [0, count - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = 16 + 12 * middle;
      if (map.readUInt32BE(at + 4) < character) low = middle + 1;
      else if (map.readUInt32BE(at) > character) high = middle - 1;
      else return map.readUInt32BE(at + 8) + character > map.readUInt32BE(at);
    }
    return false;
  };
}

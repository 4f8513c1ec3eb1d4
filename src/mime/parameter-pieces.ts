import type { Dialect } from "./dialect.ts";

/** A parameter's value as latin1 code units of its bytes, and the charset that RFC 2231 §4 declares for them. */
export interface Parameter {
  readonly value: string;
  /** As written, null when none is declared. */
  readonly charset: string | null;
}

/** One `name=value` as it stood, quotes removed. */
export interface Piece {
  /** Lower case, with any `*0*` of RFC 2231. */
  readonly name: string;
  readonly value: string;
  /** Readers may differ on this value. */
  readonly doubt: boolean;
}

export interface JoinedPieces {
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly duplicates: ReadonlySet<string>;
  readonly doubtful: ReadonlySet<string>;
}

interface Numbered {
  readonly index: number;
  readonly extended: boolean;
  readonly value: string;
}

interface Collected {
  plain: string | null;
  extended: string | null;
  readonly numbered: Map<number, Numbered>;
}

/** Joins continuations in the order of their numbers and undoes percent encoding (RFC 2231 §3, §4). */
export function joinPieces(
  pieces: readonly Piece[],
  dialect: Dialect,
): JoinedPieces {
  const { lastWins, plainParameters } = dialect;
  const all = new Map<string, Collected>();
  const duplicates = new Set<string>();
  const doubtful = new Set<string>();
  for (const piece of pieces) {
    const { base, index, extended, odd } = plainParameters
      ? { base: piece.name, index: null, extended: false, odd: false }
      : readName(piece.name);
    let one = all.get(base);
    if (one === undefined) {
      one = { plain: null, extended: null, numbered: new Map() };
      all.set(base, one);
    }
    const read = { index, extended, value: piece.value };
    const before = collect(one, read, lastWins);
    if (before !== null && before !== piece.value) duplicates.add(base);
    if (piece.doubt || odd) doubtful.add(base);
  }
  const parameters = new Map<string, Parameter>();
  for (const [base, one] of all)
    parameters.set(
      base,
      join(one, () => doubtful.add(base)),
    );
  return { parameters, duplicates, doubtful };
}

/** Keeps the first of each kind, or the last; gives back what already stood there. */
function collect(
  one: Collected,
  piece: {
    readonly index: number | null;
    readonly extended: boolean;
    readonly value: string;
  },
  lastWins: boolean,
): string | null {
  const { index, extended, value } = piece;
  if (index !== null) {
    const before = one.numbered.get(index);
    if (before === undefined || lastWins)
      one.numbered.set(index, { index, extended, value });
    return before?.value ?? null;
  }
  const before = extended ? one.extended : one.plain;
  if (before !== null && !lastWins) return before;
  if (extended) one.extended = value;
  else one.plain = value;
  return before;
}

function readName(name: string): {
  base: string;
  index: number | null;
  extended: boolean;
  odd: boolean;
} {
  const extended = name.length > 1 && name.endsWith("*");
  const rest = extended ? name.slice(0, -1) : name;
  const star = rest.lastIndexOf("*");
  const digits = star > 0 ? rest.slice(star + 1) : "";
  if (!/^\d{1,6}$/.test(digits))
    return { base: rest, index: null, extended, odd: star >= 0 };
  const odd = digits.length > 1 && digits.startsWith("0");
  return { base: rest.slice(0, star), index: Number(digits), extended, odd };
}

function join(one: Collected, doubt: () => void): Parameter {
  // Not every reader knows RFC 2231, and beside a plain form either may be shown.
  if (one.extended !== null || one.numbered.size > 0) doubt();
  if (one.extended !== null)
    return decode([{ index: 0, extended: true, value: one.extended }], doubt);
  if (one.numbered.size === 0) return { value: one.plain ?? "", charset: null };
  const ordered = [...one.numbered.values()].sort((a, b) => a.index - b.index);
  if (ordered.some((piece, at) => piece.index !== at)) doubt();
  return decode(ordered, doubt);
}

function decode(pieces: readonly Numbered[], doubt: () => void): Parameter {
  let charset: string | null = null;
  const values = pieces.map((piece, at) => {
    if (!piece.extended) return piece.value;
    if (at > 0) return percentDecode(piece.value, doubt);
    const first = piece.value.indexOf("'");
    const second = first < 0 ? -1 : piece.value.indexOf("'", first + 1);
    if (second < 0) {
      doubt();
      return percentDecode(piece.value, doubt);
    }
    charset = piece.value.slice(0, first);
    return percentDecode(piece.value.slice(second + 1), doubt);
  });
  return { value: values.join(""), charset: charset === "" ? null : charset };
}

function percentDecode(text: string, doubt: () => void): string {
  return text.replace(/%([0-9A-Fa-f]{2})?/g, (all, hex?: string) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    doubt();
    return all;
  });
}

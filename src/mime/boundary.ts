const LF = 10;
const CR = 13;
const DASH = 45;
const DASHES = Buffer.from("--");

/** Bytes looked at one by one after a hit before the native search takes over again; calling it has a price. */
const NEAR_BYTES = 64;

/** Transport padding (RFC 2046 §5.1.1) beyond this makes the line no delimiter, but a suspicious one. */
const MAX_PADDING_BYTES = 256;

/**
 * Index of the next `--` that follows a line break inside `bytes[from, …)`, also of one that follows a bare CR; -1
 * when there is none. Searching for the dashes is what makes this fast: base64 has none, while it has line breaks.
 */
export function nextDashes(bytes: Buffer, from: number): number {
  const end = bytes.length;
  let i = from + 1;
  while (i < end) {
    const near = Math.min(i + NEAR_BYTES, end);
    while (i < near && bytes[i] !== DASH) i++;
    if (i === near) i = bytes.indexOf(DASHES, i);
    if (i < 0) return -1;
    const before = bytes[i - 1];
    if (bytes[i + 1] === DASH && (before === LF || before === CR)) return i;
    while (bytes[i] === DASH) i++;
  }
  return -1;
}

interface TrieNode {
  readonly next: Map<number, TrieNode>;
  /** Levels whose boundary ends here, outermost first. */
  readonly levels: number[];
}

/** What a line that begins with `--` is. */
export interface Match {
  /** "more": the bytes end before it can be known. */
  readonly kind: "delimiter" | "content" | "more";
  /** The open multipart it belongs to; for "content" the one whose whole boundary it begins with, else -1. */
  readonly level: number;
  readonly closing: boolean;
  /** Index after its line break. */
  readonly next: number;
  readonly ending: "crlf" | "lf" | "none";
}

const CONTENT: Match = {
  kind: "content",
  level: -1,
  closing: false,
  next: 0,
  ending: "none",
};
const MORE: Match = { ...CONTENT, kind: "more" };

/** The boundaries of all open multiparts, compared with a line in one walk however many are open. */
export class OpenBoundaries {
  readonly #root: TrieNode = { next: new Map(), levels: [] };
  readonly #loose: boolean;
  #count = 0;

  /** Then a bare CR ends a line, too. */
  get isLoose(): boolean {
    return this.#loose;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Tells whether it collides: one open boundary equals it, begins with it, or it begins with one. */
  open(boundary: string, level: number): boolean {
    let node = this.#root;
    let collides = false;
    for (let i = 0; i < boundary.length; i++) {
      const code = boundary.charCodeAt(i);
      let next = node.next.get(code);
      if (next === undefined) {
        next = { next: new Map(), levels: [] };
        node.next.set(code, next);
      }
      node = next;
      if (node.levels.length > 0) collides = true;
    }
    if (node.next.size > 0) collides = true;
    node.levels.push(level);
    this.#count++;
    return collides;
  }

  close(boundary: string, level: number): void {
    const path: TrieNode[] = [this.#root];
    for (let i = 0; i < boundary.length; i++) {
      const next = path[i]?.next.get(boundary.charCodeAt(i));
      if (next === undefined) return;
      path.push(next);
    }
    const levels = path[boundary.length]?.levels ?? [];
    const at = levels.indexOf(level);
    if (at < 0) return;
    levels.splice(at, 1);
    this.#count--;
    for (let i = boundary.length; i > 0; i--) {
      const node = path[i];
      if (node === undefined || node.next.size > 0 || node.levels.length > 0)
        return;
      path[i - 1]?.next.delete(boundary.charCodeAt(i - 1));
    }
  }

  /** `loose`: a line that begins with a boundary is a delimiter, and the shortest and outermost boundary wins. */
  constructor(loose = false) {
    this.#loose = loose;
  }

  /** Compares the line whose `--` ends before `at`; `last` when nothing follows `bytes`. The longest boundary wins. */
  match(bytes: Buffer, at: number, last: boolean): Match {
    let node = this.#root;
    let i = at;
    const ends: { readonly at: number; readonly level: number }[] = [];
    for (;;) {
      const level = node.levels.at(this.#loose ? 0 : -1);
      if (level !== undefined) ends.push({ at: i, level });
      const byte = bytes[i];
      if (byte === undefined) {
        if (!last) return MORE;
        break;
      }
      const next = node.next.get(byte);
      if (next === undefined) break;
      node = next;
      i++;
    }
    const [shortest, longest] = [ends[0], ends.at(-1)];
    if (shortest === undefined || longest === undefined) return CONTENT;
    if (this.#loose) return looseLine(bytes, shortest, last);
    for (const end of ends.reverse()) {
      const rest = restOfLine(bytes, end, last);
      if (rest.kind !== "content") return rest;
    }
    return { ...CONTENT, level: longest.level };
  }
}

/** After the boundary anything, up to the line's end; nothing may wait without a limit. */
function looseLine(
  bytes: Buffer,
  { at, level }: { readonly at: number; readonly level: number },
  last: boolean,
): Match {
  const line = bytes.subarray(at, at + MAX_PADDING_BYTES);
  const found = line.indexOf(LF);
  if (found < 0 && line.length === MAX_PADDING_BYTES) return CONTENT;
  if (found < 0 && !last) return MORE;
  const lf = found < 0 ? -1 : at + found;
  const closing = bytes[at] === DASH && bytes[at + 1] === DASH;
  const next = lf < 0 ? bytes.length : lf + 1;
  const ending = bytes[lf - 1] === CR ? "crlf" : "lf";
  return {
    kind: "delimiter",
    level,
    closing,
    next,
    ending: lf < 0 ? "none" : ending,
  };
}

/** After the boundary: maybe `--`, then blanks, then the line break. */
function restOfLine(
  bytes: Buffer,
  boundary: { readonly at: number; readonly level: number },
  last: boolean,
): Match {
  let i = boundary.at;
  const closing = bytes[i] === DASH && bytes[i + 1] === DASH;
  if (bytes[i] === DASH && bytes[i + 1] === undefined && !last) return MORE;
  if (closing) i += 2;
  const limit = i + MAX_PADDING_BYTES;
  while ((bytes[i] === 32 || bytes[i] === 9) && i < limit) i++;
  const found = { kind: "delimiter", level: boundary.level, closing } as const;
  const byte = bytes[i];
  if (byte === undefined)
    return last ? { ...found, next: i, ending: "none" } : MORE;
  if (byte === LF) return { ...found, next: i + 1, ending: "lf" };
  if (byte !== CR) return CONTENT;
  const after = bytes[i + 1];
  if (after === undefined && !last) return MORE;
  return after === LF ? { ...found, next: i + 2, ending: "crlf" } : CONTENT;
}

import { nextDashes, type Match, type OpenBoundaries } from "./boundary.ts";

const LF = 10;
const CR = 13;
const DASH = 45;

export interface Found {
  /** Bytes before this are content. */
  readonly contentEnd: number;
  /** Null when none was found: what follows `contentEnd` may still become one and waits for more bytes. */
  readonly delimiter: Match | null;
  /** How the line before the delimiter ends; that line break belongs to the delimiter (RFC 2046 §5.1.1). */
  readonly lineBreak: "crlf" | "lf" | "none";
}

export interface SearchOptions {
  /** `from` begins a line whose line break is no content of this body. */
  readonly lineStart: boolean;
  /** Nothing follows `bytes`. */
  readonly last: boolean;
  /** Told of each line in which another reader may see a delimiter of the multipart at `level`. */
  readonly doubt: (
    level: number,
    anomaly: "bad-boundary" | "bare-line-ending",
  ) => void;
}

/** Finds the first delimiter line of any open multipart at or after `from`. */
export function findDelimiter(
  boundaries: OpenBoundaries,
  [bytes, from]: readonly [Buffer, number],
  options: SearchOptions,
): Found {
  if (options.lineStart) {
    const match = matchAt(boundaries, bytes, from, options.last);
    if (match.kind !== "content")
      return {
        contentEnd: from,
        delimiter: match.kind === "delimiter" ? match : null,
        lineBreak: "none",
      };
    tell(match, options);
  }
  let search = from;
  for (;;) {
    const dashes = nextDashes(bytes, search);
    if (dashes < 0) break;
    const match = matchAt(boundaries, bytes, dashes, options.last);
    const bare = bytes[dashes - 1] === CR;
    const contentEnd = bare ? dashes - 1 : breakStart(bytes, from, dashes);
    if (match.kind === "more")
      return { contentEnd, delimiter: null, lineBreak: "none" };
    if (match.kind === "delimiter" && (!bare || boundaries.isLoose)) {
      const lineBreak = contentEnd < dashes - 1 ? "crlf" : "lf";
      return { contentEnd, delimiter: match, lineBreak };
    }
    tell(match, options);
    if (bare && match.level >= 0)
      options.doubt(match.level, "bare-line-ending");
    search = dashes + 1;
  }
  const contentEnd = options.last ? bytes.length : holdFrom(bytes, from);
  return { contentEnd, delimiter: null, lineBreak: "none" };
}

/** A boundary with more behind it: RFC 2046 §5.1.2 lets a reader compare the beginning only. */
function tell(match: Match, options: SearchOptions): void {
  if (match.kind === "content" && match.level >= 0)
    options.doubt(match.level, "bad-boundary");
}

function matchAt(
  boundaries: OpenBoundaries,
  bytes: Buffer,
  at: number,
  last: boolean,
): Match {
  if (bytes[at] === DASH && bytes[at + 1] === DASH)
    return boundaries.match(bytes, at + 2, last);
  const more = !last && bytes[at] === DASH && bytes[at + 1] === undefined;
  return {
    kind: more ? "more" : "content",
    level: -1,
    closing: false,
    next: at,
    ending: "none",
  };
}

/** Where the line break before `at` begins. */
function breakStart(bytes: Buffer, from: number, at: number): number {
  return at - 2 >= from && bytes[at - 2] === CR ? at - 2 : at - 1;
}

/** From where on the bytes may be the beginning of a delimiter, its line break first. */
function holdFrom(bytes: Buffer, from: number): number {
  const end = bytes.length;
  const dash = end - 1 >= from && bytes[end - 1] === DASH ? 1 : 0;
  const at = end - dash;
  if (at - 1 < from) return end;
  if (bytes[at - 1] === LF) return breakStart(bytes, from, at);
  return bytes[at - 1] === CR ? at - 1 : end;
}

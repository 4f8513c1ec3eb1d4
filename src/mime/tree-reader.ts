import type { OpenBoundaries, Match } from "./boundary.ts";
import { findDelimiter } from "./delimiter-search.ts";
import { bodyBegin, splitHeaderBlock } from "./header-block.ts";
import { HeaderCollector } from "./header-collector.ts";
import type { MimeEvent, Shared } from "./mime-event.ts";
import { readContentFacts, type MimeNode } from "./node.ts";
import { NodeStack } from "./node-stack.ts";

const DASH = 45;

/** The bytes at hand; `last` when nothing follows them. */
interface Input {
  readonly bytes: Buffer;
  readonly last: boolean;
  readonly events: MimeEvent[];
}

/** Why a header block ends. `keepLine`: the line being gathered belongs to it. */
interface HeaderEnd {
  readonly cutByDelimiter: boolean;
  readonly keepLine: boolean;
}

/**
 * Header state: lines are gathered until a blank one, or until a delimiter cuts the block short.
 * Body state: bytes go to the innermost open node; a line that equals any open boundary ends all nodes inside its
 * multipart (RFC 2046 §5.1.2), the line break before it with it. So that a delimiter is never missed at a chunk's end,
 * the last line break and what could still become a delimiter after it stay unread until more comes.
 */
export class TreeReader {
  readonly #shared: Shared;
  readonly #nodes: NodeStack;
  readonly #boundaries: OpenBoundaries;
  readonly #headers: HeaderCollector;
  #inHeader = true;
  /** In a body: the next byte begins a line whose line break is no content of this body. */
  #lineStart = false;
  #endings: "crlf" | "lf" | "none" = "none";
  #unread: Buffer | null = null;

  /** `above` is the attached message whose decoded bytes these are, null for the mail itself. */
  constructor(shared: Shared, above: MimeNode | null) {
    this.#shared = shared;
    this.#nodes = new NodeStack(shared, above);
    this.#boundaries = this.#nodes.boundaries;
    this.#headers = new HeaderCollector(shared.limits);
  }

  /** Faults: MIME_*; events before the fault are in `events`. */
  write(chunk: Buffer, events: MimeEvent[]): void {
    const unread = this.#unread;
    const bytes = unread === null ? chunk : Buffer.concat([unread, chunk]);
    const at = this.#read({ bytes, last: false, events });
    this.#unread = at < bytes.length ? Buffer.from(bytes.subarray(at)) : null;
  }

  finish(events: MimeEvent[]): void {
    const bytes = this.#unread ?? Buffer.alloc(0);
    this.#unread = null;
    this.#read({ bytes, last: true, events });
    while (this.#inHeader)
      this.#endHeader({ cutByDelimiter: false, keepLine: true }, events);
    while (this.#nodes.size > 0) this.#nodes.endTop(events);
  }

  /** Index of the first byte that waits for more. */
  #read(input: Input): number {
    let at = 0;
    for (;;) {
      const before = at;
      const wasInHeader = this.#inHeader;
      at = wasInHeader
        ? this.#readHeader(input, at)
        : this.#readBody(input, at);
      if (at === before && wasInHeader === this.#inHeader) return at;
    }
  }

  #readHeader(input: Input, from: number): number {
    const { bytes, last, events } = input;
    const headers = this.#headers;
    let at = from;
    while (at < bytes.length || last) {
      if (at < bytes.length) at = headers.take(bytes, at);
      if (!headers.lineIsComplete && !last) return at;
      const delimiter = this.#delimiterIn(headers.line);
      if (delimiter !== null) {
        this.#cutHeader(delimiter, events);
        return at;
      }
      if (!headers.lineIsComplete) return at;
      if (headers.lineIsEmpty) {
        this.#endHeader({ cutByDelimiter: false, keepLine: true }, events);
        return at;
      }
      headers.nextLine();
    }
    return at;
  }

  #delimiterIn(line: Buffer): Match | null {
    if (line[0] !== DASH || line[1] !== DASH) return null;
    const match = this.#boundaries.match(line, 2, true);
    return match.kind === "delimiter" ? match : null;
  }

  #cutHeader(delimiter: Match, events: MimeEvent[]): void {
    this.#endHeader({ cutByDelimiter: true, keepLine: false }, events);
    // An attached message has begun whose own header is cut away, too.
    while (this.#inHeader)
      this.#endHeader({ cutByDelimiter: true, keepLine: true }, events);
    this.#delimiter(delimiter, "none", events);
  }

  #endHeader(end: HeaderEnd, events: MimeEvent[]): void {
    const { limits, dialect } = this.#shared;
    const parent = this.#nodes.parent;
    const startsMessage = parent === null || parent.isMessage;
    const all = this.#headers.end(end.keepLine);
    const split = (bytes: Buffer) =>
      splitHeaderBlock(bytes, limits, {
        startsMessage,
        exactNames: dialect.exactNames,
      });
    let block = split(all);
    // Looked for only where a line is no field: nearly never.
    const headerEnd = block.malformed
      ? bodyBegin(all, startsMessage)
      : all.length;
    if (headerEnd < all.length) block = split(all.subarray(0, headerEnd));
    const facts = readContentFacts(
      block.fields,
      parent?.type === "multipart/digest" ? "message/rfc822" : "text/plain",
      { limits, dialect },
    );
    const { node, nested, anomalies } = this.#nodes.push(
      block.fields,
      facts,
      (above) => new TreeReader(this.#shared, above),
    );
    const isBare = startsMessage && block.fields.length === 0;
    const cutShort = end.cutByDelimiter || headerEnd < all.length;
    if (block.malformed || cutShort || isBare)
      anomalies.add("malformed-header");
    if (this.#mixes(block.endings) || block.bareCr)
      anomalies.add("bare-line-ending");
    events.push({ kind: "part", part: node });
    // A copy: the view ends with the next header, the event may be looked at later.
    if (headerEnd < all.length)
      this.#nodes.content(Buffer.from(all.subarray(headerEnd)), events);
    this.#inHeader = node.isMessage && nested === null;
    this.#lineStart = true;
  }

  /**
   * Whether structure hangs on a line break unlike the mail's first one: not every reader sees a break there. Line
   * breaks inside bodies divide nothing and are not looked at; a mail that uses LF throughout has one reading only.
   */
  #mixes(endings: "crlf" | "lf" | "mixed" | "none"): boolean {
    if (endings === "none") return false;
    if (endings === "mixed") return true;
    if (this.#endings === "none") this.#endings = endings;
    return this.#endings !== endings;
  }

  #readBody({ bytes, last, events }: Input, from: number): number {
    if (from === bytes.length) return from;
    if (this.#boundaries.isEmpty) {
      this.#nodes.content(bytes.subarray(from), events);
      return bytes.length;
    }
    const found = findDelimiter(this.#boundaries, [bytes, from], {
      lineStart: this.#lineStart,
      last,
      doubt: (level, anomaly) => this.#nodes.at(level)?.anomalies.add(anomaly),
    });
    const { contentEnd, delimiter, lineBreak } = found;
    // What waits at the very start of a body is still at its line start; any other byte, a line break too, is not.
    if (contentEnd > from || bytes[from] !== DASH) this.#lineStart = false;
    this.#nodes.content(bytes.subarray(from, contentEnd), events);
    if (delimiter === null) return contentEnd;
    this.#delimiter(delimiter, lineBreak, events);
    return delimiter.next;
  }

  #delimiter(
    delimiter: Match,
    lineBreak: "crlf" | "lf" | "none",
    events: MimeEvent[],
  ): void {
    const multipart = this.#nodes.delimit(delimiter, events);
    if (this.#mixes(lineBreak) || this.#mixes(delimiter.ending))
      multipart?.anomalies.add("bare-line-ending");
    this.#lineStart = true;
    this.#inHeader = !delimiter.closing;
  }
}

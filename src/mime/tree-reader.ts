import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { Anomaly } from "../core/part.ts";
import { nextDashes, OpenBoundaries, type Match } from "./boundary.ts";
import { splitHeaderBlock, type HeaderBlock } from "./header-block.ts";
import { HeaderCollector } from "./header-collector.ts";
import { readContentFacts, type MimeNode } from "./node.ts";
import { OutsideText } from "./outside-text.ts";
import { decoderFor, isIdentity, type TransferDecoder } from "./transfer.ts";

export type MimeEvent =
  /** Its header block is complete; document order. */
  | { readonly kind: "part"; readonly part: MimeNode }
  /**
   * Transfer-decoded, in order, never empty. Owned by the receiver, except that unencoded bodies are views of the chunk
   * that was written: whoever overwrites his chunks copies them first.
   */
  | {
      readonly kind: "body";
      readonly id: number;
      readonly bytes: Uint8Array;
    }
  /** Nothing more comes for this node or below it. */
  | {
      readonly kind: "end";
      readonly id: number;
      readonly anomalies: readonly Anomaly[];
    };

export type MimeLimits = Pick<
  Limits,
  | "maxHeaderBytes"
  | "maxHeaders"
  | "maxParts"
  | "maxDepth"
  | "maxParameters"
  | "maxMessageBytes"
>;

/** What a mail and the encoded messages inside it count together. */
export interface Shared {
  readonly limits: MimeLimits;
  nodes: number;
  outsideBytes: number;
}

interface OpenNode {
  readonly node: MimeNode;
  readonly anomalies: Set<Anomaly>;
  /** Null unless it is a multipart whose delimiters still count. */
  boundary: string | null;
  phase: "preamble" | "parts" | "epilogue";
  children: number;
  readonly decoder: TransferDecoder | null;
  /** Reads the decoded bytes of a message that came in base64 or quoted-printable. */
  readonly nested: TreeReader | null;
}

const LF = 10;
const CR = 13;
const DASH = 45;

/**
 * Header state: lines are gathered until a blank one, or until a delimiter cuts the block short.
 * Body state: bytes go to the innermost open node; a line that equals any open boundary ends all nodes inside its
 * multipart (RFC 2046 §5.1.2), the line break before it with it. So that a delimiter is never missed at a chunk's end,
 * the last line break and what could still become a delimiter after it stay unread until more comes.
 */
export class TreeReader {
  readonly #shared: Shared;
  readonly #above: MimeNode | null;
  readonly #open: OpenNode[] = [];
  readonly #boundaries = new OpenBoundaries();
  readonly #headers: HeaderCollector;
  readonly #outside = new OutsideText();
  #inHeader = true;
  /** In a body: the next byte begins a line whose line break is no content of this body. */
  #lineStart = false;
  #endings: "crlf" | "lf" | "none" = "none";
  #carry: Buffer | null = null;

  /** `above` is the attached message whose decoded bytes these are, null for the mail itself. */
  constructor(shared: Shared, above: MimeNode | null) {
    this.#shared = shared;
    this.#above = above;
    this.#headers = new HeaderCollector(shared.limits.maxHeaderBytes);
  }

  /** Faults: MIME_*; events before the fault are in `events`. */
  write(chunk: Buffer, events: MimeEvent[]): void {
    const bytes =
      this.#carry === null ? chunk : Buffer.concat([this.#carry, chunk]);
    this.#carry = null;
    const rest = this.#read(bytes, false, events);
    if (rest < bytes.length) this.#carry = Buffer.from(bytes.subarray(rest));
  }

  finish(events: MimeEvent[]): void {
    const carry = this.#carry ?? Buffer.alloc(0);
    this.#carry = null;
    this.#read(carry, true, events);
    while (this.#inHeader) this.#endHeader({ cut: false, last: true }, events);
    while (this.#open.length > 0) this.#endTop(events);
  }

  #read(bytes: Buffer, last: boolean, events: MimeEvent[]): number {
    let at = 0;
    for (;;) {
      const before = at;
      const wasHeader = this.#inHeader;
      at = wasHeader
        ? this.#readHeader(bytes, at, last, events)
        : this.#readBody(bytes, at, last, events);
      if (at === before && wasHeader === this.#inHeader) return at;
    }
  }

  // ---------------------------------------------------------------- header

  #readHeader(
    bytes: Buffer,
    from: number,
    last: boolean,
    events: MimeEvent[],
  ): number {
    const headers = this.#headers;
    let at = from;
    while (at < bytes.length || last) {
      if (at < bytes.length) at = headers.take(bytes, at);
      if (!headers.lineIsComplete && !last) return at;
      if (this.#isDelimiter(headers.line)) {
        const line = Buffer.from(headers.line);
        const match = this.#boundaries.match(line, 2, true);
        this.#endHeader({ cut: true, last: false }, events);
        while (this.#inHeader)
          this.#endHeader({ cut: true, last: true }, events);
        this.#delimiter(match, "none", events);
        return at;
      }
      if (!headers.lineIsComplete) return at;
      if (headers.lineIsEmpty) {
        this.#endHeader({ cut: false, last: true }, events);
        return at;
      }
      headers.nextLine();
    }
    return at;
  }

  #isDelimiter(line: Buffer): boolean {
    return (
      line[0] === DASH &&
      line[1] === DASH &&
      !this.#boundaries.isEmpty &&
      this.#boundaries.match(line, 2, true).kind === "delimiter"
    );
  }

  /** `cut`: by a delimiter instead of a blank line; `last`: the line being gathered belongs to the block. */
  #endHeader(
    how: { readonly cut: boolean; readonly last: boolean },
    events: MimeEvent[],
  ): void {
    const { limits } = this.#shared;
    const parent = this.#open.at(-1)?.node ?? this.#above;
    const startsMessage = parent === null || parent.isMessage;
    const raw = this.#headers.end(how.last);
    const block = splitHeaderBlock(raw, limits, { startsMessage });
    const facts = readContentFacts(
      block.fields,
      parent?.type === "multipart/digest" ? "message/rfc822" : "text/plain",
      limits,
    );
    const { boundary, content } = facts;
    const node = this.#place(parent, block, content);
    const anomalies = new Set(facts.anomalies);
    if (block.malformed || how.cut || (startsMessage && raw.length <= 2))
      anomalies.add("malformed-header");
    if (this.#mixes(block.endings) || block.bareCr)
      anomalies.add("bare-line-ending");
    if (boundary !== null && this.#boundaries.open(boundary, this.#open.length))
      anomalies.add("bad-boundary");
    const encoded = node.isMessage && !isIdentity(node.encoding);
    this.#open.push({
      node,
      anomalies,
      boundary,
      phase: "preamble",
      children: 0,
      decoder: node.isLeaf || encoded ? decoderFor(node.encoding) : null,
      nested: encoded ? new TreeReader(this.#shared, node) : null,
    });
    events.push({ kind: "part", part: node });
    this.#inHeader = node.isMessage && !encoded;
    this.#lineStart = true;
  }

  #place(
    parent: MimeNode | null,
    block: HeaderBlock,
    content: Omit<MimeNode, "id" | "parent" | "path" | "depth" | "headers">,
  ): MimeNode {
    const { limits } = this.#shared;
    const depth = parent === null ? 0 : parent.depth + 1;
    if (depth > limits.maxDepth)
      throw new Fault("MIME_TOO_DEEP", { limit: limits.maxDepth });
    if (this.#shared.nodes >= limits.maxParts)
      throw new Fault("MIME_TOO_MANY_PARTS", { limit: limits.maxParts });
    const top = this.#open.at(-1);
    const sibling = top === undefined ? 1 : ++top.children;
    const path =
      parent === null
        ? "0"
        : parent.path === "0"
          ? `${sibling}`
          : `${parent.path}.${sibling}`;
    return {
      id: this.#shared.nodes++,
      parent: parent?.id ?? null,
      path,
      depth,
      headers: block.fields,
      ...content,
    };
  }

  /** Whether structure hangs on a line break unlike the mail's first one: not every reader sees a break there. */
  #mixes(endings: "crlf" | "lf" | "mixed" | "none"): boolean {
    if (endings === "none") return false;
    if (endings === "mixed") return true;
    if (this.#endings === "none") this.#endings = endings;
    return this.#endings !== endings;
  }

  // ---------------------------------------------------------------- body

  #readBody(
    bytes: Buffer,
    from: number,
    last: boolean,
    events: MimeEvent[],
  ): number {
    if (from === bytes.length) return from;
    if (this.#boundaries.isEmpty) {
      this.#content(bytes.subarray(from), events);
      return bytes.length;
    }
    if (this.#lineStart) {
      const match = this.#matchAt(bytes, from, last);
      if (match?.kind === "more") return from;
      this.#lineStart = false;
      if (match?.kind === "delimiter") {
        this.#delimiter(match, "none", events);
        return match.next;
      }
    }
    let search = from;
    for (;;) {
      const dashes = nextDashes(bytes, search);
      if (dashes < 0) break;
      const match = this.#matchAt(bytes, dashes, last);
      const bare = bytes[dashes - 1] === CR;
      const contentEnd = bare ? dashes - 1 : breakStart(bytes, from, dashes);
      if (match?.kind === "more") {
        this.#content(bytes.subarray(from, contentEnd), events);
        return contentEnd;
      }
      if (bare && match !== null && match.level >= 0)
        this.#open[match.level]?.anomalies.add("bare-line-ending");
      if (!bare && match?.kind === "delimiter") {
        this.#content(bytes.subarray(from, contentEnd), events);
        const crlf = contentEnd < dashes - 1;
        this.#delimiter(match, crlf ? "crlf" : "lf", events);
        return match.next;
      }
      search = dashes + 1;
    }
    const hold = last ? bytes.length : holdFrom(bytes, from);
    this.#content(bytes.subarray(from, hold), events);
    return hold;
  }

  /** Null when it cannot be a delimiter. */
  #matchAt(bytes: Buffer, at: number, last: boolean): Match | null {
    if (bytes[at] !== DASH) return null;
    if (bytes[at + 1] !== DASH)
      return bytes[at + 1] === undefined && !last ? UNKNOWN_YET : null;
    const match = this.#boundaries.match(bytes, at + 2, last);
    // A boundary with more behind it: RFC 2046 §5.1.2 lets a reader compare the beginning only.
    if (match.kind === "content" && match.level >= 0)
      this.#open[match.level]?.anomalies.add("bad-boundary");
    return match;
  }

  #delimiter(
    match: Match,
    lineBreakBefore: "crlf" | "lf" | "none",
    events: MimeEvent[],
  ): void {
    while (this.#open.length > match.level + 1) this.#endTop(events);
    const multipart = this.#open[match.level];
    if (multipart?.boundary == null) return;
    this.#takeOutside(multipart);
    if (this.#mixes(lineBreakBefore) || this.#mixes(match.ending))
      multipart.anomalies.add("bare-line-ending");
    this.#lineStart = true;
    if (!match.closing) {
      multipart.phase = "parts";
      this.#inHeader = true;
      return;
    }
    this.#boundaries.close(multipart.boundary, match.level);
    multipart.boundary = null;
    multipart.phase = "epilogue";
  }

  #content(bytes: Buffer, events: MimeEvent[]): void {
    const top = this.#open.at(-1);
    if (bytes.length === 0 || top === undefined) return;
    this.#lineStart = false;
    if (!top.node.isLeaf && top.nested === null) {
      this.#outside.write(bytes);
      return;
    }
    this.#deliver(top, top.decoder?.write(bytes) ?? bytes, events);
  }

  #deliver(to: OpenNode, bytes: Uint8Array, events: MimeEvent[]): void {
    if (bytes.length === 0) return;
    if (to.nested === null)
      events.push({ kind: "body", id: to.node.id, bytes });
    else to.nested.write(asBuffer(bytes), events);
  }

  #takeOutside(multipart: OpenNode): void {
    const count = this.#outside.take(multipart.phase === "preamble");
    if (count === 0) return;
    this.#shared.outsideBytes += count;
    multipart.anomalies.add("text-outside-parts");
  }

  #endTop(events: MimeEvent[]): void {
    const top = this.#open.pop();
    if (top === undefined) return;
    const { node, anomalies, decoder, nested } = top;
    if (decoder !== null) {
      this.#deliver(top, decoder.finish(), events);
      if (decoder.anomaly !== null) anomalies.add(decoder.anomaly);
    }
    nested?.finish(events);
    if (!node.isLeaf && !node.isMessage) {
      this.#takeOutside(top);
      if (top.children === 0) anomalies.add("bad-boundary");
      if (top.boundary !== null) {
        anomalies.add("missing-final-boundary");
        this.#boundaries.close(top.boundary, this.#open.length);
      }
    }
    events.push({ kind: "end", id: node.id, anomalies: [...anomalies] });
  }
}

const UNKNOWN_YET: Match = {
  kind: "more",
  level: -1,
  closing: false,
  next: 0,
  ending: "none",
};

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

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

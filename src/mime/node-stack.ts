import { Fault } from "../core/fault.ts";
import type { Anomaly, HeaderField } from "../core/part.ts";
import { asBuffer } from "./as-buffer.ts";
import { OpenBoundaries, type Match } from "./boundary.ts";
import type { MimeEvent, Shared } from "./mime-event.ts";
import type { ContentFacts, MimeNode } from "./node.ts";
import { OutsideText } from "./outside-text.ts";
import { decoderFor, isIdentity, type TransferDecoder } from "./transfer.ts";

/** Reads the decoded bytes of a message that came in base64 or quoted-printable. */
export interface NestedReader {
  write(chunk: Buffer, events: MimeEvent[]): void;
  finish(events: MimeEvent[]): void;
}

export interface OpenNode {
  readonly node: MimeNode;
  readonly anomalies: Set<Anomaly>;
  /** Null unless it is a multipart whose delimiters still count. */
  boundary: string | null;
  phase: "preamble" | "parts" | "epilogue";
  children: number;
  readonly decoder: TransferDecoder | null;
  readonly nested: NestedReader | null;
}

/** The nodes that have begun and not ended, outermost first; bytes of a body belong to the last. */
export class NodeStack {
  readonly boundaries: OpenBoundaries;
  readonly #shared: Shared;
  readonly #above: MimeNode | null;
  readonly #open: OpenNode[] = [];
  readonly #outside = new OutsideText();

  /** `above` is the attached message in whose decoded bytes these nodes stand, null in the mail itself. */
  constructor(shared: Shared, above: MimeNode | null) {
    this.#shared = shared;
    this.#above = above;
    this.boundaries = new OpenBoundaries(shared.dialect.looseBoundaries);
  }

  get size(): number {
    return this.#open.length;
  }

  /** The node that the next one will belong to. */
  get parent(): MimeNode | null {
    return this.#open.at(-1)?.node ?? this.#above;
  }

  at(level: number): OpenNode | undefined {
    return this.#open[level];
  }

  /** Faults: MIME_TOO_DEEP, MIME_TOO_MANY_PARTS. */
  push(
    headers: readonly HeaderField[],
    facts: ContentFacts,
    nest: (node: MimeNode) => NestedReader,
  ): OpenNode {
    const { boundary } = facts;
    const node = this.#place(headers, facts.content);
    const anomalies = new Set(facts.anomalies);
    if (boundary !== null && this.boundaries.open(boundary, this.size))
      anomalies.add("bad-boundary");
    const encoded = node.isMessage && !isIdentity(node.encoding);
    const open: OpenNode = {
      node,
      anomalies,
      boundary,
      phase: "preamble",
      children: 0,
      decoder: node.isLeaf || encoded ? decoderFor(node.encoding) : null,
      nested: encoded ? nest(node) : null,
    };
    this.#open.push(open);
    return open;
  }

  #place(
    headers: readonly HeaderField[],
    content: ContentFacts["content"],
  ): MimeNode {
    const { limits } = this.#shared;
    const parent = this.parent;
    const depth = parent === null ? 0 : parent.depth + 1;
    if (depth > limits.maxDepth)
      throw new Fault("MIME_TOO_DEEP", { limit: limits.maxDepth });
    if (this.#shared.nodes >= limits.maxParts)
      throw new Fault("MIME_TOO_MANY_PARTS", { limit: limits.maxParts });
    const top = this.#open.at(-1);
    const sibling = top === undefined ? 1 : ++top.children;
    return {
      id: this.#shared.nodes++,
      parent: parent?.id ?? null,
      path: childPath(parent, sibling),
      depth,
      headers,
      ...content,
    };
  }

  content(bytes: Buffer, events: MimeEvent[]): void {
    const top = this.#open.at(-1);
    if (bytes.length === 0 || top === undefined) return;
    if (top.node.isLeaf || top.nested !== null)
      deliver(top, top.decoder?.write(bytes) ?? bytes, events);
    else this.#outside.write(bytes);
  }

  /** Ends what is open inside the multipart that `delimiter` belongs to, and gives that multipart. */
  delimit(delimiter: Match, events: MimeEvent[]): OpenNode | undefined {
    while (this.size > delimiter.level + 1) this.endTop(events);
    const multipart = this.#open.at(-1);
    if (multipart === undefined) return undefined;
    this.#takeOutside(multipart);
    multipart.phase = delimiter.closing ? "epilogue" : "parts";
    const stays = this.#shared.dialect.looseBoundaries;
    if (!delimiter.closing || multipart.boundary === null || stays)
      return multipart;
    this.boundaries.close(multipart.boundary, delimiter.level);
    multipart.boundary = null;
    return multipart;
  }

  endTop(events: MimeEvent[]): void {
    const top = this.#open.pop();
    if (top === undefined) return;
    const { node, anomalies, decoder, nested } = top;
    if (decoder !== null) {
      deliver(top, decoder.finish(), events);
      if (decoder.anomaly !== null) anomalies.add(decoder.anomaly);
    }
    nested?.finish(events);
    if (!node.isLeaf && !node.isMessage) this.#endMultipart(top);
    events.push({ kind: "end", id: node.id, anomalies: [...anomalies] });
  }

  #endMultipart(multipart: OpenNode): void {
    this.#takeOutside(multipart);
    if (multipart.children === 0) multipart.anomalies.add("bad-boundary");
    if (multipart.boundary === null) return;
    multipart.anomalies.add("missing-final-boundary");
    this.boundaries.close(multipart.boundary, this.size);
  }

  #takeOutside(multipart: OpenNode): void {
    const count = this.#outside.take(multipart.phase === "preamble");
    if (count === 0) return;
    this.#shared.outsideBytes += count;
    multipart.anomalies.add("text-outside-parts");
  }
}

function childPath(parent: MimeNode | null, sibling: number): string {
  if (parent === null) return "0";
  return parent.path === "0" ? `${sibling}` : `${parent.path}.${sibling}`;
}

function deliver(to: OpenNode, bytes: Uint8Array, events: MimeEvent[]): void {
  if (bytes.length === 0) return;
  if (to.nested === null) events.push({ kind: "body", id: to.node.id, bytes });
  else to.nested.write(asBuffer(bytes), events);
}

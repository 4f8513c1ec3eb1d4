import type { Anomaly } from "../core/part.ts";
import { USUAL, type Dialect } from "./dialect.ts";
import { MimeReader, type MimeLimits, type MimeNode } from "./reader.ts";

/** What a whole mail gave, for tests: nodes in order, each with its joined body. */
export interface ReadNode {
  readonly part: MimeNode;
  readonly body: Buffer;
  readonly anomalies: readonly Anomaly[];
}

export const LIMITS: MimeLimits = {
  maxHeaderBytes: 10_000,
  maxHeaderLineBytes: 20_000,
  maxHeaders: 100,
  maxParts: 50,
  maxDepth: 10,
  maxParameters: 20,
  maxParameterBytes: 9000,
  maxMessageBytes: 10_000_000,
};

/** Reads chunks; also checks what holds for every mail: order of events, one end a node, no empty body. */
export function readChunks(
  chunks: readonly Uint8Array[],
  limits: MimeLimits = LIMITS,
  dialect: Dialect = USUAL,
): { readonly nodes: readonly ReadNode[]; readonly outsideBytes: number } {
  const reader = new MimeReader(limits, dialect);
  const open = new Map<number, { part: MimeNode; bodies: Uint8Array[] }>();
  const nodes: ReadNode[] = [];
  function* events() {
    for (const chunk of chunks) yield* reader.write(chunk);
    yield* reader.finish();
  }
  for (const event of events()) {
    if (event.kind === "part") {
      const { part } = event;
      if (part.id !== open.size + nodes.filter(Boolean).length)
        throw new Error("ids follow document order");
      if (part.parent !== null && !open.has(part.parent))
        throw new Error("a parent ends after its children");
      open.set(part.id, { part, bodies: [] });
      continue;
    }
    const node = open.get(event.id);
    if (node === undefined) throw new Error("events belong to an open node");
    if (event.kind === "body") {
      if (!node.part.isLeaf || event.bytes.length === 0)
        throw new Error("bodies belong to leaves and are not empty");
      node.bodies.push(Buffer.from(event.bytes));
    } else {
      open.delete(event.id);
      nodes[event.id] = {
        part: node.part,
        body: Buffer.concat(node.bodies),
        anomalies: event.anomalies,
      };
    }
  }
  if (open.size > 0) throw new Error("every node ends");
  return { nodes, outsideBytes: reader.outsideBytes };
}

export function cut(bytes: Uint8Array, step: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += step)
    chunks.push(bytes.subarray(at, at + step));
  return chunks;
}

/** Lines joined by CRLF. */
export function mail(...lines: readonly string[]): Buffer {
  return Buffer.from(lines.join("\r\n"), "latin1");
}

/** Header lines, a blank line, body lines of a mail with the boundary `B`. */
export function multipart(...lines: readonly string[]): Buffer {
  return mail('Content-Type: multipart/mixed; boundary="B"', "", ...lines);
}

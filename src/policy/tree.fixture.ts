import type { UntrustedContent } from "../core/content.ts";
import type { Anomaly, Part, PartTree } from "../core/part.ts";

/** A tree from a short list, for tests of decisions: `[parent, declaredType, content kind, …]`. */
export interface SketchedPart {
  readonly parent: number | null;
  readonly type: string;
  /** Kind by content; null for a multipart or an attached message. */
  readonly kind: string | null;
  readonly bytes?: number;
  readonly name?: string;
  readonly disposition?: "inline" | "attachment";
  readonly anomalies?: readonly Anomaly[];
}

export function sketchTree(
  parts: readonly SketchedPart[],
  outsideBytes = 0,
): PartTree {
  return {
    parts: parts.map(sketchPart),
    headers: [],
    messages: new Map(),
    outsideBytes,
  };
}

function sketchPart(part: SketchedPart, id: number): Part {
  const content = {
    bytes: part.bytes ?? 100,
    sha256: String(id).padStart(64, "0"),
  } as UntrustedContent;
  return {
    id,
    parent: part.parent,
    path: String(id),
    depth: 0,
    declaredType: part.type,
    charset: null,
    disposition: part.disposition ?? null,
    untrustedName: part.name ?? null,
    contentId: null,
    anomalies: part.anomalies ?? [],
    leaf:
      part.kind === null
        ? null
        : {
            kind: { type: part.kind, label: part.kind, extension: "bin" },
            content,
          },
  };
}

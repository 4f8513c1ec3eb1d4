import type { Part, PartTree } from "../core/part.ts";

/** Which leaves are the body that a reader sees, and which are only another form of it. */
export interface BodyChoice {
  readonly body: ReadonlyMap<number, "plain" | "html">;
  /** Twins of a chosen part in a multipart/alternative (RFC 2046 §5.1.4): not shown, not kept. */
  readonly twins: ReadonlySet<number>;
}

const BLANK_BYTES = 4;

export function chooseBody(tree: PartTree): BodyChoice {
  const children = childrenOf(tree);
  const body = new Map<number, "plain" | "html">();
  const twins = new Set<number>();

  const visit = (part: Part): void => {
    if (part.leaf !== null) {
      const form = bodyForm(part);
      if (form !== null) body.set(part.id, form);
      return;
    }
    const below = children.get(part.id) ?? [];
    if (part.declaredType !== "multipart/alternative")
      return below.forEach(visit);
    // Plain text is what the sender meant for readers like ours; HTML serves where it is missing or empty.
    const textual = below.filter(
      (child) => textLeaves(child, children).length > 0,
    );
    const chosen =
      textual.find((child) => isPlain(child) && hasText(child)) ??
      textual.findLast(() => true);
    for (const child of below) {
      if (child === chosen || !textual.includes(child)) visit(child);
      else {
        for (const leaf of textLeaves(child, children)) twins.add(leaf.id);
        // A related or mixed twin may carry pictures and files of its own: they are still attachments.
        for (const leaf of leavesBelow(child, children))
          if (!twins.has(leaf.id)) visit(leaf);
      }
    }
  };

  const root = tree.parts[0];
  if (root !== undefined) visit(root);
  return { body, twins };
}

/** Unnamed, unattached text is body; a name or `attachment` makes a file of it. */
function bodyForm(part: Part): "plain" | "html" | null {
  if (
    part.leaf === null ||
    part.disposition === "attachment" ||
    part.untrustedName !== null
  )
    return null;
  if (!part.leaf.kind.type.startsWith("text/")) return null;
  if (part.declaredType === "text/html") return "html";
  return part.declaredType === "text/plain" ||
    part.declaredType === "text/enriched"
    ? "plain"
    : null;
}

function isPlain(part: Part): boolean {
  return part.declaredType === "text/plain";
}

function hasText(part: Part): boolean {
  return (part.leaf?.content.bytes ?? 0) > BLANK_BYTES;
}

function textLeaves(part: Part, children: ReadonlyMap<number, Part[]>): Part[] {
  return leavesBelow(part, children).filter((leaf) => bodyForm(leaf) !== null);
}

function leavesBelow(
  part: Part,
  children: ReadonlyMap<number, Part[]>,
): Part[] {
  if (part.leaf !== null) return [part];
  return (children.get(part.id) ?? []).flatMap((child) =>
    leavesBelow(child, children),
  );
}

function childrenOf(tree: PartTree): Map<number, Part[]> {
  const children = new Map<number, Part[]>();
  for (const part of tree.parts) {
    if (part.parent === null) continue;
    const siblings = children.get(part.parent);
    if (siblings) siblings.push(part);
    else children.set(part.parent, [part]);
  }
  return children;
}

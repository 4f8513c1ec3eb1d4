import type { Part, PartTree } from "../core/part.ts";
import type { TextForm } from "../core/plan.ts";
import { reportForm } from "./text-form.ts";

/** Which leaves are the body that a reader sees, and which are only another form of it. */
export interface BodyChoice {
  readonly body: ReadonlyMap<number, TextForm>;
  /**
   * Twins of a chosen part in a multipart/alternative (RFC 2046 §5.1.4), and files with the very bytes of an invitation
   * that is shown: not shown, not kept.
   */
  readonly twins: ReadonlySet<number>;
}

const BLANK_BYTES = 4;
/** Of the forms, those that say the same in two ways. */
const ALTERNATIVES: ReadonlySet<TextForm | null> = new Set<TextForm>([
  "plain",
  "html",
]);

export function chooseBody(tree: PartTree): BodyChoice {
  const children = childrenOf(tree);
  const body = new Map<number, TextForm>();
  const twins = new Set<number>();

  const visit = (part: Part): void => {
    if (part.leaf !== null) {
      const form = bodyForm(part) ?? invitationForm(part, tree);
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
  for (const twin of filesOfInvitations(tree, body)) twins.add(twin);
  return { body, twins };
}

/**
 * An invitation beside the text says more than the text: it is shown after it, named or not (RFC 6047 §2.4). So is one that
 * is the whole mail.
 */
function invitationForm(part: Part, tree: PartTree): TextForm | null {
  if (part.leaf?.kind.type !== "text/calendar") return null;
  if (part.parent === null)
    return part.disposition === "attachment" ? null : "calendar";
  const parent = tree.parts[part.parent];
  return parent?.declaredType === "multipart/alternative" ? "calendar" : null;
}

/** Calendar programs send the invitation once more as `invite.ics`. */
function* filesOfInvitations(
  tree: PartTree,
  body: ReadonlyMap<number, TextForm>,
): Generator<number> {
  const shown = new Set<string>();
  for (const [id, form] of body) {
    const content = tree.parts[id]?.leaf?.content;
    if (form === "calendar" && content !== undefined) shown.add(content.sha256);
  }
  if (shown.size === 0) return;
  for (const { id, leaf } of tree.parts)
    if (leaf !== null && !body.has(id) && shown.has(leaf.content.sha256))
      yield id;
}

/** Unnamed, unattached text is body; a name or `attachment` makes a file of it. Reports are body in any case. */
function bodyForm(part: Part): TextForm | null {
  const report = reportForm(part);
  if (report !== null) return report;
  if (
    part.leaf === null ||
    part.disposition === "attachment" ||
    part.untrustedName !== null
  )
    return null;
  const { type } = part.leaf.kind;
  if (!type.startsWith("text/")) return null;
  if (type === "text/calendar") return "calendar";
  if (type === "text/vcard") return "vcard";
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
  return leavesBelow(part, children).filter((leaf) =>
    ALTERNATIVES.has(bodyForm(leaf)),
  );
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

import type {
  HeaderField,
  OtherReadings,
  Part,
  PartTree,
} from "../core/part.ts";
import { MAIL, OUTLOOK } from "./packed-mail.ts";

/** A tree that is written once more, with what was found in its leaves below them, in document order with new ids. */
export class GrownTree {
  readonly #from: PartTree;
  readonly #parts: Part[] = [];
  readonly #messages = new Map<number, readonly HeaderField[]>();
  readonly #ids = new Map<number, number>();
  readonly #otherReadings: OtherReadings[] = [];
  #outsideBytes: number;

  constructor(from: PartTree) {
    this.#from = from;
    this.#outsideBytes = from.outsideBytes;
    if (from.otherReadings !== undefined)
      this.#otherReadings.push(from.otherReadings);
  }

  get size(): number {
    return this.#parts.length;
  }

  keep(part: Part): number {
    const id = this.#parts.length;
    const parent =
      part.parent === null ? null : (this.#ids.get(part.parent) ?? null);
    this.#ids.set(part.id, id);
    this.#parts.push({ ...part, id, parent });
    const headers = this.#from.messages.get(part.id);
    if (headers !== undefined) this.#messages.set(id, headers);
    return id;
  }

  open(
    part: Part,
    { type, inner }: { readonly type: string; readonly inner: PartTree },
  ): void {
    const base = this.keep({ ...part, declaredType: type, leaf: null }) + 1;
    const root = part.path === "0" ? "1" : `${part.path}.1`;
    for (const child of inner.parts)
      this.#parts.push({
        ...child,
        id: base + child.id,
        parent: child.parent === null ? base - 1 : base + child.parent,
        path: child.path === "0" ? root : `${root}.${child.path}`,
        depth: part.depth + 1 + child.depth,
      });
    for (const [id, headers] of inner.messages)
      this.#messages.set(base + id, headers);
    if (type === MAIL || type === OUTLOOK)
      this.#messages.set(base - 1, inner.headers);
    this.#outsideBytes += inner.outsideBytes;
    // Read as a file instead of a mail it is one more thing for the scanner; nobody is in doubt about the leaves.
    if (part.leaf !== null)
      this.#otherReadings.push({ agree: true, contents: [part.leaf.content] });
    if (inner.otherReadings !== undefined)
      this.#otherReadings.push(inner.otherReadings);
  }

  /** The mail that the pit wrote is only their wrapping: members stand directly below their archive. */
  openArchive(part: Part, inner: PartTree): void {
    const archive = this.keep(part);
    const prefix = part.path === "0" ? "" : `${part.path}.`;
    for (const child of inner.parts) {
      if (child.parent === null) continue;
      this.#parts.push({
        ...child,
        id: archive + child.id,
        parent: archive + child.parent,
        path: `${prefix}${child.path}`,
        depth: part.depth + child.depth,
      });
    }
    // A mail in an archive becomes files, so it has no heading in the text.
    this.#outsideBytes += inner.outsideBytes;
    if (inner.otherReadings !== undefined)
      this.#otherReadings.push(inner.otherReadings);
  }

  #joinedReadings(): Pick<PartTree, "otherReadings"> {
    const all = this.#otherReadings;
    if (all.length === 0) return {};
    const agree = all.every((one) => one.agree);
    const contents = all.flatMap((one) => one.contents);
    return { otherReadings: { agree, contents } };
  }

  tree(): PartTree {
    return {
      ...this.#from,
      parts: this.#parts,
      messages: this.#messages,
      outsideBytes: this.#outsideBytes,
      ...this.#joinedReadings(),
    };
  }
}

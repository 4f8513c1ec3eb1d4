/*
NAME       body text: the sender's words in their order, attached mails under headings of their own
ZONE       airlock
SECURITY   takes clean text only; what it reads of headers is decoded and cleaned again here
STANDARDS  RFC 5322 §3.6, RFC 6522 §3
NOT HERE   the notice (policy), the mail around it (rebuild)
*/
import type { HeaderField, Part, PartTree } from "../core/part.ts";
import type { LinkMode } from "../core/plan.ts";
import { dateWords } from "../mime/calendar-time.ts";
import { cleanLine } from "../mime/clean-text.ts";
import { parseDate } from "../mime/date.ts";
import { removeEncodedBlocks } from "../mime/encoded-blocks.ts";
import { decodeHeaderText } from "../mime/encoded-word.ts";
import { showLinks } from "../mime/links.ts";
import { disarmImitation } from "../policy/imitation.ts";

const NOTHING = "（本文はありません）";

/** `allBodies`: clean text by part id. */
export function bodyText(
  tree: PartTree,
  allBodies: ReadonlyMap<number, string>,
  links: LinkMode = "keep",
): string {
  const bodies = withoutRepeats(tree, allBodies);
  const pieces =
    tree.messages.size === 0
      ? [...bodies.values()]
      : withHeadings(tree, bodies, links);
  const shown = pieces
    .map((piece) => disarmImitation(piece.trimEnd()))
    .filter((piece) => piece !== "");
  return shown.length === 0 ? NOTHING : shown.join("\n\n");
}

const TNEF = "application/vnd.ms-tnef";

/** A winmail.dat mostly repeats the text of the mail that it came with; nobody wants to read the same words twice. */
function withoutRepeats(
  tree: PartTree,
  bodies: ReadonlyMap<number, string>,
): ReadonlyMap<number, string> {
  const shells = tree.parts.filter((part) => part.declaredType === TNEF);
  if (shells.length === 0) return bodies;
  const inShell = (id: number): boolean => {
    const parent = tree.parts[id]?.parent ?? null;
    return (
      parent !== null &&
      (shells.some((shell) => shell.id === parent) || inShell(parent))
    );
  };
  const bare = (text: string) => text.replace(/\s+/g, "");
  const said = new Set(
    [...bodies].filter(([id]) => !inShell(id)).map(([, text]) => bare(text)),
  );
  return new Map(
    [...bodies].filter(([id, text]) => !inShell(id) || !said.has(bare(text))),
  );
}

/** Where an attached mail begins and, when more follows that is not its own, where it ends. */
function withHeadings(
  tree: PartTree,
  bodies: ReadonlyMap<number, string>,
  links: LinkMode,
): string[] {
  const mails = new AttachedMails(tree);
  const pieces: string[] = [];
  let inside: number | null = null;
  for (const part of tree.parts) {
    const headers = tree.messages.get(part.id);
    if (headers !== undefined) {
      const heading = attachedHeading(mails.title(part), headers);
      pieces.push(showLinks(heading, links).text);
      inside = part.id;
    }
    const body = bodies.get(part.id);
    if (body === undefined || body.trim() === "") continue;
    const own = mails.around(part);
    if (inside !== own) pieces.push(mails.goingOn(own));
    inside = own;
    pieces.push(body);
  }
  return pieces;
}

/** Names the attached mail that a part stands in, by part id; null for parts of the mail itself. */
export function attachedMailOf(tree: PartTree): (id: number) => string | null {
  if (tree.messages.size === 0) return () => null;
  const mails = new AttachedMails(tree);
  return (id) => {
    const part = tree.parts[id];
    const own = part === undefined ? null : mails.around(part);
    return own === null ? null : mails.number(own);
  };
}

/** The mails in a mail with their numbers, such as `2-1`: the first mail in the second. One alone has none. */
class AttachedMails {
  readonly #tree: PartTree;
  readonly #numbers = new Map<number, string>();

  constructor(tree: PartTree) {
    this.#tree = tree;
    const counts = new Map<number | null, number>();
    for (const part of tree.parts) {
      if (!tree.messages.has(part.id)) continue;
      const above = this.around(part);
      const count = (counts.get(above) ?? 0) + 1;
      counts.set(above, count);
      const outer = above === null ? "" : `${this.#numbers.get(above) ?? ""}-`;
      this.#numbers.set(part.id, `${outer}${count}`);
    }
  }

  /** Id of the attached mail that a part stands in, itself not counted. */
  around(part: Part): number | null {
    let above = part.parent;
    while (above !== null && !this.#tree.messages.has(above))
      above = this.#tree.parts[above]?.parent ?? null;
    return above;
  }

  number(id: number): string {
    return this.#tree.messages.size > 1 ? (this.#numbers.get(id) ?? "") : "";
  }

  title(part: Part): string {
    const parent = part.parent === null ? null : this.#tree.parts[part.parent];
    if (parent?.declaredType === "multipart/report") return "元のメール";
    return `添付されたメール ${this.number(part.id)}`.trimEnd();
  }

  goingOn(id: number | null): string {
    return id === null
      ? "──── ここから元の本文の続き ────"
      : `──── ここから添付されたメール ${this.number(id)} の続き ────`;
  }
}

const MAX_FIELD_CHARACTERS = 200;

function attachedHeading(
  title: string,
  headers: readonly HeaderField[],
): string {
  const value = (name: string) => {
    const field = headers.find((one) => one.name.toLowerCase() === name);
    if (field === undefined) return "";
    const line = cleanLine(
      decodeHeaderText(field.untrustedValue),
      MAX_FIELD_CHARACTERS,
    );
    return removeEncodedBlocks(line).text;
  };
  const line = (label: string, text: string) =>
    text === "" ? [] : [`${label}：${text}`];
  const date = value("date");
  const read = parseDate(date);
  return [
    `──── ${title} ────`,
    ...line("件名", value("subject")),
    ...line("差出人", value("from")),
    ...line("宛先", value("to")),
    ...line("日時", read === null ? date : dateWords(read.at)),
  ].join("\n");
}

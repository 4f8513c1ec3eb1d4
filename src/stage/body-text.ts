/*
NAME       body text: the sender's words in their order, attached mails under headings of their own
ZONE       airlock
SECURITY   takes clean text only; what it reads of headers is decoded and cleaned again here
STANDARDS  RFC 5322 §3.6, RFC 6522 §3
NOT HERE   the notice (policy), the mail around it (rebuild)
*/
import type { HeaderField, Part, PartTree } from "../core/part.ts";
import { dateWords } from "../mime/calendar-time.ts";
import { cleanLine } from "../mime/clean-text.ts";
import { parseDate } from "../mime/date.ts";
import { removeEncodedBlocks } from "../mime/encoded-blocks.ts";
import { decodeHeaderText } from "../mime/encoded-word.ts";
import { disarmImitation } from "../policy/notice.ts";

const NOTHING = "（本文はありません）";

/** `bodies`: clean text by part id. */
export function bodyText(
  tree: PartTree,
  bodies: ReadonlyMap<number, string>,
): string {
  const pieces =
    tree.messages.size === 0
      ? [...bodies.values()]
      : new MailsInMail(tree, bodies).pieces();
  const shown = pieces
    .map((piece) => disarmImitation(piece.trimEnd()))
    .filter((piece) => piece !== "");
  return shown.length === 0 ? NOTHING : shown.join("\n\n");
}

/** Where an attached mail begins and, when more follows that is not its own, where it ends. */
class MailsInMail {
  readonly #tree: PartTree;
  readonly #bodies: ReadonlyMap<number, string>;
  /** By part id, such as `2-1`: the first mail in the second. */
  readonly #numbers = new Map<number, string>();
  readonly #counts = new Map<number | null, number>();

  constructor(tree: PartTree, bodies: ReadonlyMap<number, string>) {
    this.#tree = tree;
    this.#bodies = bodies;
  }

  pieces(): string[] {
    const pieces: string[] = [];
    let inside: number | null = null;
    for (const part of this.#tree.parts) {
      const headers = this.#tree.messages.get(part.id);
      if (headers !== undefined) {
        pieces.push(this.#heading(part, headers));
        inside = part.id;
      }
      const body = this.#bodies.get(part.id);
      if (body === undefined || body.trim() === "") continue;
      const own = this.#mailAround(part);
      if (inside !== own) pieces.push(this.#ending(own));
      inside = own;
      pieces.push(body);
    }
    return pieces;
  }

  #mailAround(part: Part): number | null {
    let above = part.parent;
    while (above !== null && !this.#tree.messages.has(above))
      above = this.#tree.parts[above]?.parent ?? null;
    return above;
  }

  #heading(part: Part, headers: readonly HeaderField[]): string {
    const around = this.#mailAround(part);
    const count = (this.#counts.get(around) ?? 0) + 1;
    this.#counts.set(around, count);
    const outer = around === null ? "" : `${this.#numbers.get(around) ?? ""}-`;
    const number = `${outer}${count}`;
    this.#numbers.set(part.id, number);
    return attachedHeading(this.#title(part, number), headers);
  }

  #title(part: Part, number: string): string {
    const parent = part.parent === null ? null : this.#tree.parts[part.parent];
    if (parent?.declaredType === "multipart/report") return "元のメール";
    return this.#tree.messages.size > 1
      ? `添付されたメール ${number}`
      : "添付されたメール";
  }

  #ending(back: number | null): string {
    return back === null
      ? "──── ここから元の本文の続き ────"
      : `──── ここから添付されたメール ${this.#numbers.get(back) ?? ""} の続き ────`;
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

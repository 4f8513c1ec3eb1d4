import { createHash } from "node:crypto";

/** RFC 5322 §3.6.4: dot-atoms, or an address literal on the right (no-fold-literal), narrower than there. */
const ATOMS = "[\\w!#$%&'*+/=?^`{|}~-]+(?:\\.[\\w!#$%&'*+/=?^`{|}~-]+)*";
const LITERAL = "\\[[A-Za-z0-9.:-]{1,60}\\]";
const MESSAGE_ID = new RegExp(`^${ATOMS}@(?:${ATOMS}|${LITERAL})$`);
const MAX_MESSAGE_ID_CHARACTERS = 250;
const MAX_LINE_CHARACTERS = 76;

/**
 * As they stood, in order, each once; blanks inside go, since only folding puts them there. Comments and phrases of old
 * mailers between them are passed over; where no brackets are, each word with an @ counts, or the one word there is.
 */
export function parseMessageIds(untrusted: string, max: number): string[] {
  const found = new Set<string>();
  for (const id of idsIn(untrusted)) {
    if (found.size >= max) break;
    if (id !== "") found.add(id);
  }
  return [...found];
}

function* idsIn(untrusted: string): Generator<string> {
  if (!untrusted.includes("<")) {
    const words = untrusted.split(/[\s,>]+/).filter((word) => word !== "");
    yield* words.length === 1
      ? words
      : words.filter((word) => /.@./.test(word));
    return;
  }
  for (const [, id = "", end] of untrusted.matchAll(/<([^<>]*)(>?)/g))
    yield end === ">"
      ? id.replace(/\s+/g, "")
      : (id.trim().split(/\s/, 1)[0] ?? "");
}

/**
 * What stands for an id in the mail that leaves: itself where the grammar allows it, else always the same one of ours, so
 * that an answer still finds the mail that it answers.
 */
export function writtenMessageId(untrustedId: string): string {
  const fits =
    untrustedId.length <= MAX_MESSAGE_ID_CHARACTERS &&
    !untrustedId.includes("=?") &&
    MESSAGE_ID.test(untrustedId);
  if (fits) return `<${untrustedId}>`;
  const hash = createHash("sha256").update(untrustedId, "latin1").digest("hex");
  return `<${hash.slice(0, 32)}@sekisho.invalid>`;
}

/** One a line where they do not fit; an id is never cut. */
export function foldMessageIds(
  ids: readonly string[],
  lineUsed: number,
): string {
  let text = "";
  let used = lineUsed;
  for (const [index, id] of ids.entries()) {
    const fits = used + 1 + id.length <= MAX_LINE_CHARACTERS;
    if (index > 0) text += fits ? " " : "\r\n ";
    used = (index > 0 && !fits ? 0 : used) + 1 + id.length;
    text += id;
  }
  return text;
}

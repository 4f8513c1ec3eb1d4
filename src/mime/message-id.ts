/** RFC 5322 §3.6.4 by a strict grammar: dot-atoms on both sides. Odd ones are dropped, never mended. */
const ATOMS = "[\\w!#$%&'*+/=?^`{|}~-]+(?:\\.[\\w!#$%&'*+/=?^`{|}~-]+)*";
const MESSAGE_ID = new RegExp(`^${ATOMS}@${ATOMS}$`);
const MAX_MESSAGE_ID_CHARACTERS = 250;
const MAX_LINE_CHARACTERS = 76;

/** In order, each once. Comments and phrases of old mailers between them are passed over. */
export function parseMessageIds(untrusted: string, max: number): string[] {
  const found = new Set<string>();
  for (const [, id = ""] of untrusted.matchAll(/<\s*([^<>\s]+)\s*>/g)) {
    if (found.size >= max) break;
    if (id.length > MAX_MESSAGE_ID_CHARACTERS || id.includes("=?")) continue;
    if (MESSAGE_ID.test(id)) found.add(`<${id}>`);
  }
  return [...found];
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

/** Where the text of a page is not markup. */
const OPENING = /<!--|<(style|script|textarea|title|xmp)\b[^<>]{0,1000}>/gi;

/** The style sheets for a screen that stand in a page itself, neither in a comment nor in a script. One pass. */
export function* styleSheetsIn(html: string): Generator<string> {
  const opening = new RegExp(OPENING);
  for (
    let start = opening.exec(html);
    start !== null;
    start = opening.exec(html)
  ) {
    const name = start[1]?.toLowerCase();
    const from = start.index + start[0].length;
    const end =
      name === undefined ? commentEnd(html, from) : endOf(html, from, name);
    const media = /\bmedia\s*=\s*["']?\s*(?:print|speech)/i;
    if (name === "style" && !media.test(start[0]))
      yield html.slice(from, end ?? html.length);
    if (end === null) return;
    opening.lastIndex = end;
  }
}

/** HTML §13.2.5.43: `<!-->` and `<!--->` are whole comments. */
function commentEnd(html: string, from: number): number | null {
  if (html.startsWith(">", from)) return from + 1;
  if (html.startsWith("->", from)) return from + 2;
  const end = html.indexOf("-->", from);
  return end < 0 ? null : end + 3;
}

function endOf(html: string, from: number, name: string): number | null {
  const end = new RegExp(`</${name}`, "gi");
  end.lastIndex = from;
  return end.exec(html)?.index ?? null;
}

/** Rules that stand in no block of their own; braces are counted, so that a block is passed over whole. */
export function* topRules(
  sheet: string,
): Generator<{ readonly selector: string; readonly body: string }> {
  let depth = 0;
  let selector = "";
  let from = 0;
  for (const { 0: brace, index } of sheet.matchAll(/[{}]/g)) {
    const text = sheet.slice(from, index);
    from = index + 1;
    if (brace === "{") {
      if (depth === 0)
        selector = withoutComments(text)
          .replace(/<!--|-->/g, "")
          .trim();
      depth++;
    } else {
      depth = Math.max(0, depth - 1);
      if (depth === 0 && !selector.startsWith("@"))
        yield { selector, body: text };
    }
  }
}

/** CSS Syntax 4.3.2; a comment without an end goes on to the end. */
export function withoutComments(text: string): string {
  let kept = "";
  let from = 0;
  for (;;) {
    const start = text.indexOf("/*", from);
    if (start < 0) return kept + text.slice(from);
    kept += text.slice(from, start);
    const end = text.indexOf("*/", start + 2);
    if (end < 0) return kept;
    from = end + 2;
  }
}

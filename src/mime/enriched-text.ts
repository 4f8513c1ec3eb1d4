const TOKEN = /<<|<\/?([A-Za-z0-9-]{1,60})>|(?:\r?\n)+/g;

/**
 * text/enriched (RFC 1896) without its commands: one line end is a blank, more of them are one fewer, but not inside
 * `nofill`; `<<` is a letter, and what stands between `param` is for the command alone. Line ends come out as LF.
 */
export function enrichedText(text: string): string {
  const kept: string[] = [];
  let asIs = 0;
  let from = 0;
  let parameter = false;
  for (const token of text.matchAll(TOKEN)) {
    const [written, name = ""] = token;
    if (!parameter) kept.push(text.slice(from, token.index));
    from = token.index + written.length;
    const command = name.toLowerCase();
    const begins = !written.startsWith("</");
    if (command === "param") parameter = begins;
    else if (command === "nofill") asIs = Math.max(0, asIs + (begins ? 1 : -1));
    if (parameter) continue;
    if (written === "<<") kept.push("<");
    else if (command === "") kept.push(breaks(written, asIs > 0));
  }
  // A parameter without an end hides nothing.
  kept.push(text.slice(from));
  return kept.join("");
}

function breaks(ends: string, asIs: boolean): string {
  const count = ends.split("\n").length - 1;
  if (asIs) return "\n".repeat(count);
  return count === 1 ? " " : "\n".repeat(count - 1);
}

/** How a text/plain part was wrapped by its sender (RFC 3676): `delsp` lost a blank at each break that was not there. */
export type Flowed = "space" | "delsp";

/**
 * Lines that were broken to fit are put together again (RFC 3676 §4): a line that ends in a blank goes on in the next one
 * of the same quote depth. Quote marks stay, stuffed blanks go, and `-- ` in front of a signature is never joined.
 * Line ends come out as LF.
 */
export function unwrapFlowed(text: string, flowed: Flowed): string {
  const kept: string[] = [];
  let open = false;
  let depth = 0;
  for (const line of text.split(/\r?\n/)) {
    const quotes = quoteDepth(line);
    const stuffed = line.charAt(quotes) === " " ? 1 : 0;
    const words = line.slice(quotes + stuffed);
    const isSignature = words === "-- ";
    const goesOn = words.endsWith(" ") && !isSignature;
    const shown = goesOn && flowed === "delsp" ? words.slice(0, -1) : words;
    if (open && quotes === depth && !isSignature) kept.push(shown);
    else kept.push(kept.length === 0 ? "" : "\n", marks(quotes, words), shown);
    open = goesOn;
    depth = quotes;
  }
  return kept.join("");
}

function quoteDepth(line: string): number {
  let depth = 0;
  while (line.charCodeAt(depth) === 0x3e) depth++;
  return depth;
}

function marks(depth: number, words: string): string {
  return depth === 0 ? "" : ">".repeat(depth) + (words === "" ? "" : " ");
}

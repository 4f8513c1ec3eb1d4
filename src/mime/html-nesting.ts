/** Never have content, so they never nest. */
const VOID = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(
    " ",
  ),
);

/**
 * Renames elements deeper than `maxNesting` to the empty `wbr`: HTML parsers search their stack at every closing tag, which
 * makes a million nested tags cost hours, and recursion has an end. Counts as the parser does, names by names, so that
 * closing tags that close nothing do not hide the depth. Tags inside comments and scripts may be counted too; that costs
 * nothing but looks.
 */
export function flattenNesting(html: string, maxNesting: number): string {
  const stack: string[] = [];
  const open = new Map<string, number>();
  return html.replace(
    /<(\/?)([A-Za-z][^\s/>]{0,40})/g,
    (tag, slash: string, written: string) => {
      const name = written.toLowerCase();
      if (VOID.has(name)) return tag;
      if (slash === "") {
        if (stack.length >= maxNesting) return "<wbr";
        stack.push(name);
        open.set(name, (open.get(name) ?? 0) + 1);
        return tag;
      }
      if ((open.get(name) ?? 0) === 0) return tag;
      for (
        let closed = stack.pop();
        closed !== undefined;
        closed = stack.pop()
      ) {
        open.set(closed, (open.get(closed) ?? 1) - 1);
        if (closed === name) break;
      }
      return tag;
    },
  );
}

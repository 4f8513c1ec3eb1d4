/** As much of Markdown as our own pages use. */

/** Cells of all table rows but the heads, in order; `\|` is a bar inside a cell. */
export function rowsOf(text: string): string[][] {
  const lines = text.split("\n");
  return lines
    .filter((line, at) => line.startsWith("|") && !isHead(lines, at))
    .map((line) =>
      line
        .trim()
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll("\\|", "|")),
    );
}

const RULE = /^\|[\s:|-]+\|$/;

/** A table's first line, or the rule below it. */
function isHead(lines: readonly string[], at: number): boolean {
  const rule = (place: number) => RULE.test(lines[place]?.trim() ?? "");
  return rule(at) || rule(at + 1);
}

/** What stands below the heading `title`, up to the next one of its level. Throws when there is no such heading. */
export function section(text: string, title: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex(
    (line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === title,
  );
  if (start === -1) throw new Error(`there is no heading "${title}"`);
  const level = lines[start]!.indexOf(" ");
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => {
    const next = /^(#+) /.exec(line)?.[1]?.length ?? Infinity;
    return next <= level;
  });
  return after.slice(0, end === -1 ? after.length : end).join("\n");
}

export function withoutCode(text: string): string {
  return text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
}

export function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
}

/** The names that a link may use for a page's headings. */
export function slugsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

const PATH =
  /^(?:(?:src|workers|test|fixtures|config|docs|bench|docker|\.ci)(?:\/[\w.-]+)*|package\.json|LICENSE)$/;

/** Files and folders of the repository that stand in backticks. */
export function pathsIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)]
    .map((match) => match[1]!)
    .filter((word) => word.includes("/") && PATH.test(word));
}

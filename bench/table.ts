import type { Row } from "./bench.ts";

const HEAD = ["bench", "unit", "ours", "rival", "figure", "ratio"] as const;

/** Aligned columns, one line a rival, notes below each benchmark. */
export function humanTable(rows: readonly Row[]): string {
  const lines = rows.map(cells);
  const widths = HEAD.map((head, column) =>
    Math.max(
      head.length,
      ...lines.flat().map((line) => line[column]?.length ?? 0),
    ),
  );
  const align = (line: readonly string[]) =>
    line
      .map((cell, column) =>
        column === 2 || column >= 4
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const body = rows.flatMap((row, at) => [
    ...(lines[at] ?? []).map(align),
    ...wrap(row.note, 110).map((line) => `    ${line}`),
  ]);
  return [align(HEAD), ...body, ""].join("\n");
}

/** For the README. */
export function markdownTable(rows: readonly Row[]): string {
  const body = rows.map((row) => {
    const rivals = Object.entries(row.rivals).map(
      ([name, figure]) => `${name} ${figure} (× ${row.ratio[name] ?? "–"})`,
    );
    return `| \`${row.bench}\` | ${row.unit} | ${row.ours ?? "–"} | ${rivals.join("<br>")} | ${row.note} |`;
  });
  return [
    "| benchmark | unit | Sekisho | rivals (× = Sekisho / rival) | note |",
    "|---|---|--:|---|---|",
    ...body,
    "",
  ].join("\n");
}

function cells(row: Row): string[][] {
  const own = [row.bench, row.unit, row.ours === null ? "–" : `${row.ours}`];
  const rivals = Object.entries(row.rivals);
  if (rivals.length === 0) return [[...own, "", "", ""]];
  return rivals.map(([name, figure], at) => [
    ...(at === 0 ? own : ["", "", ""]),
    name,
    `${figure}`,
    `${row.ratio[name] ?? "–"}`,
  ]);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length >= width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

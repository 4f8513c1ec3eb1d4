import type { Report } from "../core/report.ts";
import { BYTE_ORDER_MARK, csvLine } from "./csv.ts";
import { reportTables } from "./report-tables.ts";
import { gapWords, moment, periodWords } from "./report-words.ts";

export interface ReportNames {
  /** Of the gateway, or of the tenants that it was made for. */
  readonly about: string;
  readonly nameOf: (tenant: string) => string;
}

/** All tables one below the other, for a spreadsheet. */
export function reportCsv(report: Report, names: ReportNames): string {
  const lines = [
    csvLine(["関所 報告", periodWords(report)]),
    csvLine(["対象", names.about]),
    csvLine(["作成日時", moment(report.madeAt)]),
    ...gapWords(report).map((words) => csvLine(["注意", words])),
  ];
  for (const { title, head, rows, empty } of reportTables(
    report,
    names.nameOf,
  )) {
    lines.push("\r\n", csvLine([title]));
    if (rows.length === 0) lines.push(csvLine([empty]));
    else lines.push(csvLine(head), ...rows.map((row) => csvLine(row)));
  }
  return BYTE_ORDER_MARK + lines.join("");
}

/** The same for a terminal. */
export function reportText(report: Report, names: ReportNames): string {
  const lines = [
    `関所 報告　${periodWords(report)}　${names.about}`,
    ...gapWords(report).map((words) => `※ ${words}`),
  ];
  for (const { title, head, rows, empty } of reportTables(
    report,
    names.nameOf,
  )) {
    lines.push("", `■ ${title}`);
    if (rows.length === 0) lines.push(`  ${empty}`);
    else if (head.length > 2) lines.push(`  ${head.join("  ")}`);
    for (const row of rows)
      lines.push(`  ${row.map((cell) => flat(String(cell))).join("  ")}`);
  }
  return lines.join("\n");
}

function flat(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    " ",
  );
}

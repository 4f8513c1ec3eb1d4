/** What a spreadsheet takes for the beginning of a formula or a command, also in full width and behind blanks. */
const FORMULA = /^[\s\u3000]*[=+\-@＝＋－＠\t\r]|^[\t\r\n]/u;

/**
 * Cells quoted, line ends CRLF (RFC 4180 §2). A cell that a spreadsheet would compute gets an apostrophe in front
 * (OWASP ASVS 5.0, 1.2.10); line ends and control characters inside of cells become blanks.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | null): string {
  const raw = String(value ?? "");
  const safe = typeof value === "string" && FORMULA.test(raw) ? `'${raw}` : raw;
  const flat = safe.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
  return `"${flat.replaceAll('"', '""')}"`;
}

/** Spreadsheets read UTF-8 as something else without it. */
export const BYTE_ORDER_MARK = "\ufeff";

/** What a spreadsheet takes for the beginning of a formula or a command, also in full width and behind blanks. */
const FORMULA = /^[\s\u3000]*[=+\-@＝＋－＠]/u;

/**
 * Cells quoted, line ends CRLF (RFC 4180 §2). A cell that a spreadsheet would compute gets an apostrophe in front
 * (OWASP ASVS 5.0, 1.2.10); line ends and control characters inside of cells become blanks.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | null): string {
  // First flat, then looked at: what becomes a blank must not hide the beginning of a formula.
  const flat = String(value ?? "").replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g,
    " ",
  );
  const safe =
    typeof value === "string" && FORMULA.test(flat) ? `'${flat}` : flat;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** Spreadsheets read UTF-8 as something else without it. */
export const BYTE_ORDER_MARK = "\ufeff";

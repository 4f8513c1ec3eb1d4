/** The values of a workbook as one CSV, which a spreadsheet opens without finding a formula in it. */
export interface SheetValues {
  /** Clean, on one line. */
  readonly name: string;
  /** CSV of one sheet with LF or CRLF, as text. */
  readonly values: string;
}

/** One sheet as it is; several each below a line with their name, and a blank line between them. Empty ones are left out. */
export function workbookCsv(all: readonly SheetValues[]): string {
  const sheets = all.filter(({ values }) => /[^,\s]/.test(values));
  const texts = sheets.map(({ values }) => withoutFormulas(values));
  const [only] = texts;
  if (texts.length <= 1) return only ?? "";
  return sheets
    .map(({ name }, at) => `${cell(`【${name}】`)}\n${texts[at] ?? ""}`)
    .join("\n");
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * What a spreadsheet takes for the begin of a formula gets an apostrophe in front, as people write it there; numbers and
 * lone signs stay. A text "=…" in a workbook is a text, but the same in a CSV would be calculated.
 */
function withoutFormulas(csv: string): string {
  let quoted = false;
  let made = "";
  let kept = 0;
  for (let at = 0; at < csv.length; at++) {
    const before = at === 0 ? "\n" : csv[at - 1];
    const begins = !quoted && (before === "," || before === "\n");
    if (begins) {
      const start = csv[at] === '"' ? at + 1 : at;
      BEGINS.lastIndex = start;
      if (BEGINS.test(csv)) {
        made += `${csv.slice(kept, start)}'`;
        kept = start;
      }
    }
    if (csv[at] === '"') quoted = !quoted;
  }
  return made + csv.slice(kept);
}

/** After blanks, also wide ones: spreadsheets skip these. A number, with or without a unit sign, is what it says. */
const BEGINS =
  /[ \t\u3000]{0,99}(?![-+][0-9][0-9.,]{0,40}(?:[eE][-+]?[0-9]{1,3})?%?[ ]{0,9}(?:[,"\r\n]|$))[-+=@＝＋－＠](?![,"\r\n ]|-*(?:[,"\r\n]|$))/y;

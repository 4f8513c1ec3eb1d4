/** The table that tesseract says (TSV): a row for each page, block, paragraph, line and word, of which the words count. */
import { PitRefusal } from "../speak.ts";

/** In dots, from the upper left of the page. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Word extends Place {
  readonly text: string;
  /** 0–100 */
  readonly sure: number;
}

/** Words in the order in which they are read. */
export type Line = readonly Word[];

const HEADER =
  "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext";
const COLUMNS = HEADER.split("\t").length;
const WORD_LEVEL = 5;
const NUMBER = /^-?\d{1,9}(?:\.\d{1,9})?$/;

/** Faults: DOCUMENT_UNREADABLE for what is no such table. */
export function readTable(text: string): readonly Line[] {
  const [header, ...rows] = text.split("\n");
  if (header !== HEADER) throw new PitRefusal("DOCUMENT_UNREADABLE");
  const lines = new Map<string, Word[]>();
  for (const row of rows) {
    if (row === "") continue;
    const fields = row.split("\t");
    const numbers = fields.slice(0, -1);
    if (fields.length !== COLUMNS || !numbers.every((one) => NUMBER.test(one)))
      throw new PitRefusal("DOCUMENT_UNREADABLE");
    const [level, page, block, paragraph, line] = numbers;
    const word = wordOf(numbers.slice(6).map(Number), fields.at(-1) ?? "");
    if (Number(level) !== WORD_LEVEL || word === null) continue;
    const key = [page, block, paragraph, line].join();
    const known = lines.get(key);
    if (known === undefined) lines.set(key, [word]);
    else known.push(word);
  }
  return [...lines.values()];
}

function wordOf(
  [left = 0, top = 0, width = 0, height = 0, sure = 0]: readonly number[],
  untrimmed: string,
): Word | null {
  const text = untrimmed.trim();
  if (text === "" || width <= 0 || height <= 0) return null;
  return { text, left, top, width, height, sure };
}

/** Of all letters together; 0 where there are none. */
export function sureness(lines: readonly Line[]): number {
  const words = lines.flat();
  const letters = words.reduce((sum, { text }) => sum + text.length, 0);
  if (letters === 0) return 0;
  return (
    words.reduce((sum, { text, sure }) => sum + sure * text.length, 0) / letters
  );
}

/**
 * Text that can be searched and marked and is never drawn: render mode 3, in a font without glyphs (ISO 32000-1 §9.3.6,
 * §9.7.4, §9.10.3). A character's code is its place in the order in which the document first uses it.
 */
import { Buffer } from "node:buffer";
import type { Direction, TextRun } from "./text-runs.ts";

/** Codes of two bytes; 0 stands for no character. */
const MAX_CODES = 65_535;
const BLOCK = 100;
const MATRIX: Readonly<Record<Direction, string>> = {
  right: "1 0 0 1",
  down: "0 -1 1 0",
  up: "0 1 -1 0",
};
const LEAST_SIZE = 0.1;
const MAX_STRETCH = 10_000;

export class TextCodes {
  /** Four hexadecimal digits for each. */
  readonly #codes = new Map<string, string>();

  get count(): number {
    return this.#codes.size;
  }

  /** Two bytes a character, in hexadecimal; characters beyond the last code are left out. */
  encode(text: string): string {
    let hex = "";
    for (const character of text)
      hex += this.#codes.get(character) ?? this.#take(character);
    return hex;
  }

  #take(character: string): string {
    if (this.#codes.size === MAX_CODES) return "";
    const code = (this.#codes.size + 1).toString(16).padStart(4, "0");
    this.#codes.set(character, code);
    return code;
  }

  /** What a program reads to turn codes into text. */
  toUnicode(): string {
    const lines = [
      "/CIDInit /ProcSet findresource begin",
      "12 dict begin",
      "begincmap",
      "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
      "/CMapName /Adobe-Identity-UCS def",
      "/CMapType 2 def",
      "1 begincodespacerange",
      "<0000> <ffff>",
      "endcodespacerange",
    ];
    const characters = [...this.#codes.keys()];
    for (let from = 0; from < characters.length; from += BLOCK) {
      const block = characters.slice(from, from + BLOCK);
      lines.push(`${block.length} beginbfchar`);
      block.forEach((character, place) => {
        const code = (from + place + 1).toString(16).padStart(4, "0");
        const utf16 = Buffer.from(character, "utf16le").swap16();
        lines.push(`<${code}> <${utf16.toString("hex")}>`);
      });
      lines.push("endbfchar");
    }
    lines.push(
      "endcmap",
      "CMapName currentdict /CMap defineresource pop",
      "end",
      "end",
    );
    return lines.join("\n");
  }
}

/** The lines between BT and ET; `height` is the page's, in points. Empty when nothing is left to say. */
export function layerOf(
  runs: readonly TextRun[],
  height: number,
  codes: TextCodes,
): string {
  const lines = runs.flatMap((run) => {
    const hex = codes.encode(run.text);
    return hex === "" ? [] : [lineOf(run, height, hex)];
  });
  return lines.length === 0 ? "" : ["BT 3 Tr", ...lines, "ET"].join("\n");
}

function lineOf(run: TextRun, height: number, hex: string): string {
  const { direction, left, top, right, bottom } = run;
  const across = direction === "right" ? bottom - top : right - left;
  const along = direction === "right" ? right - left : bottom - top;
  const size = Math.round(Math.max(across, LEAST_SIZE) * 100);
  // A character is as wide as it is high; stretched, they fill the room that the words had.
  const letters = Math.max(1, [...run.text.trimEnd()].length);
  const stretch = Math.min(
    MAX_STRETCH,
    Math.max(1, (along / letters / size) * 10_000),
  );
  const x = direction === "up" ? right : left;
  const y = Math.max(0, height - (direction === "down" ? top : bottom));
  return `/F0 ${decimal(size)} Tf ${decimal(Math.round(stretch * 100))} Tz ${MATRIX[direction]} ${decimal(Math.round(x * 100))} ${decimal(Math.round(y * 100))} Tm <${hex}> Tj`;
}

/** Of hundredths, none below 0. Whole numbers become text many times as fast as fractions, and a page has thousands. */
function decimal(hundredths: number): string {
  const whole = Math.floor(hundredths / 100);
  const rest = hundredths - whole * 100;
  if (rest === 0) return `${whole}`;
  if (rest % 10 === 0) return `${whole}.${rest / 10}`;
  return rest < 10 ? `${whole}.0${rest}` : `${whole}.${rest}`;
}

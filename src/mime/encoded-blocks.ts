import { breakLongLines } from "./long-lines.ts";
import { findMagic } from "./encoded-magic.ts";
import { markEncodedLines } from "./encoded-lines.ts";

/** Stands where something was taken out. */
export const REMOVED_BLOCK = "［符号化されたデータを取り除きました］";

/**
 * Takes out of shown text whatever a lenient reader could make a file of: uuencode (Outlook Express made attachments from
 * `begin 644 x` in plain text), yEnc, BinHex, base64 and quoted-printable that lost their header, also with junk between
 * the letters, and the EICAR test string. Two nets: the shape of lines (`encoded-lines.ts`), then the first bytes of known
 * file types in every lenient decoding (`encoded-magic.ts`). Give it cleaned text: a zero-width character taken out
 * afterwards could join what is apart here. Linear in the text.
 */
export function removeEncodedBlocks(text: string): {
  text: string;
  removed: number;
} {
  const broken = breakLongLines(text);
  if (!mayHoldBlock(broken)) return { text: broken, removed: 0 };
  const lines = broken.split("\n");
  const gone = markEncodedLines(lines);
  let cut = cutMarked(lines, gone);
  let removed = cut.removed;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const places = findMagic(cut.text);
    if (places.length === 0) return { text: cut.text, removed };
    cut = cutAround(cut.text, places);
    removed += cut.removed;
  }
  // Something that shows up again after each cut is built to do so.
  return findMagic(cut.text).length === 0
    ? { text: cut.text, removed }
    : { text: REMOVED_BLOCK, removed: removed + 1 };
}

const MAX_ROUNDS = 4;

/** Cheap first look: a mail of words in any language has no run of 40 letters of base64, no `=XX`, no keyword. */
function mayHoldBlock(text: string): boolean {
  return SUSPECT.test(text) || findMagic(text).length > 0;
}

/** Nothing here may run over line ends: from each of a million blank lines it would run to the last. */
const SUSPECT =
  /[A-Za-z0-9+/=_-]{24}|=[0-9A-Fa-f]{2}|^[^\S\n\r\u2028\u2029]*begin|^=y|BinHex|(?:[A-Za-z0-9+/][^A-Za-z0-9+/\n]){16}|(?:[A-Za-z0-9+/_-]{4,23}=*[\t |]{1,4}){12}|^M[\x20-\x60]{44}|^[A-Za-z0-9+/]{4}[A-Za-z0-9+/]*=*\n[A-Za-z0-9+/]{4}[A-Za-z0-9+/]*=*$/m;

function cutMarked(
  lines: readonly string[],
  gone: Uint8Array,
): { text: string; removed: number } {
  if (!gone.includes(1)) return { text: lines.join("\n"), removed: 0 };
  const kept: string[] = [];
  let removed = 0;
  for (const [index, line] of lines.entries()) {
    if (gone[index] === 0) kept.push(line);
    else if (index === 0 || gone[index - 1] === 0) {
      kept.push(REMOVED_BLOCK);
      removed++;
    }
  }
  return { text: kept.join("\n"), removed };
}

/** From the line of each place to the end of its paragraph: the rest of a file without its start is no file. */
function cutAround(
  text: string,
  places: readonly number[],
): { text: string; removed: number } {
  const lines = text.split("\n");
  const gone = new Uint8Array(lines.length);
  const starts: number[] = [];
  let offset = 0;
  for (const line of lines) {
    starts.push(offset);
    offset += line.length + 1;
  }
  let next = 0;
  for (let index = 0; index < lines.length; index++) {
    const end = (starts[index] ?? 0) + (lines[index]?.length ?? 0);
    let hit = false;
    while (next < places.length && (places[next] ?? 0) <= end) {
      hit = true;
      next++;
    }
    const inside =
      index > 0 && gone[index - 1] === 1 && lines[index]?.trim() !== "";
    if (hit || inside) gone[index] = 1;
  }
  return cutMarked(lines, gone);
}

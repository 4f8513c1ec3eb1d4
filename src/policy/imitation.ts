import { ENGLISH, JAPANESE } from "./notice-words.ts";

/** Nothing that a reader would read, on one line. */
const GAP = "[^\\p{L}\\p{N}\\n]{0,20}";
/** One look at a text: nearly none has these letters in a row, or letters that only look like ASCII. */
const CANDIDATE = new RegExp(
  `無${GAP}害|s${GAP}e${GAP}k${GAP}i${GAP}s|[\\uFF21-\\uFF5A\\u{1D400}-\\u{1D7FF}]`,
  "iu",
);
const MAX_LINE_CHARACTERS = 300;
const LOOK_ALIKES = [JAPANESE, ENGLISH].map(({ title, quotedTitle }) => ({
  quotedTitle,
  letters: lettersOf(title),
  bracketed: new RegExp(
    `[\\p{Ps}\\p{So}<＜]${[...lettersOf(title)].map((letter) => GAP + letter).join("")}(?:${GAP}[\\p{Pe}>＞])?`,
    "giu",
  ),
}));

/**
 * A sender may imitate the notice: a line of the body that reads like its title, whatever signs, blanks or widths of letters
 * are in it, and a title in brackets anywhere, are marked as quoted.
 */
export function disarmImitation(body: string): string {
  if (!CANDIDATE.test(body)) return body;
  return body
    .split("\n")
    .map((line) => (CANDIDATE.test(line) ? disarmLine(line) : line))
    .join("\n");
}

function disarmLine(line: string): string {
  if (line.length <= MAX_LINE_CHARACTERS) {
    const letters = lettersOf(line);
    for (const look of LOOK_ALIKES)
      if (letters === look.letters) return look.quotedTitle;
  }
  let disarmed = line;
  for (const { bracketed, quotedTitle } of LOOK_ALIKES)
    disarmed = disarmed.replace(bracketed, quotedTitle);
  return disarmed;
}

function lettersOf(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** Longer texts are compared as far as this. */
const MAX_COMPARED_CHARACTERS = 100_000;
const GRAM_CHARACTERS = 6;
/** Fewer missing characters than this are a signature or a line about the format. */
const MIN_MISSING_CHARACTERS = 60;
const STRONG_SHARE = 0.4;
/** Another text altogether, however short: nothing of it would reach the reader. */
const OTHER_SHARE = 0.8;

/** Addresses, pictures and everything that forms alone differ in. */
const FORM =
  /<[^<>\s]{1,2100}>|(?:https?|ftp):\/\/\S+|［[^［］]{0,320}］|[^\p{L}\p{N}]+/gu;

/**
 * Whether `other` says much that `shown` does not: by stretches of six letters, blind to layout, links and punctuation. Linear.
 */
export function saysMuchMore(other: string, shown: string): boolean {
  const letters = (text: string) =>
    text
      .slice(0, MAX_COMPARED_CHARACTERS)
      .replace(FORM, "")
      .normalize("NFKC")
      .toLowerCase();
  const theirs = letters(other);
  const ours = letters(shown);
  if (theirs.length < GRAM_CHARACTERS) return !ours.includes(theirs);
  const known = new Set<string>();
  for (let at = 0; at + GRAM_CHARACTERS <= ours.length; at++)
    known.add(ours.slice(at, at + GRAM_CHARACTERS));
  let missing = 0;
  const grams = theirs.length - GRAM_CHARACTERS + 1;
  for (let at = 0; at < grams; at++)
    if (!known.has(theirs.slice(at, at + GRAM_CHARACTERS))) missing++;
  const least = missing >= MIN_MISSING_CHARACTERS ? STRONG_SHARE : OTHER_SHARE;
  return missing > grams * least;
}

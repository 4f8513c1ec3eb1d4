import { cleanLine } from "./clean-text.ts";
import { removeEncodedBlocks } from "./encoded-blocks.ts";
import { defuseWords } from "./encoded-word.ts";

/** Shorter than the smallest test virus in any spelling: nothing can be packed into it. */
const HARMLESS_CHARACTERS = 60;

/** A subject, a name: one line of the sender's that is shown, with no file in it and nothing to decode once more. */
export function shownLine(untrusted: string, maxCharacters: number): string {
  const line = cleanLine(untrusted, maxCharacters);
  if (line.length <= HARMLESS_CHARACTERS) return defuseWords(line);
  return cleanLine(defuseWords(removeEncodedBlocks(line).text), maxCharacters);
}

/** Whether a file stands in one line of text. */
export function hidesFile(line: string): boolean {
  return (
    line.length > HARMLESS_CHARACTERS && removeEncodedBlocks(line).removed > 0
  );
}

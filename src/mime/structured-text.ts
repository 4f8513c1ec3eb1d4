import { cleanLine } from "./clean-text.ts";

/** A format that is text to machines, told in words. Still to be cleaned and freed of encoded blocks. */
export interface StructuredText {
  /** LF line ends. */
  readonly text: string;
  /** Codes of what is not in the text. */
  readonly findings: readonly string[];
}

const MAX_LINE_CHARACTERS = 1000;

/** A value that stands behind a label: it must not be able to begin a line of its own. */
export function oneLine(untrusted: string): string {
  return cleanLine(untrusted, MAX_LINE_CHARACTERS);
}

/**
 * V8 keeps a way back for every turn of a loop in a regular expression once a process has compiled many of them, and gives up
 * ("Maximum call stack size exceeded") after some five million turns. Nobody reads lines of a million characters, so they are
 * broken before any expression sees them.
 */
export const MAX_LINE_CHARACTERS = 1024 * 1024;

/** The same text with an LF after each so many characters of a longer line. */
export function breakLongLines(text: string): string {
  if (text.length <= MAX_LINE_CHARACTERS) return text;
  const pieces: string[] = [];
  let from = 0;
  while (text.length - from > MAX_LINE_CHARACTERS) {
    const end = text.lastIndexOf("\n", from + MAX_LINE_CHARACTERS);
    if (end > from) {
      pieces.push(text.slice(from, end));
      from = end + 1;
    } else {
      const to = from + wholeCharacters(text, from);
      pieces.push(text.slice(from, to));
      from = to;
    }
  }
  pieces.push(text.slice(from));
  return pieces.join("\n");
}

/** No surrogate pair is cut in two. */
function wholeCharacters(text: string, from: number): number {
  const last = text.charCodeAt(from + MAX_LINE_CHARACTERS - 1);
  const isHigh = last >= 0xd800 && last <= 0xdbff;
  return isHigh ? MAX_LINE_CHARACTERS - 1 : MAX_LINE_CHARACTERS;
}

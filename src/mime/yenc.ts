/** yEnc 1.3: each byte plus 42; `=` escapes the next one, which has 64 more. */
const SHIFT = 42;
const ESCAPED_SHIFT = 106;

/** The name that a `=ybegin` line tells; it is the last word, so it may hold blanks. */
export function readYencBegin(line: string): string | null {
  if (!/^=ybegin /.test(line)) return null;
  return /\bname=(.{1,255})$/.exec(line)?.[1]?.trim() ?? "";
}

/** `line` in latin1 code units. */
export function decodeYencLine(line: string): Uint8Array {
  const bytes = new Uint8Array(line.length);
  let length = 0;
  for (let i = 0; i < line.length; i++) {
    const escaped = line.charCodeAt(i) === 61 && i + 1 < line.length;
    const code = line.charCodeAt(escaped ? ++i : i);
    bytes[length++] = code - (escaped ? ESCAPED_SHIFT : SHIFT);
  }
  return bytes.subarray(0, length);
}

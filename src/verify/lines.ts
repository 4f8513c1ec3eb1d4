import { refuse } from "./refuse.ts";

const CR = 0x0d;
const LF = 0x0a;
/** RFC 5322 §2.1.1, without the CRLF. */
export const MAX_LINE_BYTES = 998;
const OTHER_THAN_PRINTABLE_OR_TAB = /[^\x20-\x7e\t]/;

/** A cursor over the mail. Whatever is not taken by a rule of the grammar is never passed over. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

export function cursorOver(bytes: Uint8Array): Cursor {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes: whole, at: 0 };
}

/** One line of printable ASCII and TAB without its CRLF. Refuses bare CR, bare LF, NUL, 8-bit bytes, a missing CRLF. */
export function takeLine(cursor: Cursor): string {
  const { bytes, at } = cursor;
  const window = bytes.subarray(at, at + MAX_LINE_BYTES + 2);
  const end = window.indexOf(LF);
  if (end < 0)
    refuse(
      window.length < MAX_LINE_BYTES + 2 ? "line-ending" : "line-length",
      at,
    );
  if (end === 0 || window[end - 1] !== CR) refuse("line-ending", at + end);
  const line = window.toString("latin1", 0, end - 1);
  const odd = line.search(OTHER_THAN_PRINTABLE_OR_TAB);
  if (odd >= 0)
    refuse(line[odd] === "\r" ? "line-ending" : "line-byte", at + odd);
  cursor.at = at + end + 1;
  return line;
}

import type { TransferDecoder } from "./transfer.ts";

const LF = 10;
const BEGIN = /^begin [0-7]{3,4} (.{1,255})$/;
const END = /^end\s*$/;
/** A line carries 45 bytes by custom and 63 at most; no line of it is longer than this. */
const MAX_LINE_BYTES = 128;

/** What a `begin` line names, as written; null when it is none. */
export function readUuBegin(line: string): string | null {
  return BEGIN.exec(line)?.[1]?.trim() ?? null;
}

export function isUuEnd(line: string): boolean {
  return END.test(line);
}

/**
 * The bytes of one line of uuencode (POSIX.1 uuencode): its first character counts them, blanks at its end may have got lost
 * and one character of checksum may follow. Null when it is no such line.
 */
export function decodeUuLine(line: string): Uint8Array | null {
  if (line.length === 0 || line.length > MAX_LINE_BYTES) return null;
  if (!/^[\x20-\x60]+$/.test(line)) return null;
  const count = (line.charCodeAt(0) - 32) & 63;
  const wanted = 1 + 4 * Math.ceil(count / 3);
  // A line whose end of blanks got lost is at least as long as its last byte that is not zero; no way to tell, so half is asked.
  if (line.length > wanted + 2 || line.length * 2 < wanted) return null;
  const bytes = new Uint8Array(count);
  for (let i = 0, at = 1; i < count; at += 4) {
    const group =
      (six(line, at) << 18) |
      (six(line, at + 1) << 12) |
      (six(line, at + 2) << 6) |
      six(line, at + 3);
    if (i < count) bytes[i++] = group >> 16;
    if (i < count) bytes[i++] = (group >> 8) & 255;
    if (i < count) bytes[i++] = group & 255;
  }
  return bytes;
}

function six(line: string, at: number): number {
  const code = line.charCodeAt(at);
  return Number.isNaN(code) ? 0 : (code - 32) & 63;
}

/** `Content-Transfer-Encoding: x-uuencode`, which no standard knows and old mailers send. Other lines are skipped, and told. */
export class UuDecoder implements TransferDecoder {
  #unread = "";
  #ended = false;
  #junk = false;

  get anomaly(): "junk-in-base64" | null {
    return this.#junk ? "junk-in-base64" : null;
  }

  write(bytes: Buffer): Uint8Array {
    let from = 0;
    const pieces: Uint8Array[] = [];
    for (let lf = bytes.indexOf(LF); lf >= 0; lf = bytes.indexOf(LF, from)) {
      this.#line(this.#unread + bytes.toString("latin1", from, lf), pieces);
      this.#unread = "";
      from = lf + 1;
    }
    const room = MAX_LINE_BYTES + 2 - this.#unread.length;
    this.#unread += bytes.toString(
      "latin1",
      from,
      Math.min(bytes.length, from + room),
    );
    return Buffer.concat(pieces);
  }

  finish(): Uint8Array {
    const pieces: Uint8Array[] = [];
    if (this.#unread !== "") this.#line(this.#unread, pieces);
    this.#unread = "";
    return Buffer.concat(pieces);
  }

  #line(written: string, pieces: Uint8Array[]): void {
    const line = written.replace(/\r$/, "");
    if (line === "" || readUuBegin(line) !== null) return;
    if (isUuEnd(line)) {
      this.#ended = true;
      return;
    }
    const bytes = this.#ended ? null : decodeUuLine(line);
    if (bytes === null) this.#junk = true;
    else if (bytes.length > 0) pieces.push(bytes);
  }
}

import type { UntrustedContent } from "../core/content.ts";
import { MIB } from "../core/units.ts";

/** Intake takes less; this is for a mail that never was a mail. */
const MAX_HEADER_BYTES = MIB;
/** Mail has lines of at most 998 bytes (RFC 5322 §2.1.1), and what proves signatures keeps one whole line in memory. */
const MAX_LINE_BYTES = MIB;
const LF = 0x0a;
const CR = 0x0d;

/** Nothing can be said of the signatures of such a mail. */
export class NotReadable extends Error {}

/** The mail in pieces that each end where a line ends, the first being its header. Ends with `NotReadable` after `deadlineMs`. */
export async function* signedMail(
  original: UntrustedContent,
  deadlineMs: number,
): AsyncGenerator<Buffer, void> {
  const until = performance.now() + deadlineMs;
  const lines = wholeLines(original.open());
  try {
    const header = await headerOf(lines);
    yield header.block;
    if (header.body.byteLength > 0) yield header.body;
    for await (const piece of lines) {
      if (performance.now() > until) throw new NotReadable("too slow");
      yield piece;
    }
  } finally {
    await lines.return();
  }
}

async function headerOf(
  lines: AsyncGenerator<Buffer, void>,
): Promise<{ readonly block: Buffer; readonly body: Buffer }> {
  let read = Buffer.alloc(0);
  for (;;) {
    const next = await lines.next();
    if (next.done === true) return { block: read, body: Buffer.alloc(0) };
    const begin = Math.max(0, read.byteLength - 4);
    read = Buffer.concat([read, next.value]);
    const end = endOfHeader(read, begin);
    if (end !== null)
      return { block: read.subarray(0, end), body: read.subarray(end) };
    if (read.byteLength > MAX_HEADER_BYTES)
      throw new NotReadable("header too big");
  }
}

/** Behind the first empty line. */
function endOfHeader(bytes: Buffer, from: number): number | null {
  for (let at = bytes.indexOf(LF, from); at >= 0;) {
    const before = bytes[at - 1] === CR ? at - 2 : at - 1;
    if (before < 0 || bytes[before] === LF) return at + 1;
    at = bytes.indexOf(LF, at + 1);
  }
  return null;
}

/** A line that goes on is put together once, not once a piece. */
async function* wholeLines(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void> {
  let begun: Buffer[] = [];
  let bytes = 0;
  for await (const untrusted of source) {
    const piece = Buffer.from(
      untrusted.buffer,
      untrusted.byteOffset,
      untrusted.byteLength,
    );
    const end = piece.lastIndexOf(LF) + 1;
    if (end > 0) {
      yield Buffer.concat([...begun, piece.subarray(0, end)]);
      [begun, bytes] = [[], 0];
    }
    begun.push(piece.subarray(end));
    bytes += piece.byteLength - end;
    if (bytes > MAX_LINE_BYTES) throw new NotReadable("line too long");
  }
  if (bytes > 0) yield Buffer.concat(begun);
}

/** Everything a pit program hears and says. Synchronous: one document, one thread, nothing else to do meanwhile. */
import type { PageCharacter } from "../../src/core/pixels.ts";
import { readSync, writeSync } from "node:fs";
import {
  encodeError,
  encodeFindings,
  type PitError,
  type PitFinding,
} from "../../src/wire/pit-codes.ts";
import {
  encodeFrame,
  FRAME_BYTES,
  MAX_PIECE_BYTES,
  type Frame,
  type PageHead,
} from "../../src/wire/pit-frame.ts";
import { encodeCharacters } from "../../src/wire/pit-text.ts";
import {
  ASK_BYTES,
  decodeAsk,
  decodeRequestHead,
  decodeShare,
  REQUEST_HEAD_BYTES,
  SHARE_BYTES,
  type PageAsk,
  type PageShare,
  type RequestHead,
} from "../../src/wire/pit.ts";

const STDIN = 0;
const STDOUT = 1;

/** Thrown anywhere in a pit program; crosses the wall as one small integer. */
export class PitRefusal extends Error {
  readonly pitError: PitError;
  constructor(pitError: PitError) {
    super(pitError);
    this.pitError = pitError;
  }
}

export interface Request {
  readonly limits: RequestHead;
  readonly password: Uint8Array;
  readonly document: Uint8Array;
}

let outputBytes = 0;
let maxOutputBytes = FRAME_BYTES * 2;

function readExactly(bytes: number): Uint8Array {
  const buffer = new Uint8Array(bytes);
  let filled = 0;
  while (filled < bytes) {
    const got = readSync(STDIN, buffer, filled, bytes - filled, null);
    if (got === 0) throw new PitRefusal("DOCUMENT_UNREADABLE");
    filled += got;
  }
  return buffer;
}

/** Says that the program stands, then waits for its document. */
export function hear(): Request {
  say(encodeFrame({ kind: "ready" }));
  const head = decodeRequestHead(readExactly(REQUEST_HEAD_BYTES));
  if (head === null) throw new PitRefusal("DOCUMENT_UNREADABLE");
  maxOutputBytes = head.maxOutputBytes;
  const password = readExactly(head.passwordBytes);
  const document = readExactly(head.documentBytes);
  return { limits: head, password, document };
}

/** Which pages are wanted, once it was said how many there are. */
export function hearShare(): PageShare {
  const share = decodeShare(readExactly(SHARE_BYTES));
  if (share === null) throw new PitRefusal("DOCUMENT_UNREADABLE");
  return share;
}

/** The page that is wanted next; null when nobody looks any more. */
export function hearAsk(pageCount: number): PageAsk | null {
  const first = new Uint8Array(1);
  if (readSync(STDIN, first, 0, 1, null) === 0) return null;
  const bytes = new Uint8Array(ASK_BYTES);
  bytes.set(first);
  bytes.set(readExactly(ASK_BYTES - 1), 1);
  const ask = decodeAsk(bytes);
  if (ask === null || ask.index >= pageCount)
    throw new PitRefusal("DOCUMENT_UNREADABLE");
  return ask;
}

function say(bytes: Uint8Array): void {
  outputBytes += bytes.length;
  if (outputBytes > maxOutputBytes) throw new PitRefusal("PIT_OUTPUT");
  for (let said = 0; said < bytes.length;)
    said += writeSync(STDOUT, bytes, said);
}

export function sayDocument(
  pageCount: number,
  findings: Iterable<PitFinding>,
  pictures = 0,
): void {
  const bits = encodeFindings(findings);
  say(encodeFrame({ kind: "document", pageCount, findings: bits, pictures }));
}

export function sayPage(head: PageHead, pixels: Uint8Array): void {
  say(encodeFrame(head));
  say(pixels);
}

export function sayText(
  index: number,
  characters: readonly PageCharacter[],
  isShortened: boolean,
): void {
  const count = characters.length;
  say(encodeFrame({ kind: "text", index, characters: count, isShortened }));
  say(encodeCharacters(characters));
}

/** A stretch of what was unpacked, of any length. */
export function sayBytes(bytes: Uint8Array): number {
  let pieces = 0;
  for (let at = 0; at < bytes.length; at += MAX_PIECE_BYTES) {
    const piece = bytes.subarray(at, at + MAX_PIECE_BYTES);
    say(encodeFrame({ kind: "bytes", bytes: piece.length }));
    say(piece);
    pieces += 1;
  }
  return pieces;
}

export function sayDone(pages: number): void {
  say(encodeFrame({ kind: "done", pages }));
}

/** Runs a pit program to its end: `done`, or one error frame. Whatever nobody foresaw is code 255. */
export async function perform(
  program: (request: Request) => Promise<void>,
): Promise<never> {
  try {
    await program(hear());
    process.exit(0);
  } catch (error) {
    const code =
      error instanceof PitRefusal ? encodeError(error.pitError) : 255;
    maxOutputBytes = Number.MAX_SAFE_INTEGER;
    const frame: Frame = { kind: "error", code };
    // Only for a developer: the parent drops it unless asked.
    if (code === 255) console.error(error);
    say(encodeFrame(frame));
    process.exit(code);
  }
}

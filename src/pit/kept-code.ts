/** Machine code of PDFium, made in a pit that meets nothing but a document of our own, for those that come later. */
import { createHash } from "node:crypto";
import type { UntrustedContent } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import { openSession } from "./session.ts";
import { openUnpacking } from "./unpacking.ts";
import { MAX_FILE_BYTES, type Command } from "./walls.ts";

export interface Lesson {
  readonly limits: Limits;
  readonly sample: UntrustedContent;
  readonly signal: AbortSignal;
}

/**
 * Tried before it is given: with it the sample has the same dots and characters as without. Faults: those of a session; PIT_OUTPUT for
 * more than a pit may read; PIT_PROTOCOL where it draws something else.
 */
export async function makeCode(
  maker: Command,
  drawer: (code: Uint8Array | null) => Command,
  lesson: Lesson,
): Promise<Uint8Array> {
  const code = await hearCode(maker, lesson);
  const without = await draw(drawer(null), lesson);
  if ((await draw(drawer(code), lesson)) !== without)
    throw new Fault("PIT_PROTOCOL", { draws: "something else" });
  return code;
}

async function hearCode(
  maker: Command,
  { limits, sample, signal }: Lesson,
): Promise<Uint8Array> {
  const submission = { document: sample, password: "", signal };
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of await openUnpacking(maker, limits, submission)) {
    bytes += piece.length;
    if (bytes > MAX_FILE_BYTES) throw new Fault("PIT_OUTPUT", { bytes });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** SHA-256 of all dots and characters, in hexadecimal. */
async function draw(
  drawer: Command,
  { limits, sample, signal }: Lesson,
): Promise<string> {
  const submission = { document: sample, password: "", onPaper: true, signal };
  const { pages } = await openSession(drawer, limits, submission);
  const hash = createHash("sha256");
  for await (const page of pages) {
    hash.update(page.pixels).update(JSON.stringify(page.text));
    page.release?.();
  }
  return hash.digest("hex");
}

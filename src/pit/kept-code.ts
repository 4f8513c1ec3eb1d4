/** Machine code of PDFium, made in a pit that meets nothing but a document of our own, for those that come later. */
import type { UntrustedContent } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import { openUnpacking } from "./unpacking.ts";
import { MAX_FILE_BYTES, type Command } from "./walls.ts";

/** Faults: those of a session; PIT_OUTPUT for more than the walls let a pit read. */
export async function makeCode(
  command: Command,
  limits: Limits,
  {
    sample,
    signal,
  }: {
    readonly sample: UntrustedContent;
    readonly signal: AbortSignal;
  },
): Promise<Uint8Array> {
  const submission = { document: sample, password: "", signal };
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of await openUnpacking(command, limits, submission)) {
    bytes += piece.length;
    if (bytes > MAX_FILE_BYTES) throw new Fault("PIT_OUTPUT", { bytes });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

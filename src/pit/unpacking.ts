/** One container through one pit that answers with bytes instead of pages. */
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import { Dialogue, type PitSource } from "./dialogue.ts";
import type { Submission } from "./submission.ts";

/** The pit is ended when this fails, and when whoever takes the pieces leaves. */
export async function openUnpacking(
  source: PitSource,
  limits: Limits,
  submission: Omit<Submission, "onPaper">,
): Promise<AsyncIterable<Uint8Array>> {
  const asked = { ...submission, onPaper: false };
  const dialogue = await Dialogue.start(source, limits, asked);
  try {
    // Of the announcement only that it came matters: what was unpacked speaks for itself.
    await dialogue.begin();
    dialogue.process.allow(limits.pitDeadlineMs);
    return dialogue.endAfter(piecesOf(dialogue, limits));
  } catch (error) {
    await dialogue.end();
    throw error;
  }
}

async function* piecesOf(
  dialogue: Dialogue,
  { maxUnpackedBytes }: Limits,
): AsyncGenerator<Uint8Array, void> {
  const { frames } = dialogue;
  try {
    let unpackedBytes = 0;
    for (let pieces = 0; ; pieces++) {
      const bytes = await frames.piece(pieces);
      if (bytes === null) return;
      unpackedBytes += bytes;
      if (unpackedBytes > maxUnpackedBytes)
        throw new Fault("UNPACKED_TOO_BIG", { bytes: unpackedBytes });
      yield await frames.hear(bytes);
    }
  } finally {
    await dialogue.end();
  }
}

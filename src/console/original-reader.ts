import { createHash } from "node:crypto";
import type { ReadOriginalPart } from "./api/original-routes.ts";
import { QUESTION_DEADLINE_MS } from "../wire/viewer.ts";
import { wholeOf, type Viewer } from "./viewer.ts";

/**
 * An attachment as it came, from the viewer, which looks up for itself that it was granted. All of it is here before a byte is
 * handed out: a grant works once, and must not be used up by half a file.
 */
export function originalReader(
  viewer: Viewer,
  maxBytes: number,
): ReadOriginalPart {
  return async ({ item, part, request }) => {
    const reply = await viewer(
      { ask: "original", item, part, grant: request },
      AbortSignal.timeout(QUESTION_DEADLINE_MS),
    );
    if (reply.kind === "refused") return null;
    try {
      const whole = await wholeOf(reply.content, maxBytes);
      const sha256 = createHash("sha256").update(whole).digest("hex");
      return { sha256, chunks: only(whole) };
    } catch {
      return null;
    }
  };
}

async function* only(whole: Uint8Array): AsyncGenerator<Uint8Array, void> {
  if (whole.length > 0) yield whole;
}

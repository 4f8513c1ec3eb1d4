import { createHash } from "node:crypto";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import { toFault } from "../core/fault.ts";
import type { Log } from "../core/log.ts";
import type { Pit } from "../core/pit.ts";
import type { RunningPit } from "../pit/pit.ts";
import { sampleDocument } from "../render/sample-document.ts";

/** Learning costs as much processor time as it spares ten of them. */
const DOCUMENTS_BEFORE = 8;

/**
 * A pit that learns once it has seen some PDFs (`RunningPit.keepCode`): whoever made so many makes more. Beside them, and on a
 * document of our own; when it can't be, everything goes on as it was.
 */
export function learningPit(pit: RunningPit, log: Log): Pit & RunningPit {
  let documents = 0;
  return {
    ...pit,
    open: (kind, ...asked) => {
      if (kind === "pdf" && ++documents === DOCUMENTS_BEFORE)
        void learn(pit, log);
      return pit.open(kind, ...asked);
    },
  };
}

async function learn(pit: RunningPit, log: Log): Promise<void> {
  try {
    const bytes = await sampleDocument();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await pit.keepCode(memoryContent(bytes, sha256) as UntrustedContent);
  } catch (error) {
    log.info("pit.code", { fault: toFault(error).code });
  }
}

import { createHash } from "node:crypto";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import { toFault, type FaultCode } from "../core/fault.ts";
import { createClear } from "../stage/clear.ts";
import type { Converter } from "../core/converter.ts";
import type { Limits } from "../core/limits.ts";
import type { ClearedMessage, RebuiltMessage } from "../core/message.ts";
import type { Log, Pit, Render, Scanner, Workspace } from "../core/ports.ts";
import { createMadeBefore } from "../stage/made-before.ts";
import type { MadeBefore } from "../stage/made-before.ts";
import { createPit, type RunningPit } from "../pit/pit.ts";
import { createRender } from "../render/render.ts";
import { sampleDocument } from "../render/sample-document.ts";
import { createScanner } from "../scan/clamd.ts";
import { eicarBytes } from "../scan/eicar.ts";
import { createWorkspace } from "../store/work.ts";
import { provenPit, provenScanner } from "./proven.ts";

/** What makes new things out of untrusted ones; shared by the sanitizer worker and the `sanitize` command. */
export interface SanitizerTools {
  readonly scanner: Scanner;
  readonly pit: Pit;
  readonly render: Render;
  readonly madeBefore: MadeBefore;
  readonly clear: (rebuilt: RebuiltMessage) => Promise<ClearedMessage>;
  readonly workspace: () => Workspace;
  readonly limits: Limits;
  /** Has pits begin quicker from then on: worth its second or two for whoever makes more than one thing. Never fails. */
  readonly prepare: () => Promise<void>;
  /** Ends what stands ready for the next document. */
  readonly end: () => Promise<void>;
}

export interface SanitizerPlace {
  readonly limits: Limits;
  readonly converters: readonly Converter[];
  readonly clamdSocket: string;
  readonly maxScans: number;
  readonly workFolder: string;
  readonly log: Log;
  /** See `PitConfig`; none for a command that ends soon. */
  readonly officeSpares?: number;
  readonly pitSpares?: number;
}

export function openSanitizer(place: SanitizerPlace): SanitizerTools {
  const scanner = createScanner({
    socketPath: place.clamdSocket,
    limits: place.limits,
    maxConnections: place.maxScans,
  });
  const virus = eicarBytes();
  let hasEnded = false;
  const pit = createPit(place);
  const sha256 = createHash("sha256").update(virus).digest("hex");
  return {
    scanner: provenScanner(scanner, memoryContent(virus, sha256), place.log),
    pit: provenPit(pit, place.log),
    render: createRender(place.limits),
    madeBefore: createMadeBefore(place.limits.maxCacheBytes),
    clear: createClear({ limits: place.limits }),
    workspace: () =>
      createWorkspace(place.workFolder, place.limits.maxLeafInMemoryBytes),
    limits: place.limits,
    prepare: async () => {
      const code = await learn(pit);
      if (code !== null && !hasEnded)
        place.log.warn("pit.code", { fault: code });
    },
    end: () => {
      hasEnded = true;
      return pit.end();
    },
  };
}

/** Why it did not, or null. */
async function learn(pit: RunningPit): Promise<FaultCode | null> {
  try {
    const bytes = await sampleDocument();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await pit.keepCode(memoryContent(bytes, sha256) as UntrustedContent);
    return null;
  } catch (error) {
    return toFault(error).code;
  }
}

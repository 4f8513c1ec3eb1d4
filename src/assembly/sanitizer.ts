import { createHash } from "node:crypto";
import { memoryContent } from "../core/content.ts";
import { createClear } from "../stage/clear.ts";
import type { Limits } from "../core/limits.ts";
import type { ClearedMessage, RebuiltMessage } from "../core/message.ts";
import type { Log, Pit, Render, Scanner, Workspace } from "../core/ports.ts";
import { createPit } from "../pit/pit.ts";
import { createRender } from "../render/render.ts";
import { createScanner } from "../scan/clamd.ts";
import { eicarBytes } from "../scan/eicar.ts";
import { createWorkspace } from "../store/work.ts";
import { provenPit, provenScanner } from "./proven.ts";

/** What makes new things out of untrusted ones; shared by the sanitizer worker and the `sanitize` command. */
export interface SanitizerTools {
  readonly scanner: Scanner;
  readonly pit: Pit;
  readonly render: Render;
  readonly clear: (rebuilt: RebuiltMessage) => Promise<ClearedMessage>;
  readonly workspace: () => Workspace;
  readonly limits: Limits;
}

export interface SanitizerPlace {
  readonly limits: Limits;
  readonly clamdSocket: string;
  readonly maxScans: number;
  readonly workFolder: string;
  readonly log: Log;
  /** Pits for PDF that stand ready; none for a command that ends soon. */
  readonly pitSpares?: number;
}

export function openSanitizer(place: SanitizerPlace): SanitizerTools {
  const scanner = createScanner({
    socketPath: place.clamdSocket,
    limits: place.limits,
    maxConnections: place.maxScans,
  });
  const virus = eicarBytes();
  const sha256 = createHash("sha256").update(virus).digest("hex");
  return {
    scanner: provenScanner(scanner, memoryContent(virus, sha256), place.log),
    pit: provenPit(
      createPit({ limits: place.limits, spares: place.pitSpares ?? 0 }),
      place.log,
    ),
    render: createRender(place.limits),
    clear: createClear({ limits: place.limits }),
    workspace: () =>
      createWorkspace(place.workFolder, place.limits.maxLeafInMemoryBytes),
    limits: place.limits,
  };
}

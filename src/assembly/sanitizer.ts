import { createClear } from "../stage/clear.ts";
import type { Limits } from "../core/limits.ts";
import type { ClearedMessage, RebuiltMessage } from "../core/message.ts";
import type { Pit, Render, Scanner, Workspace } from "../core/ports.ts";
import { createPit } from "../pit/pit.ts";
import { createRender } from "../render/render.ts";
import { createScanner } from "../scan/clamd.ts";
import { createWorkspace } from "../store/work.ts";

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
}

export function openSanitizer(place: SanitizerPlace): SanitizerTools {
  return {
    scanner: createScanner({
      socketPath: place.clamdSocket,
      limits: place.limits,
      maxConnections: place.maxScans,
    }),
    pit: createPit({ limits: place.limits }),
    render: createRender(place.limits),
    clear: createClear({ limits: place.limits }),
    workspace: () =>
      createWorkspace(place.workFolder, place.limits.maxLeafInMemoryBytes),
    limits: place.limits,
  };
}

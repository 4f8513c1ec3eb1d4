import { createHash } from "node:crypto";
import { memoryContent } from "../core/content.ts";
import { createClear } from "../stage/clear.ts";
import type { Converter } from "../core/converter.ts";
import type { Limits } from "../core/limits.ts";
import type { Log } from "../core/log.ts";
import type { LineTools } from "../stage/line-tools.ts";
import { createMadeBefore } from "../stage/made-before.ts";
import { createPit } from "../pit/pit.ts";
import { createRender } from "../render/render.ts";
import { createScanner } from "../scan/clamd.ts";
import { eicarBytes } from "../scan/eicar.ts";
import { createWorkspace } from "../store/work.ts";
import { learningPit } from "./learning.ts";
import { provenPit, provenScanner } from "./proven.ts";

/** What makes new things out of untrusted ones; shared by the sanitizer worker and the `sanitize` command. */
export interface SanitizerTools extends Pick<
  LineTools,
  "scanner" | "pit" | "render" | "madeBefore" | "clear" | "workspace" | "limits"
> {
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
  const pit = learningPit(createPit(place), place.log);
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
    end: () => pit.end(),
  };
}

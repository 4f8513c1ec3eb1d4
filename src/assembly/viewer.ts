import { createHash, type KeyObject } from "node:crypto";
import { memoryContent } from "../core/content.ts";
import type { ConfigSlice } from "../config/slice.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Log } from "../core/log.ts";
import { SECOND } from "../core/units.ts";
import { createPit } from "../pit/pit.ts";
import { createRender } from "../render/render.ts";
import { encodeShown } from "../render/shown-page.ts";
import { createScanner } from "../scan/clamd.ts";
import { eicarBytes } from "../scan/eicar.ts";
import { Preview } from "../stage/preview/preview.ts";
import { createSpool } from "../store/spool.ts";
import { createVault } from "../store/vault.ts";
import { createWorkspace } from "../store/work.ts";
import { placesIn } from "./places.ts";
import { provenScanner, provenViewPit } from "./proven.ts";

export interface ViewerPlace {
  readonly config: Omit<ConfigSlice<"viewer">, "secrets" | "tenants">;
  readonly ledger: Pick<Ledger, "item">;
  readonly vaultKey: KeyObject;
  readonly clamdSocket: string;
  readonly log: Log;
}

export interface OpenPreview {
  readonly preview: Preview;
  end(): Promise<void>;
}

/** Questions that wait for their turn, for each that is worked on. */
const WAITING_EACH = 8;

/** Everything that a look into a mail needs; made when the first one asks. */
export async function openPreview(place: ViewerPlace): Promise<OpenPreview> {
  const { config, ledger, log } = place;
  const { limits, policy, viewer, gateway, scanner } = config;
  const places = placesIn(gateway.varFolder);
  const pit = createPit({ limits, converters: policy.converters });
  const virus = eicarBytes();
  const sha256 = createHash("sha256").update(virus).digest("hex");
  const clamd = createScanner({
    ...{ socketPath: place.clamdSocket, limits },
    maxConnections: Math.min(viewer.concurrency, scanner.maxConnections),
  });
  const preview = new Preview({
    ...{ ledger, limits, log, encode: encodeShown },
    spool: await createSpool(places.spool),
    vault: await createVault(places.vault, place.vaultKey),
    pit: provenViewPit(pit, log),
    render: createRender(limits),
    scanner: provenScanner(clamd, memoryContent(virus, sha256), log),
    workspace: () => createWorkspace(places.work, limits.maxLeafInMemoryBytes),
    policyFor: () => policy,
    rules: {
      showsMalicious: viewer.showsMalicious,
      atATime: viewer.concurrency,
      mayWait: viewer.concurrency * WAITING_EACH,
      keepMs: viewer.keepSeconds * SECOND,
      maxCacheBytes: viewer.maxCacheBytes,
    },
  });
  const end = async () => {
    await preview.end();
    await pit.end();
  };
  return { preview, end };
}

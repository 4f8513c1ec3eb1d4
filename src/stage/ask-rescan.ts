/*
NAME       ask rescan: a named person wants a held item scanned again
ZONE       admin
WRITES     ledger      TALKS TO  the bell
NOT HERE   scanning (rescan)
*/
import type { RescanAsk } from "../core/acts.ts";
import type { ItemId } from "../core/id.ts";
import type { Lanes } from "../core/lanes.ts";
import type { Ledger } from "../core/ledger.ts";
import type { ActGuard } from "../core/quarantine.ts";

/** False when nothing of it is held, or it changed since it was seen. */
export async function askRescan(
  tools: {
    readonly ledger: Pick<Ledger, "askRescan">;
    readonly lanes: Pick<Lanes, "ring">;
  },
  item: ItemId,
  ask: RescanAsk,
  guard?: ActGuard,
): Promise<boolean> {
  if (!(await tools.ledger.askRescan(item, ask, guard))) return false;
  await tools.lanes.ring("sanitize", { item });
  return true;
}

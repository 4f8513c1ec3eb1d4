/*
NAME       tend: the janitor's two duties
ZONE       airlock
READS      ledger, names in spool, vault and outbox      WRITES  removes files of ended items
SECURITY   rings and removes; never opens a content, never moves an item
*/
import type { ItemId } from "../core/id.ts";
import type {
  ItemRecord,
  Lanes,
  Ledger,
  Log,
  Outbox,
  Spool,
  Vault,
} from "../core/ports.ts";
import { DAY } from "../core/units.ts";

export interface TendTools {
  readonly ledger: Ledger;
  readonly lanes: Pick<Lanes, "ring">;
  readonly spool: Spool;
  readonly vault: Vault;
  readonly outbox: Outbox;
  readonly log: Log;
}

const MAX_RINGS = 10_000;
/** An override lasts a day; until then a released part may still be made from the vault's copy. */
const VAULT_KEEP_MS = 2 * DAY;

/** The ledger is the truth, the queue a bell: whoever waits and is due is announced again. */
export async function ringAgain(
  tools: TendTools,
  quietMs: number,
): Promise<number> {
  const waiting = await tools.ledger.due(Date.now(), quietMs, MAX_RINGS);
  for (const { id, lane } of waiting)
    await tools.lanes.ring(lane, { item: id });
  if (waiting.length > 0)
    tools.log.info("janitor.rang", { items: waiting.length });
  return waiting.length;
}

/** Files of an item go when the ledger says that nothing can need them any more; what the ledger does not know stays. */
export async function clearAway(tools: TendTools): Promise<void> {
  const now = Date.now();
  const vaulted = new Set<ItemId>();
  for await (const id of tools.vault.list()) vaulted.add(id);
  await sweep(
    tools.spool,
    tools.ledger,
    (record) =>
      ended(record) || (record.state === "held" && vaulted.has(record.id)),
  );
  await sweep(tools.outbox, tools.ledger, ended);
  await sweep(
    tools.vault,
    tools.ledger,
    (record) =>
      ended(record) &&
      record.heldCount === 0 &&
      now - record.updatedAt > VAULT_KEEP_MS,
  );
}

/** Before intake opens: originals that the ledger never heard of were never answered with 250, and go. */
export async function clearOrphans(
  tools: Pick<TendTools, "ledger" | "spool">,
): Promise<number> {
  let gone = await tools.spool.sweep();
  for await (const id of tools.spool.list()) {
    if ((await tools.ledger.item(id)) !== null) continue;
    await tools.spool.remove(id);
    gone += 1;
  }
  return gone;
}

function ended(record: ItemRecord): boolean {
  return (
    record.state === "delivered" ||
    record.state === "discarded" ||
    record.state === "bounced"
  );
}

interface Shelf {
  list(): AsyncIterable<ItemId>;
  remove(item: ItemId): Promise<void>;
}

async function sweep(
  shelf: Shelf,
  ledger: Ledger,
  mayGo: (record: ItemRecord) => boolean,
): Promise<void> {
  for await (const id of shelf.list()) {
    const record = await ledger.item(id);
    if (record !== null && mayGo(record)) await shelf.remove(id);
  }
}

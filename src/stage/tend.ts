/*
NAME       tend: the janitor's two duties
ZONE       airlock
READS      ledger, names in spool, vault and outbox      WRITES  removes files of ended items
SECURITY   rings and removes; never opens a content, never moves an item
*/
import type { ItemId } from "../core/id.ts";
import type { ItemStanding } from "../core/item-record.ts";
import type { Lanes } from "../core/lanes.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Log } from "../core/log.ts";
import type { Outbox, Spool, Vault } from "../core/stores.ts";
import { DAY } from "../core/units.ts";

export interface TendTools {
  readonly ledger: Ledger;
  readonly lanes: Pick<Lanes, "ring">;
  readonly spool: Pick<Spool, "list" | "remove" | "sweep">;
  readonly vault: Pick<Vault, "list" | "remove">;
  readonly outbox: Pick<Outbox, "list" | "remove">;
  readonly log: Log;
}

const MAX_RINGS = 10_000;
/** How long files stay after nothing needs them, ms. */
export interface KeepTimes {
  /** After the last hold was decided. An override lasts a day; until then what it released may be made from the original. */
  readonly originalMs: number;
  /** After delivery, of mails of which nothing was held. */
  readonly deliveredMs: number;
}

export const USUAL_TIMES: KeepTimes = { originalMs: 2 * DAY, deliveredMs: 0 };

/** The ledger is the truth, the queue a bell: whoever waits and is due is announced again. */
export async function ringAgain(
  tools: TendTools,
  quietMs: number,
): Promise<number> {
  const waiting = await tools.ledger.due(Date.now(), quietMs, MAX_RINGS);
  for (const { id, lane } of waiting)
    await tools.lanes.ring(lane, { item: id });
  const rescans = await tools.ledger.rescansDue(Date.now(), quietMs, MAX_RINGS);
  for (const item of rescans) await tools.lanes.ring("sanitize", { item });
  if (waiting.length > 0)
    tools.log.info("janitor.rang", { items: waiting.length });
  return waiting.length;
}

/**
 * Files of an item go when the ledger says that nothing can need them any more; what the ledger does not know stays.
 * Returns how many went.
 */
export async function clearAway(
  tools: TendTools,
  keep: KeepTimes = USUAL_TIMES,
): Promise<number> {
  const now = Date.now();
  const decided = (item: ItemStanding) => {
    const { holdCount, heldCount, updatedAt, isNeeded, pinned } = item;
    if (isNeeded || pinned) return false;
    return holdCount === 0
      ? updatedAt <= now - keep.deliveredMs
      : heldCount === 0 && updatedAt < now - keep.originalMs;
  };
  const vaulted = new Set<ItemId>();
  for await (const id of tools.vault.list()) vaulted.add(id);
  const spooled = await sweep(
    tools.spool,
    tools.ledger,
    (item) =>
      (ended(item) && decided(item)) || (mayWait(item) && vaulted.has(item.id)),
  );
  const sealed = await sweep(tools.outbox, tools.ledger, ended);
  const kept = await sweep(
    tools.vault,
    tools.ledger,
    (item) => ended(item) && decided(item),
  );
  return spooled + sealed + kept;
}

/** Before intake opens: originals that the ledger never heard of were never answered with 250, and go. */
export async function clearOrphans(
  tools: Pick<TendTools, "ledger" | "spool">,
): Promise<number> {
  let gone = await tools.spool.sweep();
  for await (const ids of inHandfuls(tools.spool.list())) {
    const known = new Set(
      (await tools.ledger.states(ids)).map((item) => item.id),
    );
    for (const id of ids) {
      if (known.has(id)) continue;
      await tools.spool.remove(id);
      gone += 1;
    }
  }
  return gone;
}

/** Its original may be needed once more, and the vault's copy serves for that. */
function mayWait(item: ItemStanding): boolean {
  return item.state === "held" || ended(item);
}

function ended(item: ItemStanding): boolean {
  return item.state === "delivered" || item.state === "discarded";
}

interface Shelf {
  list(): AsyncIterable<ItemId>;
  remove(item: ItemId): Promise<void>;
}

async function sweep(
  shelf: Shelf,
  ledger: Ledger,
  mayGo: (item: ItemStanding) => boolean,
): Promise<number> {
  let gone = 0;
  for await (const ids of inHandfuls(shelf.list())) {
    for (const item of await ledger.states(ids)) {
      if (!mayGo(item)) continue;
      await shelf.remove(item.id);
      gone += 1;
    }
  }
  return gone;
}

const HANDFUL = 256;

async function* inHandfuls(
  ids: AsyncIterable<ItemId>,
): AsyncGenerator<readonly ItemId[]> {
  let handful: ItemId[] = [];
  for await (const id of ids) {
    handful.push(id);
    if (handful.length < HANDFUL) continue;
    yield handful;
    handful = [];
  }
  if (handful.length > 0) yield handful;
}

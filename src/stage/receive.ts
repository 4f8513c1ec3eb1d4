import { Fault } from "../core/fault.ts";
import type { Envelope } from "../core/envelope.ts";
import { newItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import type { NewItem } from "../core/item-record.ts";
import type { Lanes } from "../core/lanes.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Log } from "../core/log.ts";
import type { Spool } from "../core/stores.ts";

/**
 * NAME       receive — commit A: original durable, row committed, then the bell
 * ZONE       internet
 * WRITES     spool, ledger
 * TALKS TO   lane inspect, without waiting for it
 * FAULTS     STORE_FULL, STORE_FAILED, and whatever the source throws
 * NOT HERE   looking into the mail; answering the client
 */

export interface ReceiveDeps {
  readonly spool: Pick<Spool, "write" | "remove">;
  readonly ledger: Pick<Ledger, "receive" | "item">;
  readonly lanes: Pick<Lanes, "ring">;
  readonly log: Log;
  /** Whose mail goes before that of others. Left out: nobody's. */
  readonly goesFirst?: (untrustedReversePath: string) => boolean;
  /** Told where we are, so that a test can stop the world there. */
  readonly probe?: (point: ReceivePoint) => void;
  /** A new one for each mail: told the same points, to time what lies between. */
  readonly laps?: () => (point: ReceivePoint) => void;
}

/** `spooled`: file durable, no row. `committed`: row too, but neither bell nor answer. */
export type ReceivePoint = "spooled" | "committed";

export interface MailToReceive {
  readonly tenant: string;
  readonly envelope: Envelope;
  /** Read once. What it throws comes back to the caller. */
  readonly source: AsyncIterable<Uint8Array>;
  /** Once aborted nothing is committed any more. */
  readonly signal?: AbortSignal;
}

/** Resolves when nothing can lose the mail any more. When it rejects, nothing is left behind. */
export type Receive = (mail: MailToReceive) => Promise<ItemId>;

export function createReceive(deps: ReceiveDeps): Receive {
  return async ({ tenant, envelope, source, signal }) => {
    const id = newItemId();
    const lap = deps.laps?.();
    const { bytes, sha256 } = await deps.spool.write(id, source);
    lap?.("spooled");
    deps.probe?.("spooled");
    if (signal?.aborted === true) {
      await removeOriginal(deps, id);
      throw new Fault("STORE_FAILED", { aborted: true });
    }
    const row = { parent: null, override: null };
    await commit(deps, { id, tenant, envelope, bytes, sha256, ...row });
    lap?.("committed");
    deps.probe?.("committed");
    ring(deps, id, deps.goesFirst?.(envelope.reversePath) === true);
    return id;
  };
}

/**
 * A ledger that fails may have committed all the same. A row without its file would be a lost mail, a file without a row is
 * only litter: so the file goes only when the ledger says that it has no such row.
 */
async function commit(deps: ReceiveDeps, item: NewItem): Promise<void> {
  try {
    await deps.ledger.receive(item);
  } catch (error) {
    const found = await whatLedgerSays(deps, item.id);
    if (found === "row") return;
    if (found === "no row") await removeOriginal(deps, item.id);
    throw error;
  }
}

async function whatLedgerSays(
  deps: ReceiveDeps,
  id: ItemId,
): Promise<"row" | "no row" | "nothing"> {
  try {
    return (await deps.ledger.item(id)) === null ? "no row" : "row";
  } catch (error) {
    deps.log.warn("receive.litter", { item: id, error: String(error) });
    return "nothing";
  }
}

async function removeOriginal(deps: ReceiveDeps, id: ItemId): Promise<void> {
  try {
    await deps.spool.remove(id);
  } catch (error) {
    deps.log.warn("receive.litter", { item: id, error: String(error) });
  }
}

/** The ledger already knows that this item is due: the janitor rings again for a bell that was not heard. */
function ring(deps: ReceiveDeps, id: ItemId, first: boolean): void {
  deps.lanes
    .ring("inspect", first ? { item: id, first } : { item: id })
    .catch((error: unknown) => {
      deps.log.warn("receive.bell-failed", { item: id, error: String(error) });
    });
}

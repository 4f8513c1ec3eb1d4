import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { ItemState } from "../../core/item.ts";
import { IS_STOPPED } from "./crossing.ts";
import type { Books } from "./books.ts";
import type { RecipientRow } from "./rows.ts";
import type { HoldRecipient, Settle } from "./settle.ts";

/** After this many attempts whose end nobody knows, a person decides: at most one duplicate. */
export const MAX_UNKNOWNS = 2;

/**
 * Claims what is pending and due. Open within its lease: somebody else is at it. Open and past it: that attempt crashed,
 * and whether the peer has the mail is not known. While the crossing is stopped nothing is claimed: this is the same
 * transaction, so that after the commit of a stop no delivery begins, in whatever process.
 */
export function prepareOpenAttempt(
  database: DatabaseSync,
  books: Books,
  after: { readonly settle: Settle; readonly holdRecipient: HoldRecipient },
): (
  at: number,
  id: ItemId,
  lease: { readonly now: number; readonly leaseMs: number },
) => readonly RecipientRow[] {
  const open = database.prepare(
    `UPDATE recipients SET attempts = ?, unknowns = ?, opened_at = ?, lease_until = ? WHERE item = ? AND seq = ?`,
  );
  const find = database.prepare(
    `SELECT seq, state, ${IS_STOPPED} AS stopped FROM items WHERE id = ?`,
  );
  return (at, id, { now, leaseMs }) => {
    const found = find.get(id) as unknown as Standing | undefined;
    if (found?.state !== "cleared" || found.stopped === 1) return [];
    const claimed: RecipientRow[] = [];
    for (const recipient of books.recipients(found.seq)) {
      const next = claim(recipient, now, leaseMs);
      if (next === null) continue;
      if (next.unknowns >= MAX_UNKNOWNS) {
        const why = { code: "DELIVERY_UNKNOWN", reply: next.reply } as const;
        after.holdRecipient(at, id, next, why);
        continue;
      }
      open.run(
        next.attempts,
        next.unknowns,
        next.opened_at,
        next.lease_until,
        next.item,
        next.seq,
      );
      claimed.push(next);
    }
    after.settle(at, id, found.seq);
    return claimed;
  };
}

interface Standing {
  readonly seq: number;
  readonly state: ItemState;
  readonly stopped: 0 | 1;
}

/** The recipient as it stands once claimed, null when it is not to be claimed now. */
function claim(
  recipient: RecipientRow,
  now: number,
  leaseMs: number,
): RecipientRow | null {
  if (recipient.state !== "pending") return null;
  const crashed = recipient.opened_at !== null;
  if (crashed ? now < (recipient.lease_until ?? 0) : recipient.due_at > now)
    return null;
  return {
    ...recipient,
    attempts: recipient.attempts + 1,
    unknowns: recipient.unknowns + (crashed ? 1 : 0),
    opened_at: now,
    lease_until: now + leaseMs,
  };
}

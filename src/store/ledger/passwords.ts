import type { DatabaseSync } from "node:sqlite";
import type { Envelope } from "../../core/envelope.ts";
import { newItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { Books } from "./books.ts";
import { recipientsIn, servedBy, TRIES_SQL } from "./password-tries.ts";
import type { InsertItem } from "./receive.ts";
import type { ItemRow } from "./rows.ts";

/** Of one closed mail; more passwords than that are nobody's mistake but a guess. */
const MAX_TRIES = 5;
/** Begun in one round, so that they fill no lane. */
const MAX_NEW_TRIES = 20;
/** Looked at in one round, newest first. */
const MAX_OFFERS = 500;
const MAX_LOCKED = 200;

export interface PasswordBooks {
  /** Remembers that a mail may hold passwords; its original is kept until then. */
  readonly offer: (at: number, id: ItemId, forMs: number) => void;
  /** New items for pairs of a closed mail and one that may open it. */
  readonly match: (at: number, windowMs: number) => readonly ItemId[];
}

interface Offer extends ItemRow {
  readonly offered_at: number;
}

/** Knows which mail a password may stand in; what it is, nobody here ever knows. */
export function preparePasswords(
  database: DatabaseSync,
  books: Books,
  insertItem: InsertItem,
): PasswordBooks {
  const insertOffer = database.prepare(
    `INSERT OR REPLACE INTO password_offers (item, tenant, at, until)
     SELECT seq, tenant, received_at, ? FROM items WHERE id = ?`,
  );
  const offers = database.prepare(
    `SELECT items.*, password_offers.at AS offered_at FROM password_offers JOIN items ON items.seq = password_offers.item
     WHERE until > ? ORDER BY items.seq DESC LIMIT ${String(MAX_OFFERS)}`,
  );
  const locked = database.prepare(
    `SELECT DISTINCT items.* FROM holds INDEXED BY holds_locked JOIN items ON items.seq = holds.item
     WHERE holds.code = 'ENCRYPTED' AND holds.state = 'held' AND holds.tenant = ? AND holds.at >= ?
       AND holds.part IS NOT NULL AND items.state IN ('cleared', 'delivered') AND items.received_at BETWEEN ? AND ?
     ORDER BY items.seq DESC LIMIT ${String(MAX_LOCKED)}`,
  );
  const tries = database.prepare(TRIES_SQL);
  const closedParts = database.prepare(
    "SELECT DISTINCT part FROM holds WHERE item = ? AND part IS NOT NULL AND code = 'ENCRYPTED' AND state = 'held'",
  );
  const insertTry = database.prepare(
    "INSERT INTO password_tries (locked, offer, item) VALUES (?, ?, ?)",
  );
  /** Who may get it and has not got it yet; nobody while another password is being tried. */
  const openTo = (closed: ItemRow, offer: Offer): readonly string[] => {
    const before = tries.all(closed.seq);
    if (before.length >= MAX_TRIES) return [];
    const again = before.some(
      (row) => row["offer"] === offer.seq || row["unfinished"] === 1,
    );
    if (again) return [];
    const served = servedBy(before);
    const told = recipientsIn(offer.envelope).map(folded);
    return recipientsIn(closed.envelope).filter(
      (one) => told.includes(folded(one)) && !served.has(one),
    );
  };

  const tryOne = (
    at: number,
    pair: { readonly closed: ItemRow; readonly offer: Offer },
    recipients: readonly string[],
  ): ItemId => {
    const { closed, offer } = pair;
    const id = newItemId();
    const envelope = JSON.parse(closed.envelope) as Envelope;
    insertItem(at, {
      ...{ id, tenant: closed.tenant, parent: closed.id, override: null },
      envelope: { ...envelope, recipients },
      ...{ bytes: closed.bytes, sha256: closed.sha256 },
      ...{ kind: "attachments", passwordFrom: offer.id },
      opens: closedParts.all(closed.seq).map((row) => String(row["part"])),
      ...(closed.thread === null ? {} : { thread: closed.thread }),
    });
    insertTry.run(closed.seq, offer.seq, id);
    books.append(at, {
      act: "mail-password-tried",
      actor: "janitor",
      facts: { item: closed.id, into: id, from: offer.id },
    });
    return id;
  };

  return {
    offer: (at, id, forMs) => {
      insertOffer.run(at + forMs, id);
    },
    match: (at, windowMs) => {
      const made: ItemId[] = [];
      for (const row of offers.all(at)) {
        if (made.length >= MAX_NEW_TRIES) break;
        const offer = row as unknown as Offer;
        const [from, to] = [
          offer.offered_at - windowMs,
          offer.offered_at + windowMs,
        ];
        for (const one of locked.all(offer.tenant, from, from, to)) {
          const closed = one as unknown as ItemRow;
          if (!sameSender(closed, offer)) continue;
          const recipients = openTo(closed, offer);
          if (recipients.length > 0)
            made.push(tryOne(at, { closed, offer }, recipients));
        }
      }
      return made;
    },
  };
}

/** The addresses that SMTP was told, or the words that people see: senders of passwords write by hand and by program. */
function sameSender(one: ItemRow, other: ItemRow): boolean {
  const path = (row: ItemRow) =>
    folded((JSON.parse(row.envelope) as Envelope).reversePath);
  if (path(one) !== "" && path(one) === path(other)) return true;
  return (one.sender ?? "") !== "" && one.sender === other.sender;
}

function folded(address: string): string {
  return address.toLowerCase();
}

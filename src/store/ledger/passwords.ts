import type { DatabaseSync } from "node:sqlite";
import type { Envelope } from "../../core/envelope.ts";
import { newItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { Books } from "./books.ts";
import { UNFINISHED_SQL } from "./due.ts";
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
  /** Lets go what the password opened, in the commit that clears it. */
  readonly opened: (at: number, id: ItemId, parts: readonly string[]) => void;
  readonly refuse: (at: number, id: ItemId) => boolean;
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
  const tries = database.prepare(
    `SELECT password_tries.offer, password_tries.outcome, items.envelope, items.${UNFINISHED_SQL} AS unfinished
     FROM password_tries JOIN items ON items.id = password_tries.item WHERE locked = ?`,
  );
  const insertTry = database.prepare(
    "INSERT INTO password_tries (locked, offer, item) VALUES (?, ?, ?)",
  );
  const findTry = database.prepare(
    `SELECT locked.*, offer.id AS offer_id FROM password_tries
     JOIN items AS locked ON locked.seq = password_tries.locked JOIN items AS offer ON offer.seq = password_tries.offer
     WHERE password_tries.item = ?`,
  );
  const end = database.prepare(
    "UPDATE password_tries SET outcome = ? WHERE item = ?",
  );
  const letGo = database.prepare(
    `UPDATE holds SET state = 'released', decided_by = 'sanitizer', decided_why = ?, decided_at = ?
     WHERE item = ? AND part = ? AND code = 'ENCRYPTED' AND state = 'held'`,
  );
  const endRecipients = database.prepare(
    "UPDATE recipients SET state = 'discarded' WHERE item = ? AND state = 'pending'",
  );

  /** Who may get it and has not got it yet; nobody while another password is being tried. */
  const openTo = (closed: ItemRow, offer: Offer): readonly string[] => {
    const before = tries.all(closed.seq);
    if (before.length >= MAX_TRIES) return [];
    const again = before.some(
      (row) => row["offer"] === offer.seq || row["unfinished"] === 1,
    );
    if (again) return [];
    const served = before
      .filter((row) => row["outcome"] === "opened")
      .flatMap((row) => recipientsIn(String(row["envelope"])));
    const told = recipientsIn(offer.envelope).map(folded);
    return recipientsIn(closed.envelope).filter(
      (one) => told.includes(folded(one)) && !served.includes(one),
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
    opened: (at, id, parts) => {
      const row = findTry.get(id);
      if (row === undefined) return;
      const closed = row as unknown as ItemRow;
      const from = String(row["offer_id"]);
      end.run("opened", id);
      const served = new Set(
        tries
          .all(closed.seq)
          .filter((one) => one["outcome"] === "opened")
          .flatMap((one) => recipientsIn(String(one["envelope"]))),
      );
      // Who has not got it can still get it from a person.
      const all = recipientsIn(closed.envelope).every((one) => served.has(one));
      if (all)
        for (const part of parts)
          letGo.run(`password-mail ${from}`, at, closed.seq, part);
      books.append(at, {
        act: "unlocked",
        actor: "sanitizer",
        facts: { item: closed.id, into: id, from, parts: parts.length },
      });
    },
    refuse: (at, id) => {
      const row = findTry.get(id);
      if (row === undefined) return false;
      const seq = books.move(id, "discarded", { at });
      if (seq === null) return books.find(id)?.state === "discarded";
      end.run("refused", id);
      endRecipients.run(seq);
      books.append(at, {
        act: "password-refused",
        actor: "sanitizer",
        facts: { item: String(row["id"]), into: id, from: row["offer_id"] },
      });
      return true;
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

function recipientsIn(envelope: string): readonly string[] {
  return (JSON.parse(envelope) as Envelope).recipients;
}

function folded(address: string): string {
  return address.toLowerCase();
}

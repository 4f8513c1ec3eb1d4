import type { DatabaseSync } from "node:sqlite";
import type { Envelope } from "../../core/envelope.ts";
import type { ItemId } from "../../core/id.ts";
import type { Books } from "./books.ts";
import { UNFINISHED_SQL } from "./due.ts";
import type { ItemRow } from "./rows.ts";

/** Of one closed mail. */
export const TRIES_SQL = `SELECT password_tries.offer, password_tries.outcome, items.envelope, items.${UNFINISHED_SQL} AS unfinished
  FROM password_tries JOIN items ON items.id = password_tries.item WHERE locked = ?`;

interface Try extends ItemRow {
  readonly offer_id: ItemId;
}

export interface PasswordTries {
  /** Until something opened, what is still held where it was; from then on what opened, however often that is made. */
  readonly toOpen: (at: number, id: ItemId) => readonly string[];
  /** Lets go what the password opened, in the commit that clears it. */
  readonly opened: (at: number, id: ItemId, parts: readonly string[]) => void;
  /** Ends a try, as long as all that it was to open is held where it was and nobody let the try itself go. */
  readonly refuse: (at: number, id: ItemId) => boolean;
}

/** What becomes of the items that `passwords.ts` makes. */
export function preparePasswordTries(
  database: DatabaseSync,
  books: Books,
): PasswordTries {
  const opens = database.prepare("SELECT opens FROM items WHERE id = ?");
  const findTry = database.prepare(
    `SELECT locked.*, offer.id AS offer_id FROM password_tries
     JOIN items AS locked ON locked.seq = password_tries.locked JOIN items AS offer ON offer.seq = password_tries.offer
     WHERE password_tries.item = ? AND outcome = 'waiting'`,
  );
  const isHeld = database.prepare(
    "SELECT 1 FROM holds WHERE item = ? AND part = ? AND code = 'ENCRYPTED' AND state = 'held'",
  );
  const tries = database.prepare(TRIES_SQL);
  const isLetGo = database.prepare(
    "SELECT 1 FROM items WHERE id = ? AND override IS NOT NULL",
  );
  const remember = database.prepare("UPDATE items SET opens = ? WHERE id = ?");
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
  const waiting = (id: ItemId) =>
    (findTry.get(id) as unknown as Try | undefined) ?? null;

  return {
    toOpen: (_at, id) => {
      const known = opens.get(id)?.["opens"] ?? "[]";
      const parts = JSON.parse(String(known)) as readonly string[];
      const closed = waiting(id);
      return closed === null
        ? parts
        : parts.filter((part) => isHeld.get(closed.seq, part) !== undefined);
    },
    opened: (at, id, parts) => {
      const closed = waiting(id);
      if (closed === null) return;
      remember.run(JSON.stringify(parts), id);
      end.run("opened", id);
      const served = servedBy(tries.all(closed.seq));
      // Who has not got it can still get it from a person.
      const all = recipientsIn(closed.envelope).every((one) => served.has(one));
      const why = `password-mail ${closed.offer_id}`;
      if (all) for (const part of parts) letGo.run(why, at, closed.seq, part);
      const facts = { item: closed.id, into: id, from: closed.offer_id };
      books.append(at, {
        ...{ act: "unlocked", actor: "sanitizer" },
        facts: { ...facts, parts: parts.length },
      });
    },
    refuse: (at, id) => {
      if (books.find(id)?.state === "discarded") return true;
      const closed = waiting(id);
      if (closed === null || isLetGo.get(id) !== undefined) return false;
      const seq = books.move(id, "discarded", { at });
      if (seq === null) return false;
      end.run("refused", id);
      endRecipients.run(seq);
      books.append(at, {
        ...{ act: "password-refused", actor: "sanitizer" },
        facts: { item: closed.id, into: id, from: closed.offer_id },
      });
      return true;
    },
  };
}

/** Who got what a try opened. */
export function servedBy(
  tries: readonly Readonly<Record<string, unknown>>[],
): ReadonlySet<string> {
  const opened = tries.filter((one) => one["outcome"] === "opened");
  return new Set(
    opened.flatMap((one) => recipientsIn(String(one["envelope"]))),
  );
}

export function recipientsIn(envelope: string): readonly string[] {
  return (JSON.parse(envelope) as Envelope).recipients;
}

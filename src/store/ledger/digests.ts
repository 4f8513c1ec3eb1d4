import type { DatabaseSync } from "node:sqlite";
import { hash } from "node:crypto";
import { newItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { ItemKind } from "../../core/item.ts";
import type { DigestRun } from "../../core/digest.ts";
import type { Books } from "./books.ts";
import type { InsertItem } from "./receive.ts";
import type { HoldRow, ItemRow } from "./rows.ts";

/** One run reads so many holds; what is left comes with the next period's. */
const MAX_HOLDS = 5000;
/** One digest tells so many; the others are counted. */
const MAX_LINES = 200;
/** Mails of our own: a digest about them would beget the next one. */
const OWN_SQL = "items.kind IN ('digest', 'duty-digest', 'held-notice')";

export interface OwnMail {
  readonly tenant: string;
  readonly kind: ItemKind;
  readonly recipients: readonly string[];
  /** What it is about, so that its hash is of something. */
  readonly about: string;
  readonly parent?: ItemId;
  readonly thread?: string;
}

/** A mail of the gateway's own: no original, and the null reverse-path, so that nothing answers it (RFC 3834 §3.3). */
export function newOwnMail(
  insertItem: InsertItem,
): (at: number, mail: OwnMail) => ItemId {
  return (at, { tenant, kind, recipients, about, parent, thread }) => {
    const id = newItemId();
    const client = { address: "", helo: "", tls: false };
    insertItem(at, {
      ...{ id, tenant, kind, override: null, parent: parent ?? null },
      envelope: { reversePath: "", recipients, client, smtpUtf8: false },
      ...{ bytes: 0, sha256: hash("sha256", `${kind} ${about}`) },
      ...(thread === undefined ? {} : { thread }),
    });
    return id;
  };
}

interface Held {
  readonly seq: number;
  readonly item: number;
  readonly recipient: number | null;
}

/** All of a period in one transaction: killed in the middle, there was no run; killed behind it, there is no second one. */
export function prepareDigest(
  database: DatabaseSync,
  books: Books,
  insertItem: InsertItem,
): (at: number, run: DigestRun) => readonly ItemId[] {
  const ran = database.prepare(
    "SELECT 1 FROM digest_runs WHERE tenant = ? AND period = ?",
  );
  const last = database.prepare(
    "SELECT max(upto) AS upto FROM digest_runs WHERE tenant = ?",
  );
  const before = database.prepare(
    "SELECT max(seq) AS upto FROM holds WHERE tenant = ? AND at < ?",
  );
  const newest = database.prepare("SELECT max(seq) AS upto FROM holds");
  const held = database.prepare(
    `SELECT holds.seq, holds.item, holds.recipient FROM holds JOIN items ON items.seq = holds.item
     WHERE holds.seq > ? AND holds.tenant = ? AND holds.state = 'held' AND NOT coalesce(${OWN_SQL}, 0)
     ORDER BY holds.seq LIMIT ${String(MAX_HOLDS)}`,
  );
  const insertRun = database.prepare(
    "INSERT INTO digest_runs (tenant, period, upto, at, mails) VALUES (?, ?, ?, ?, ?)",
  );
  const insertDigest = database.prepare(
    "INSERT INTO digests (item, tenant, recipient, after, upto) VALUES (?, ?, ?, ?, ?)",
  );
  // Whom the mail itself could not be delivered to, no digest reaches: that is for those on duty.
  const undelivered = database.prepare(
    "SELECT 1 FROM holds WHERE item = ? AND recipient = ?",
  );
  const isUnreachable = (item: number, recipient: number) =>
    undelivered.get(item, recipient) !== undefined;
  const numberIn = (row: Record<string, unknown> | undefined) =>
    row?.["upto"] === null || row === undefined ? null : Number(row["upto"]);
  const ownMail = newOwnMail(insertItem);

  return (at, run) => {
    const { tenant, period } = run;
    if (ran.get(tenant, period) !== undefined) return [];
    const after =
      numberIn(last.get(tenant)) ??
      numberIn(before.get(tenant, at - run.firstSinceMs)) ??
      0;
    const holds = held.all(after, tenant) as unknown as Held[];
    const upto =
      holds.length < MAX_HOLDS
        ? Math.max(after, numberIn(newest.get()) ?? 0)
        : (holds.at(-1)?.seq ?? after);
    const made: ItemId[] = [];
    const make = (kind: ItemKind, recipient: string, whose: string | null) => {
      const about = `${tenant} ${period} ${recipient}`;
      const id = ownMail(at, { tenant, kind, recipients: [recipient], about });
      insertDigest.run(id, tenant, whose, after, upto);
      made.push(id);
    };
    if (holds.length > 0 && run.dutyAddress !== null)
      make("duty-digest", run.dutyAddress, null);
    if (run.toRecipients)
      for (const address of recipientsOf(holds, books, isUnreachable))
        make("digest", address, address);
    insertRun.run(tenant, period, upto, at, made.length);
    if (made.length > 0)
      books.append(at, {
        act: "digest",
        actor: "janitor",
        facts: { tenant, period, mails: made.length, holds: holds.length },
      });
    return made;
  };
}

/** Each address once, as it was first written. */
function recipientsOf(
  holds: readonly Held[],
  books: Books,
  isUnreachable: (item: number, recipient: number) => boolean,
): readonly string[] {
  const found = new Map<string, string>();
  for (const { item, recipient } of holds) {
    if (recipient !== null) continue;
    for (const { seq, address } of books.recipients(item)) {
      const key = address.toLowerCase();
      if (!found.has(key) && !isUnreachable(item, seq)) found.set(key, address);
    }
  }
  return [...found.values()];
}

export interface DigestRows {
  readonly rows: readonly (HoldRow &
    Pick<ItemRow, "subject" | "sender" | "received_at">)[];
  readonly holds: number;
  readonly waiting: number;
}

const NOTHING: DigestRows = { rows: [], holds: 0, waiting: 0 };

/** What was let go or discarded since is told, too: then the mail says so, and is not empty. */
export function prepareDigestContent(
  database: DatabaseSync,
): (at: number, id: ItemId) => DigestRows {
  const digest = database.prepare("SELECT * FROM digests WHERE item = ?");
  const from = `FROM holds JOIN items ON items.seq = holds.item
     WHERE holds.seq > ?1 AND holds.seq <= ?2 AND holds.tenant = ?3 AND NOT coalesce(${OWN_SQL}, 0)
       AND (?4 IS NULL OR holds.recipient IS NULL AND EXISTS (SELECT 1 FROM recipients
         WHERE recipients.item = items.seq AND lower(recipients.address) = lower(?4)))`;
  const lines = database.prepare(
    `SELECT items.id AS item_id, items.subject, items.sender, items.received_at, holds.* ${from}
     ORDER BY holds.seq LIMIT ${String(MAX_LINES)}`,
  );
  const count = database.prepare(`SELECT count(*) AS holds ${from}`);
  const waiting = database.prepare(
    "SELECT count(*) AS waiting FROM holds WHERE tenant = ? AND state = 'held'",
  );
  return (_at, id) => {
    const row = digest.get(id);
    if (row === undefined) return NOTHING;
    const tenant = String(row["tenant"]);
    const recipient =
      row["recipient"] === null ? null : String(row["recipient"]);
    const range = [
      Number(row["after"]),
      Number(row["upto"]),
      tenant,
      recipient,
    ];
    return {
      rows: lines.all(...range) as unknown as DigestRows["rows"],
      holds: Number(count.get(...range)?.["holds"] ?? 0),
      waiting: Number(waiting.get(tenant)?.["waiting"] ?? 0),
    };
  };
}

/** Attachments that were promised and are held as a whole: those who wait for them are told. */
export type TellHeld = (at: number, id: ItemId) => void;

export function prepareTellHeld(
  database: DatabaseSync,
  insertItem: InsertItem,
): TellHeld {
  const find = database.prepare("SELECT * FROM items WHERE id = ?");
  const ownMail = newOwnMail(insertItem);
  const told = database.prepare(
    "SELECT 1 FROM items WHERE parent = ? AND kind = 'held-notice'",
  );
  return (at, id) => {
    const item = find.get(id) as unknown as ItemRow | undefined;
    // What no password opened was promised to nobody.
    if (item?.kind !== "attachments" || item.password_from !== null) return;
    if (item.thread === null || told.get(id) !== undefined) return;
    const { recipients } = JSON.parse(item.envelope) as {
      readonly recipients: readonly string[];
    };
    ownMail(at, {
      ...{ tenant: item.tenant, kind: "held-notice", recipients, about: id },
      ...{ parent: id, thread: item.thread },
    });
  };
}

import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { EVERY_TENANT } from "../../core/account.ts";
import type {
  CrossingAct,
  CrossingAnswer,
  CrossingState,
  CrossingStop,
  RestoredFrom,
  RestoredMarks,
} from "../../core/crossing.ts";
import { SELF_TEST_TENANT } from "../../core/check.ts";
import type { ItemId } from "../../core/id.ts";
import type { Books } from "./books.ts";
import type { RecipientRow } from "./rows.ts";
import type { HoldRecipient, Settle } from "./settle.ts";

/**
 * Of a row of `items`: whether a stop is in force for it. Nothing is read where the table is empty but its root page. Mails of
 * the self-test never cross; they must come to their end so that one can see whether all is well again.
 */
export const IS_STOPPED = `EXISTS (SELECT 1 FROM crossing_stops
  WHERE tenant IN (items.tenant, '${EVERY_TENANT}') AND items.tenant <> '${SELF_TEST_TENANT}')`;

/** By way of the cleared items, which are few; word for word the condition of the index. */
const CLEARED = `items INDEXED BY items_waiting
  WHERE state IN ('received', 'inspected', 'planned', 'sanitized', 'cleared') AND state = 'cleared'`;
const VERSION_CHARACTERS = 16;

export function prepareCrossing(database: DatabaseSync): () => CrossingState {
  const all = database.prepare("SELECT * FROM crossing_stops ORDER BY tenant");
  return () => {
    const stops = all
      .all()
      .map((row) => ({ ...row }) as unknown as CrossingStop);
    const told = stops.map(({ tenant, since }) => `${tenant}:${String(since)}`);
    const version = hash("sha256", told.join(","));
    return { stops, version: version.slice(0, VERSION_CHARACTERS) };
  };
}

export type ActOnCrossing = (at: number, act: CrossingAct) => CrossingAnswer;

export function prepareStopCrossing(
  database: DatabaseSync,
  books: Books,
): ActOnCrossing {
  const put = database.prepare(
    "INSERT INTO crossing_stops (tenant, since, who, why) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  return acting(database, (at, act) => {
    const { tenant, who, why, via } = act;
    if (put.run(tenant, at, who, why).changes === 0) return "already";
    const facts = { tenant, why, via };
    books.append(at, { act: "crossing-stopped", actor: who, facts });
    return "done";
  });
}

export function prepareResumeCrossing(
  database: DatabaseSync,
  books: Books,
): ActOnCrossing {
  const take = database.prepare(
    "DELETE FROM crossing_stops WHERE tenant = ? RETURNING since",
  );
  return acting(database, (at, act) => {
    const { tenant, who, why, via } = act;
    const since = take.get(tenant)?.["since"];
    if (since === undefined) return "already";
    const facts = { tenant, why, via, since };
    books.append(at, { act: "crossing-resumed", actor: who, facts });
    return "done";
  });
}

/** Whoever asks again for what stands so already hears that it stands so, whatever they saw. */
function acting(database: DatabaseSync, run: ActOnCrossing): ActOnCrossing {
  const state = prepareCrossing(database);
  return (at, act) => {
    const before = state().version;
    if (act.seen === undefined || act.seen === before) return run(at, act);
    database.exec("SAVEPOINT seen");
    const answer = run(at, act);
    if (answer === "done") database.exec("ROLLBACK TO seen");
    database.exec("RELEASE seen");
    return answer === "done" ? "changed" : answer;
  };
}

export function prepareAttemptsUnderWay(
  database: DatabaseSync,
): (at: number, tenant: string, now: number) => number {
  const open = database.prepare(
    `SELECT count(*) AS count FROM recipients WHERE state = 'pending' AND opened_at IS NOT NULL AND lease_until > ?1
       AND item IN (SELECT seq FROM ${CLEARED} AND (?2 = '${EVERY_TENANT}' OR tenant = ?2))`,
  );
  return (_at, tenant, now) => Number(open.get(now, tenant)?.["count"] ?? 0);
}

export function prepareWaitingToCross(
  database: DatabaseSync,
): () => Readonly<Record<string, number>> {
  const waiting = database.prepare(
    `SELECT tenant, count(*) AS count FROM ${CLEARED} GROUP BY tenant`,
  );
  return () =>
    Object.fromEntries(
      waiting.all().map((row) => [row["tenant"], row["count"]]),
    ) as Record<string, number>;
}

interface OpenRow extends RecipientRow {
  readonly id: ItemId;
}

/** A copy does not know what happened after it: nothing of it crosses before a person says so. */
export function prepareMarkRestored(
  database: DatabaseSync,
  books: Books,
  after: { readonly settle: Settle; readonly holdRecipient: HoldRecipient },
): (at: number, from: RestoredFrom) => RestoredMarks {
  const stop = prepareStopCrossing(database, books);
  const open = database.prepare(
    `SELECT items.id, recipients.* FROM recipients JOIN items ON items.seq = recipients.item
     WHERE recipients.state = 'pending' AND opened_at IS NOT NULL
       AND recipients.item IN (SELECT seq FROM ${CLEARED})`,
  );
  const waiting = database.prepare(
    "SELECT coalesce(sum(items), 0) AS count FROM tally WHERE state IN ('received', 'inspected', 'planned', 'sanitized', 'cleared')",
  );
  return (at, { copiedAt, who, why }) => {
    const rows = open.all() as unknown as OpenRow[];
    const ids = new Map<ItemId, number>();
    for (const { id, ...row } of rows) {
      const unknowns = row.unknowns + 1;
      const reason = { code: "DELIVERY_UNKNOWN", reply: row.reply } as const;
      after.holdRecipient(at, id, { ...row, unknowns }, reason);
      ids.set(id, row.item);
    }
    for (const [id, item] of ids) after.settle(at, id, item);
    const marks = {
      waiting: Number(waiting.get()?.["count"] ?? 0),
      unknown: rows.length,
    };
    books.append(at, {
      act: "restored",
      actor: who,
      facts: { copiedAt, why, ...marks },
    });
    stop(at, { tenant: EVERY_TENANT, who, why, via: "restore" });
    return marks;
  };
}

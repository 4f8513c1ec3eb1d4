import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { AuditAsk } from "../../core/quarantine.ts";
import { REMOVED } from "../../wire/record-gap.ts";

export interface AuditEntryRow {
  readonly seq: number;
  readonly at: number;
  readonly act: string;
  readonly actor: string;
  readonly item: string | null;
  readonly facts: string;
  readonly hash: string;
}

export interface EntriesPage {
  readonly rows: readonly AuditEntryRow[];
  readonly after: number | null;
}

const COLUMNS = "seq, at, act, actor, item, facts, hash";
/** Word for word the condition of the index audit_item. */
export const NOT_THE_LINE_ITSELF = `act NOT IN ('received', 'delivered', 'recipient-delivered')
    AND (act <> 'cleared' OR instr(facts, '"holds":[]') = 0)`;
const LINE_ACTORS: readonly string[] = ["intake", "sanitizer", "courier"];
/** Word for word that of audit_people and audit_actor. */
const BY_PEOPLE = "actor NOT IN ('intake', 'sanitizer', 'courier')";
/** Entries that one call looks at, at most. */
const WINDOW_ENTRIES = 100_000;

export function prepareHistory(
  database: DatabaseSync,
): (
  at: number,
  id: ItemId,
  limit: number,
  acts: readonly string[] | null,
) => readonly AuditEntryRow[] {
  const ofItem = database.prepare(
    `SELECT ${COLUMNS} FROM audit INDEXED BY audit_item WHERE item = ?1 AND ${NOT_THE_LINE_ITSELF}
       AND (?2 IS NULL OR act IN (SELECT value FROM json_each(?2)))
     ORDER BY seq DESC LIMIT ?3`,
  );
  return (_at, id, limit, acts) => {
    const wanted = acts === null ? null : JSON.stringify(acts);
    const newest = ofItem.all(id, wanted, limit) as unknown as AuditEntryRow[];
    return newest.reverse();
  };
}

/** One window of the record, newest first. */
export function prepareEntries(
  database: DatabaseSync,
): (at: number, ask: AuditAsk) => EntriesPage {
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  const newest = database.prepare("SELECT max(seq) AS seq FROM audit");
  return (_at, ask) => {
    const { sql, values, isIndexed } = selectEntries(ask);
    const before = ask.after ?? Number(newest.get()?.["seq"] ?? 0) + 1;
    const floor = isIndexed ? 0 : Math.max(0, before - WINDOW_ENTRIES);
    const rows = statement(sql).all(
      ...values,
      before,
      floor,
      ask.limit,
    ) as unknown as AuditEntryRow[];
    const last = rows.length === ask.limit ? rows.at(-1)?.seq : undefined;
    return { rows, after: last ?? (floor > 1 ? floor : null) };
  };
}

export function selectEntries(ask: AuditAsk): {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
  readonly isIndexed: boolean;
} {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const where = (condition: string, ...given: readonly SQLInputValue[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  const isPerson = ask.actor !== undefined && !LINE_ACTORS.includes(ask.actor);
  let index = "NOT INDEXED";
  if (ask.item !== undefined) {
    index = "INDEXED BY audit_item";
    where(`item = ? AND ${NOT_THE_LINE_ITSELF}`, ask.item);
  } else if (isPerson) index = `INDEXED BY audit_actor`;
  else if (ask.peopleOnly) index = `INDEXED BY audit_people`;
  if (isPerson || ask.peopleOnly) where(BY_PEOPLE);
  if (ask.actor !== undefined) where("actor = ?", ask.actor);
  if (ask.act !== undefined) where("act = ?", ask.act);
  if (ask.since !== undefined) where("at >= ?", ask.since);
  if (ask.until !== undefined) where("at < ?", ask.until);
  // What stands in place of entries that are gone is told by the entry about their going.
  if (ask.act === undefined) where(`act <> '${REMOVED}'`);
  where("seq < ? AND seq >= ?");
  return {
    sql: `SELECT ${COLUMNS} FROM audit ${index} WHERE ${conditions.join(" AND ")} ORDER BY seq DESC LIMIT ?`,
    values,
    isIndexed: index !== "NOT INDEXED",
  };
}

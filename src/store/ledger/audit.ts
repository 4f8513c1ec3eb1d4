import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { parseItemId } from "../../core/id.ts";
import type { AuditEntry, AuditPage, AuditPlace } from "../../core/audit.ts";
import type { AuditLine } from "../../core/quarantine.ts";
import { canonicalJson } from "../../wire/canonical-json.ts";
import { firstOf, isGap } from "../../wire/record-gap.ts";

/** What stands before the first entry. */
export const CHAIN_START = "0".repeat(64);

const LINE_COLUMNS = "seq, at, act, actor, item, facts, previous, hash";

export type Append = (at: number, entry: AuditEntry) => void;

/** Each entry names the hash of the one before it. Append only inside a write transaction: then nobody else adds. */
export function prepareAppend(database: DatabaseSync): Append {
  const last = database.prepare(
    "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
  );
  const insert = database.prepare(
    `INSERT INTO audit (${LINE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (at, { act, actor, facts }) => {
    const before = last.get() as Pick<AuditLine, "seq" | "hash"> | undefined;
    const previous = before?.hash ?? CHAIN_START;
    const entry = {
      seq: (before?.seq ?? 0) + 1,
      at,
      act,
      actor,
      item: parseItemId(facts["item"]),
      facts: canonicalJson(facts),
    };
    insert.run(
      entry.seq,
      at,
      act,
      actor,
      entry.item,
      entry.facts,
      previous,
      chainHash(previous, entry),
    );
  };
}

/** `facts` goes in as it is stored, so that not even a space in it can change unseen. */
export function chainHash(
  previous: string,
  entry: Omit<AuditLine, "previous" | "hash">,
): string {
  const { seq, at, act, actor, item, facts } = entry;
  const text = `{"act":${JSON.stringify(act)},"actor":${JSON.stringify(actor)},"at":${String(at)},"facts":${facts},"item":${JSON.stringify(item)},"seq":${String(seq)}}`;
  return hash("sha256", previous + text);
}

const PAGE_ROWS = 2000;

/**
 * Whether an entry follows in the chain and is as it was written. Of a gap only that it follows: the rest is for whoever knows
 * the key.
 */
export function follows(place: AuditPlace, line: AuditLine): boolean {
  return (
    firstOf(line) === place.seq + 1 &&
    line.previous === place.hash &&
    (isGap(line) || isAsWritten(line))
  );
}

export function isAsWritten(line: AuditLine): boolean {
  return line.hash === chainHash(line.previous, line);
}

/** `gaps`: what in this page has still to be proven by its signature. */
export interface ChainPage extends AuditPage {
  readonly gaps: readonly AuditLine[];
}

/** Recomputes one page, so that a long chain never keeps mails waiting. The last number given out shows a cut-off end. */
export function prepareVerifyAudit(
  database: DatabaseSync,
): (_at: number, after: AuditPlace | null) => ChainPage {
  const page = database.prepare(
    `SELECT ${LINE_COLUMNS} FROM audit WHERE seq > ? ORDER BY seq LIMIT ?`,
  );
  const given = database.prepare(
    "SELECT seq FROM sqlite_sequence WHERE name = 'audit'",
  );
  const cutAt = prepareCutAt(database);
  return (_at, from) => {
    const after = from ?? cutAt();
    let place: AuditPlace = after;
    const last = Number(given.get()?.["seq"] ?? 0);
    const rows = page.all(after.seq, PAGE_ROWS) as unknown as AuditLine[];
    const gaps: AuditLine[] = [];
    for (const row of rows) {
      if (!follows(place, row))
        return { ...place, brokenAt: place.seq + 1, done: true, gaps };
      if (isGap(row)) gaps.push({ ...row });
      place = { seq: row.seq, hash: row.hash };
    }
    const done = rows.length < PAGE_ROWS;
    const cut = done && place.seq < last;
    return { ...place, brokenAt: cut ? place.seq + 1 : null, done, gaps };
  };
}

/** The entry that says up to where the record was cut off; what it names is what the chain goes on from. */
export const CUT = "record-cut";

/** Where the chain begins: at nothing, or behind what was cut off. The words are those of the index audit_actor. */
export function prepareCutAt(database: DatabaseSync): () => AuditPlace {
  const cut = database.prepare(
    `SELECT facts FROM audit INDEXED BY audit_actor
     WHERE actor = 'janitor' AND actor NOT IN ('intake', 'sanitizer', 'courier') AND act = '${CUT}'
     ORDER BY seq DESC LIMIT 1`,
  );
  return () => {
    const row = cut.get();
    if (row === undefined) return { seq: 0, hash: CHAIN_START };
    const facts = JSON.parse(String(row["facts"])) as AuditPlace;
    return { seq: facts.seq, hash: facts.hash };
  };
}

/** Entries as they stand, oldest first. The words are those of the index audit_people. */
export function prepareAuditLines(
  database: DatabaseSync,
): (_at: number, after: number, ofTheLine?: boolean) => readonly AuditLine[] {
  const all = database.prepare(
    `SELECT ${LINE_COLUMNS} FROM audit WHERE seq > ? ORDER BY seq LIMIT ?`,
  );
  const withoutTheLine = database.prepare(
    `SELECT ${LINE_COLUMNS} FROM audit INDEXED BY audit_people
     WHERE actor NOT IN ('intake', 'sanitizer', 'courier') AND seq > ? ORDER BY seq LIMIT ?`,
  );
  return (_at, after, ofTheLine = true) =>
    (ofTheLine ? all : withoutTheLine).all(
      after,
      PAGE_ROWS,
    ) as unknown as AuditLine[];
}

/**
 * Puts each gap in place of the entries that it stands for, all of a call or, at a crash, none. Where the chain does not go
 * from one end of a gap to the other as it says, nothing is touched.
 */
export function prepareDropEntries(
  database: DatabaseSync,
): (_at: number, gaps: readonly AuditLine[]) => void {
  const begin = database.prepare(
    "SELECT previous FROM audit WHERE seq >= ? ORDER BY seq LIMIT 1",
  );
  const end = database.prepare("SELECT hash FROM audit WHERE seq = ?");
  const drop = database.prepare("DELETE FROM audit WHERE seq BETWEEN ? AND ?");
  const insert = database.prepare(
    `INSERT INTO audit (${LINE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (_at, gaps) => {
    for (const line of gaps) {
      const { seq, at, act, actor, item, facts, previous, hash } = line;
      const first = firstOf(line);
      const fits =
        begin.get(first)?.["previous"] === previous &&
        end.get(seq)?.["hash"] === hash;
      if (!fits) continue;
      drop.run(first, seq);
      insert.run(seq, at, act, actor, item, facts, previous, hash);
    }
  };
}

/** Some of what lies before the cut; 0 when nothing is left there. */
export function prepareDropCut(database: DatabaseSync): () => number {
  const cutAt = prepareCutAt(database);
  const drop = database.prepare(
    "DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE seq <= ? ORDER BY seq LIMIT ?)",
  );
  return () => Number(drop.run(cutAt().seq, PAGE_ROWS).changes);
}

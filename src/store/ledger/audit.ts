import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { parseItemId } from "../../core/id.ts";
import type { AuditEntry, AuditPage, AuditPlace } from "../../core/ports.ts";
import type { AuditLine } from "../../core/quarantine.ts";
import { canonicalJson } from "../../wire/canonical-json.ts";

/** What stands before the first entry. */
export const CHAIN_START = "0".repeat(64);

export type Append = (at: number, entry: AuditEntry) => void;

/** Each entry names the hash of the one before it. Append only inside a write transaction: then nobody else adds. */
export function prepareAppend(database: DatabaseSync): Append {
  const last = database.prepare(
    "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
  );
  const insert = database.prepare(
    `INSERT INTO audit (seq, at, act, actor, item, facts, previous, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
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

/** Recomputes one page, so that a long chain never keeps mails waiting. The last number given out shows a cut-off end. */
export function prepareVerifyAudit(
  database: DatabaseSync,
): (_at: number, after: AuditPlace | null) => AuditPage {
  const page = database.prepare(
    "SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
  );
  const given = database.prepare(
    "SELECT seq FROM sqlite_sequence WHERE name = 'audit'",
  );
  const cutAt = prepareCutAt(database);
  return (_at, from) => {
    const after = from ?? cutAt();
    let place = after;
    const last = Number(given.get()?.["seq"] ?? 0);
    const rows = page.all(after.seq, PAGE_ROWS) as unknown as AuditLine[];
    for (const row of rows) {
      const seq = place.seq + 1;
      const holds =
        row.seq === seq &&
        row.previous === place.hash &&
        row.hash === chainHash(row.previous, row);
      if (!holds) return { ...place, brokenAt: seq, done: true };
      place = { seq, hash: row.hash };
    }
    const done = rows.length < PAGE_ROWS;
    const cut = done && place.seq < last;
    return { ...place, brokenAt: cut ? place.seq + 1 : null, done };
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

/** Entries as they stand, oldest first. */
export function prepareAuditLines(
  database: DatabaseSync,
): (_at: number, after: number) => readonly AuditLine[] {
  const page = database.prepare(
    "SELECT seq, at, act, actor, item, facts, previous, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
  );
  return (_at, after) => page.all(after, PAGE_ROWS) as unknown as AuditLine[];
}

/** Some of what lies before the cut; 0 when nothing is left there. */
export function prepareDropCut(database: DatabaseSync): () => number {
  const cutAt = prepareCutAt(database);
  const drop = database.prepare(
    "DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE seq <= ? ORDER BY seq LIMIT ?)",
  );
  return () => Number(drop.run(cutAt().seq, PAGE_ROWS).changes);
}

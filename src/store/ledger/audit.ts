import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { parseItemId } from "../../core/id.ts";
import type { AuditEntry } from "../../core/ports.ts";
import { canonicalJson } from "../../wire/canonical-json.ts";

/** What stands before the first entry. */
export const CHAIN_START = "0".repeat(64);

export type Append = (at: number, entry: AuditEntry) => void;

interface AuditRow {
  readonly seq: number;
  readonly at: number;
  readonly act: string;
  readonly actor: string;
  readonly item: string | null;
  readonly facts: string;
  readonly previous: string;
  readonly hash: string;
}

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
    const before = last.get() as Pick<AuditRow, "seq" | "hash"> | undefined;
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
function chainHash(
  previous: string,
  entry: Omit<AuditRow, "previous" | "hash">,
): string {
  const { seq, at, act, actor, item, facts } = entry;
  const text = `{"act":${JSON.stringify(act)},"actor":${JSON.stringify(actor)},"at":${String(at)},"facts":${facts},"item":${JSON.stringify(item)},"seq":${String(seq)}}`;
  return hash("sha256", previous + text);
}

export interface AuditPage {
  /** Where the next page goes on. */
  readonly seq: number;
  readonly hash: string;
  readonly brokenAt: number | null;
  readonly done: boolean;
}

export interface AuditPlace {
  readonly seq: number;
  readonly hash: string;
}

const PAGE_ROWS = 2000;

/** Recomputes one page, so that a long chain never keeps mails waiting. The last number given out shows a cut-off end. */
export function prepareVerifyAudit(
  database: DatabaseSync,
): (_at: number, after: AuditPlace) => AuditPage {
  const page = database.prepare(
    "SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
  );
  const given = database.prepare(
    "SELECT seq FROM sqlite_sequence WHERE name = 'audit'",
  );
  return (_at, after) => {
    let place = after;
    const last = Number(given.get()?.["seq"] ?? 0);
    const rows = page.all(after.seq, PAGE_ROWS) as unknown as AuditRow[];
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

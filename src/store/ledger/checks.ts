import type { DatabaseSync } from "node:sqlite";
import { SELF_TEST_TENANT } from "../../core/check.ts";
import type { Check, CheckName, CheckRecord } from "../../core/check.ts";
import type { Books } from "./books.ts";

export function prepareChecks(
  database: DatabaseSync,
): () => readonly CheckRecord[] {
  const all = database.prepare("SELECT * FROM checks ORDER BY name");
  return () =>
    all.all().map((row) => ({
      name: row["name"] as CheckName,
      at: Number(row["at"]),
      passed: row["passed"] === 1,
      detail: String(row["detail"]),
    }));
}

export interface CheckEntry extends Check {
  readonly actor: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export function prepareRecordCheck(
  database: DatabaseSync,
  books: Books,
): (at: number, entry: CheckEntry) => void {
  const put = database.prepare(
    "INSERT OR REPLACE INTO checks (name, at, passed, detail) VALUES (?, ?, ?, ?)",
  );
  return (at, { name, passed, detail, actor, facts }) => {
    put.run(name, at, passed ? 1 : 0, detail);
    const act = passed ? `${name}-passed` : `${name}-failed`;
    books.append(at, { act, actor, facts });
  };
}

/** The newest items are looked at; a self-test is never far back. */
const WINDOW_ITEMS = 100_000;

export function prepareForgetSelfTests(
  database: DatabaseSync,
): (at: number, before: number) => number {
  const ended = `SELECT seq FROM items WHERE seq > (SELECT coalesce(max(seq), 0) - ${WINDOW_ITEMS} FROM items)
    AND tenant = '${SELF_TEST_TENANT}' AND state IN ('delivered', 'discarded') AND updated_at < ?`;
  const statements = [
    ...["holds", "recipients"].map((table) =>
      database.prepare(`DELETE FROM ${table} WHERE item IN (${ended})`),
    ),
  ];
  const items = database.prepare(`DELETE FROM items WHERE seq IN (${ended})`);
  return (_at, before) => {
    for (const statement of statements) statement.run(before);
    return Number(items.run(before).changes);
  };
}

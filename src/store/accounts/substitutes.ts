import type { DatabaseSync } from "node:sqlite";
import type { Substitute } from "../../core/account.ts";

/** 代決: who decides in a manager's place, in which tenant and until when. */
export const SUBSTITUTES_SCHEMA = `
CREATE TABLE substitutes (
  tenant TEXT NOT NULL,
  manager TEXT NOT NULL REFERENCES accounts (name),
  substitute TEXT NOT NULL REFERENCES accounts (name),
  until INTEGER NOT NULL,
  set_by TEXT NOT NULL,
  set_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, manager, substitute)
) STRICT, WITHOUT ROWID;
CREATE INDEX substitutes_substitute ON substitutes (substitute, until);
`;

export interface Substitutes {
  readonly list: () => readonly Substitute[];
  /** In force at that time. */
  readonly standsIn: (name: string, at: number) => readonly Substitute[];
  /** In the place of all that were named for this manager. */
  readonly put: (
    manager: string,
    named: readonly Omit<Substitute, "manager" | "setBy" | "setAt">[],
    by: { readonly setBy: string; readonly setAt: number },
  ) => void;
}

export function prepareSubstitutes(database: DatabaseSync): Substitutes {
  const columns =
    "tenant, manager, substitute, until, set_by AS setBy, set_at AS setAt";
  const all = database.prepare(
    `SELECT ${columns} FROM substitutes ORDER BY tenant, manager, substitute`,
  );
  // In force as long as the manager is one there, and the substitute nobody who must not see or change anything.
  const of = database.prepare(
    `SELECT ${columns} FROM substitutes WHERE substitute = ? AND until > ?
       AND manager IN (SELECT name FROM accounts WHERE state = 'active')
       AND EXISTS (SELECT 1 FROM grants WHERE account = substitutes.manager AND role = 'manager'
         AND tenant IN (substitutes.tenant, '*'))
       AND NOT EXISTS (SELECT 1 FROM grants WHERE account = substitutes.substitute AND role IN ('auditor', 'operator'))
     ORDER BY tenant, manager`,
  );
  const clear = database.prepare("DELETE FROM substitutes WHERE manager = ?");
  const insert = database.prepare(
    "INSERT OR REPLACE INTO substitutes (tenant, manager, substitute, until, set_by, set_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const rows = (found: readonly unknown[]) =>
    found.map((row) => ({ ...(row as Substitute) }));
  return {
    list: () => rows(all.all()),
    standsIn: (name, at) => rows(of.all(name, at)),
    put(manager, named, { setBy, setAt }) {
      clear.run(manager);
      for (const { tenant, substitute, until } of named)
        insert.run(tenant, manager, substitute, until, setBy, setAt);
    },
  };
}

import type { DatabaseSync } from "node:sqlite";
import type { Accounts } from "../../core/account.ts";

const MAX_FILTERS_OF_ONE = 50;

/** Each call is one statement. */
export function withSavedFilters(database: DatabaseSync) {
  const listOf = database.prepare(
    "SELECT name, query FROM saved_filters WHERE account = ? ORDER BY name",
  );
  const put = database.prepare(
    `INSERT INTO saved_filters (account, name, query)
     SELECT ?1, ?2, ?3 WHERE (SELECT count(*) FROM saved_filters WHERE account = ?1 AND name <> ?2) < ?4
     ON CONFLICT DO UPDATE SET query = excluded.query`,
  );
  const remove = database.prepare(
    "DELETE FROM saved_filters WHERE account = ? AND name = ?",
  );
  return {
    savedFilters: async (name) =>
      listOf.all(name).map((row) => ({
        name: String(row["name"]),
        query: JSON.parse(String(row["query"])) as Record<string, string>,
      })),
    saveFilter: async (name, filter) =>
      put.run(
        name,
        filter.name,
        JSON.stringify(filter.query),
        MAX_FILTERS_OF_ONE,
      ).changes === 1,
    removeFilter: async (name, filter) =>
      remove.run(name, filter).changes === 1,
  } satisfies Partial<Accounts>;
}

import type { DatabaseSync } from "node:sqlite";
import { Fault } from "../../core/fault.ts";
import { initialSchema } from "./migration-001.ts";
import { consoleIndexes } from "./migration-002.ts";
import { heldActsSchema } from "./migration-003.ts";
import { requestsSchema } from "./migration-004.ts";
import { followingMails } from "./migration-005.ts";
import { crossingTables } from "./migration-006.ts";
import { exceptionUses } from "./migration-007.ts";
import { sharedOriginals } from "./migration-008.ts";

/** Forward only. The number of a migration is its place in this list, from 1; none is ever changed once it has run. */
export const MIGRATIONS: readonly string[] = [
  initialSchema,
  consoleIndexes,
  heldActsSchema,
  requestsSchema,
  followingMails,
  crossingTables,
  exceptionUses,
  sharedOriginals,
];

/**
 * Brings the schema to this program's version. A ledger that a newer program wrote is STORE_NEWER, and not touched.
 */
export function migrate(database: DatabaseSync): void {
  if (versionOf(database) === MIGRATIONS.length) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Asked again inside: another process may have migrated while we waited.
    for (const sql of MIGRATIONS.slice(versionOf(database))) database.exec(sql);
    database.exec(`PRAGMA user_version = ${String(MIGRATIONS.length)}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

export function refuseNewer(database: DatabaseSync): void {
  const version = versionOf(database);
  if (version > MIGRATIONS.length)
    throw new Fault("STORE_NEWER", { version, known: MIGRATIONS.length });
}

function versionOf(database: DatabaseSync): number {
  const row = database.prepare("PRAGMA user_version").get();
  return Number(row?.["user_version"] ?? 0);
}

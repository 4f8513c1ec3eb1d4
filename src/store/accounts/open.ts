import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "../../core/fault.ts";
import { SECOND } from "../../core/units.ts";
import { ACCOUNTS_HANDS, ACCOUNTS_SCHEMA, ACCOUNTS_WAYS_IN } from "./schema.ts";
import { SUBSTITUTES_SCHEMA } from "./substitutes.ts";
import { WALL_LINKS_SCHEMA } from "./wall-links.ts";

/** Forward only, as in the ledger: the number of a migration is its place in this list, from 1. */
const MIGRATIONS: readonly string[] = [
  ACCOUNTS_SCHEMA,
  ACCOUNTS_WAYS_IN,
  SUBSTITUTES_SCHEMA,
  WALL_LINKS_SCHEMA,
  ACCOUNTS_HANDS,
];

/** The console and a command may write at the same moment; either is done in some ms. */
const BUSY_TIMEOUT_MS = 5 * SECOND;

/** Opens and, where needed, makes the file, readable by its owner only. Faults as sqliteFault tells them, and STORE_NEWER. */
export function openAccountsFile(file: string): DatabaseSync {
  const database = new DatabaseSync(file, {
    enableForeignKeyConstraints: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    const version = versionOf(database);
    if (version > MIGRATIONS.length)
      throw new Fault("STORE_NEWER", { version, known: MIGRATIONS.length });
    chmodSync(file, 0o600);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    // What is deleted is overwritten: a used recovery code or an old password hash is to be gone.
    database.exec("PRAGMA secure_delete = ON");
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: DatabaseSync): void {
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

function versionOf(database: DatabaseSync): number {
  const row = database.prepare("PRAGMA user_version").get();
  return Number(row?.["user_version"] ?? 0);
}

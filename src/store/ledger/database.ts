import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { migrate, refuseNewer } from "./migrations.ts";

/** For what runs outside our own waiting: migration at start and checkpoints. */
const BUSY_TIMEOUT_MS = 10_000;

/** Opens and, where needed, makes the ledger file. Faults: STORE_NEWER, STORE_FAILED, STORE_DAMAGED. */
export function openDatabase(file: string): DatabaseSync {
  // SQLite gives its -wal and -shm the mode of the file.
  closeSync(openSync(file, "a", 0o600));
  const database = new DatabaseSync(file, {
    enableForeignKeyConstraints: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    refuseNewer(database);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    database.exec("PRAGMA cache_size = -32768");
    database.exec("PRAGMA temp_store = MEMORY");
    database.exec("PRAGMA journal_size_limit = 67108864");
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

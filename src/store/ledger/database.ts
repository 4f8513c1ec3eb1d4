import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { migrate, refuseNewer } from "./migrations.ts";

/** For the migration at start only; after that `batch.ts` waits in its own way. */
const BUSY_TIMEOUT_MS = 10_000;

/** Opens and, where needed, makes the ledger file. Faults: STORE_NEWER, STORE_FAILED, STORE_DAMAGED. */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, {
    enableForeignKeyConstraints: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    refuseNewer(database);
    // By name: opening and closing the file ourselves would drop the locks that another connection of this process has
    // on it (POSIX). SQLite gives its -wal and -shm the mode of the file.
    chmodSync(file, 0o600);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    database.exec("PRAGMA cache_size = -32768");
    database.exec("PRAGMA temp_store = MEMORY");
    database.exec("PRAGMA journal_size_limit = 67108864");
    migrate(database);
    database.exec("PRAGMA busy_timeout = 0");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

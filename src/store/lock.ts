import { readFileSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fault } from "../core/fault.ts";
import { onDisk } from "./disk-fault.ts";

export interface FolderLock {
  release(): void;
}

/**
 * One gateway a folder: a write transaction that stays open on `lock.db`. The kernel drops the lock when the process
 * ends, however it ends, so there is no stale lock to judge. Faults: STORE_LOCKED with the owner's pid where known.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await onDisk("make folder", mkdir(folder, { recursive: true, mode: 0o700 }));
  const owner = join(folder, "lock.pid");
  const database = new DatabaseSync(join(folder, "lock.db"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw new Fault("STORE_LOCKED", { pid: pidIn(owner) }, error);
  }
  writeFileSync(owner, `${String(process.pid)}\n`, { mode: 0o600 });
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}

/** Of the process that holds the folder; null when nobody does. */
export async function holderOf(folder: string): Promise<number | null> {
  try {
    (await lockFolder(folder)).release();
    return null;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "STORE_LOCKED") throw error;
    const pid = Number(error.facts["pid"]);
    return pid > 1 ? pid : null;
  }
}

function pidIn(file: string): number {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10) || 0;
  } catch {
    return 0;
  }
}

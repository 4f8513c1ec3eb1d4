import { constants } from "node:fs";
import { close, fsync, open } from "./file-calls.ts";
import { onDisk } from "./disk-fault.ts";

/**
 * Makes names in one folder durable. Group commit: one fsync is in flight, everybody who asks meanwhile shares the next,
 * because only a sync that begins after the rename is known to cover it.
 */
export interface DurableFolder {
  readonly path: string;
  /** Resolves when all that was renamed or removed in this folder before the call is durable. */
  sync(): Promise<void>;
}

export function durableFolder(
  path: string,
  syncOnce: (path: string) => Promise<void> = syncFolder,
): DurableFolder {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  const start = (): Promise<void> => {
    const sync = syncOnce(path).finally(() => {
      running = null;
    });
    running = sync;
    return sync;
  };
  const startNext = (): Promise<void> => {
    next = null;
    return start();
  };

  return {
    path,
    sync() {
      if (running === null) return start();
      // Both ways: those who wait for the next sync do not care how the one before them ended.
      next ??= running.then(startNext, startNext);
      return next;
    },
  };
}

export async function syncFolder(path: string): Promise<void> {
  const fd = await onDisk("open folder", open(path, constants.O_RDONLY));
  try {
    await onDisk("fsync folder", fsync(fd));
  } finally {
    await close(fd).catch(() => undefined);
  }
}

/**
 * How a pit ends. Nothing in it is worth a polite word: its group and its whole tree are killed at once, and
 * nobody waits for ever. Six endings: it completed · lingers · must be killed · cannot be killed · failed · failed
 * and lingers.
 */
import { processTree } from "./tree.ts";

const KILL_WAIT_MS = 2000;

export interface Ended {
  /** Null while it lives. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Doomed {
  readonly pid: number;
  /** Resolves when the process is reaped. */
  readonly ended: Promise<Ended>;
}

export interface Killer {
  kill(pid: number, signal: NodeJS.Signals): void;
  readonly waitMs: number;
}

const kernel: Killer = {
  kill: (pid, signal) => {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already.
    }
  },
  waitMs: KILL_WAIT_MS,
};

/** Null when it could not be killed: the kernel holds it, and it has nothing left to say to anybody. */
export async function endProcess(
  doomed: Doomed,
  killer: Killer = kernel,
): Promise<Ended | null> {
  // Looked at first: who left the group is found by its parent, and only while that lives.
  const tree = processTree(doomed.pid);
  killer.kill(-doomed.pid, "SIGKILL");
  for (const pid of tree.slice(1)) killer.kill(pid, "SIGKILL");
  return endedWithin(doomed, killer.waitMs);
}

export async function endedWithin(
  doomed: Doomed,
  waitMs: number,
): Promise<Ended | null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, waitMs, null);
  try {
    return await Promise.race([doomed.ended, promise]);
  } finally {
    clearTimeout(timer);
  }
}

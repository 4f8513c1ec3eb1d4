/**
 * How a pit ends. Nothing in it is worth a polite word: all below it are killed at once, then its group, and
 * nobody waits for ever. Six endings: it completed · lingers · must be killed · cannot be killed · failed · failed
 * and lingers.
 */
import { processTree } from "./tree.ts";

const KILL_WAIT_MS = 2000;
const REAP_WAIT_MS = 250;

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
  const below = processTree(doomed.pid).slice(1);
  for (const pid of below) killer.kill(pid, "SIGKILL");
  // The head then reaps its own and leaves; killed before, it would leave them to init, which in a container may not reap.
  if (below.length > 0 && (await endedWithin(doomed, REAP_WAIT_MS)) !== null)
    return doomed.ended;
  killer.kill(-doomed.pid, "SIGKILL");
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

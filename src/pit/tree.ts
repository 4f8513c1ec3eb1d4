/** A process and all below it, as /proc shows them from outside. */
import { readFileSync } from "node:fs";

const PAGE_BYTES = 4096;
const TICKS_PER_SECOND = 100;
const MAX_PROCESSES = 64;

export interface TreeUse {
  readonly pids: readonly number[];
  /** Resident memory of all, shared pages counted for each. */
  readonly bytes: number;
  /** Processor time of the living ones. */
  readonly cpuSeconds: number;
}

export function processTree(root: number): readonly number[] {
  const pids = [root];
  for (
    let place = 0;
    place < pids.length && pids.length < MAX_PROCESSES;
    place++
  ) {
    const pid = pids[place]!;
    const children = read(`/proc/${pid}/task/${pid}/children`) ?? "";
    pids.push(...children.split(" ").filter(Boolean).map(Number));
  }
  return pids;
}

export function measureTree(root: number): TreeUse {
  const pids = processTree(root);
  let bytes = 0;
  let cpuSeconds = 0;
  for (const pid of pids) {
    bytes +=
      Number(read(`/proc/${pid}/statm`)?.split(" ")[1] ?? 0) * PAGE_BYTES;
    cpuSeconds += processorSeconds(read(`/proc/${pid}/stat`));
  }
  return { pids, bytes, cpuSeconds };
}

/** utime and stime; the name before them may hold spaces and brackets (proc(5)). */
function processorSeconds(stat: string | null): number {
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

/** Null when the process is gone. */
function read(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}

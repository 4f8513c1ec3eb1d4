import { readFileSync } from "node:fs";
import { runToEnd } from "./processes.ts";

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError("median of nothing");
  const lower = sorted[middle - 1];
  return sorted.length % 2 === 0 && lower !== undefined
    ? (lower + upper) / 2
    : upper;
}

export interface Contestant<T> {
  readonly name: string;
  run(): Promise<T>;
}

/**
 * ours, rival, ours, rival, …: a shared machine that slows down for a while slows all of them alike.
 * Every second round goes backwards, so that nobody always follows the same neighbour.
 */
export async function interleave<T>(
  rounds: number,
  contestants: readonly Contestant<T>[],
  progress: (text: string) => void,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const results = new Map<string, T[]>(contestants.map((c) => [c.name, []]));
  const total = rounds * contestants.length;
  const begun = performance.now();
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? contestants : contestants.toReversed();
    for (const contestant of order) {
      const each = done === 0 ? 0 : (performance.now() - begun) / done;
      const left = done === 0 ? "" : `, ${eta(each * (total - done))} left`;
      progress(`run ${done + 1} of ${total}: ${contestant.name}${left}`);
      results.get(contestant.name)?.push(await contestant.run());
      done++;
    }
  }
  return results;
}

export function medians(
  results: ReadonlyMap<string, readonly number[]>,
): Record<string, number> {
  return Object.fromEntries(
    [...results].map(([name, values]) => [name, median(values)]),
  );
}

export function eta(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** What a measuring child tells about itself. */
export interface ChildReport<T> {
  readonly value: T;
  readonly peakRssMib: number;
  readonly cpuMs: number;
}

/** For the child: its last act. */
export function report(value: unknown): void {
  const { user, system } = process.cpuUsage();
  const told: ChildReport<unknown> = {
    value,
    peakRssMib: peakRssMib(),
    cpuMs: (user + system) / 1000,
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

/**
 * `resourceUsage().maxRSS` keeps the parent's size from between fork and exec, so a big parent would be measured
 * instead of a small child; VmHWM belongs to this program alone.
 */
function peakRssMib(): number {
  try {
    const status = readFileSync("/proc/self/status", "latin1");
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
    if (kib !== undefined) return Number(kib) / 1024;
  } catch {
    // Not Linux: the other figure is the best there is.
  }
  return process.resourceUsage().maxRSS / 1024;
}

/** Runs a script of ours in a new Node; its standard output is one report. */
export async function inFreshProcess<T>(
  script: string,
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): Promise<ChildReport<T>> {
  const said = await runToEnd(process.execPath, [...nodeArgs, script, ...args]);
  return JSON.parse(said) as ChildReport<T>;
}

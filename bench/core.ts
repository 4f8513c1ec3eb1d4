import { fileURLToPath } from "node:url";
import type { CoreReport } from "./core-child.ts";
import type { CoreContestant } from "./core-contestants.ts";
import { inFreshProcess, interleave, median } from "./measure.ts";
import type { ChildReport, Contestant } from "./measure.ts";
import type { Room } from "./room.ts";

const CHILD = fileURLToPath(new URL("core-child.ts", import.meta.url));

export type CoreRuns = ReadonlyMap<string, readonly ChildReport<CoreReport>[]>;

export interface CoreTask {
  readonly task: "large" | "small" | "once";
  /** File, or kind of small mail. */
  readonly subject: string;
  readonly budgetMs: number;
  readonly rounds: number;
}

/** Each run in a fresh process; whoever decodes must have understood the same. */
export async function runCore(
  room: Room,
  contestants: readonly CoreContestant[],
  { task, subject, budgetMs, rounds }: CoreTask,
): Promise<CoreRuns> {
  const runs = await interleave(
    rounds,
    contestants.map((name): Contestant<ChildReport<CoreReport>> => ({
      name,
      run: () => inFreshProcess(CHILD, [name, task, subject, String(budgetMs)]),
    })),
    (text) => room.progress(`${subject.replace(/^.*\//, "")}: ${text}`),
  );
  assertSameSeen(runs);
  return runs;
}

export function medianFigure(runs: CoreRuns, name: string): number {
  return median((runs.get(name) ?? []).map(({ value }) => value.figure));
}

export function medianPeakRssMib(runs: CoreRuns, name: string): number {
  return median((runs.get(name) ?? []).map(({ peakRssMib }) => peakRssMib));
}

/** A reader that skips work would win; so all who decode have to have seen the same subject, text and attachments. */
function assertSameSeen(runs: CoreRuns): void {
  const seenBy = (name: string) =>
    JSON.stringify(runs.get(name)?.[0]?.value.seen);
  const ours = seenBy("ours");
  for (const name of ["simpleParser", "postal-mime"]) {
    const theirs = seenBy(name);
    if (ours === undefined || theirs === undefined || ours === theirs) continue;
    throw new Error(
      `${name} and we disagree: ${ours.slice(0, 300)} against ${theirs.slice(0, 300)}`,
    );
  }
}

import { toFault } from "../core/fault.ts";
import type { Job, LaneName } from "../core/lanes.ts";
import type { Log } from "../core/log.ts";

export type Handler = (job: Job) => Promise<void>;

/** Runs one job to its end. What it throws is told and dropped: the ledger knows what is left to do. */
export async function handle(
  log: Log,
  lane: LaneName,
  job: Job,
  handler: Handler,
): Promise<void> {
  try {
    await handler(job);
  } catch (error) {
    log.error("job-dropped", { lane, item: job.item, fault: toFault(error) });
  }
}

/** True when `work` ended in time. The timer never outlives the call. */
export async function endsWithin(
  deadlineMs: number,
  work: Promise<unknown>,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, deadlineMs, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

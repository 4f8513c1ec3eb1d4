import type { ItemId } from "./id.ts";

export type LaneName = "inspect" | "sanitize" | "deliver";

/** All a job may carry. */
export interface Job {
  readonly item: ItemId;
}

export interface Ring extends Job {
  /** Before all those that wait without this word. */
  readonly first?: boolean;
}

/** A bell, not a store: jobs may vanish at any time, the janitor rings again from the ledger. */
export interface Lanes {
  /** Ringing twice for an item that already waits is the same as once. Faults: QUEUE_UNREACHABLE. */
  ring(lane: LaneName, job: Ring): Promise<void>;
  /** `handler` records its own outcome in the ledger; when it throws, the job is dropped and logged. */
  serve(
    lane: LaneName,
    concurrency: number,
    handler: (job: Job) => Promise<void>,
  ): Promise<void>;
  depths(): Promise<
    Readonly<
      Record<LaneName, { readonly waiting: number; readonly active: number }>
    >
  >;
  /** Stops taking jobs and waits for active ones up to `graceMs`. */
  close(graceMs: number): Promise<void>;
}

export interface LaneDepth {
  readonly lane: LaneName;
  readonly waiting: number;
  /** Age of the oldest waiting item, null when none waits. */
  readonly oldestMs: number | null;
}

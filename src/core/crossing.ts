/**
 * The emergency stop of the crossing: intake, scanning and making go on, nothing new goes over to the inner side. In force for
 * one tenant or for all of them (`EVERY_TENANT`), from the commit of `stop` on, in every process that asks this ledger.
 */
export interface CrossingStop {
  /** A tenant's id, or `EVERY_TENANT`. */
  readonly tenant: string;
  /** Epoch ms. */
  readonly since: number;
  readonly who: string;
  readonly why: string;
}

export interface CrossingState {
  readonly stops: readonly CrossingStop[];
  /** Changes with every stop and resume. */
  readonly version: string;
}

export interface CrossingAct {
  readonly tenant: string;
  readonly who: string;
  readonly why: string;
  /** By which door the person came. */
  readonly via: string;
  /** What the person saw; left out: the state as it is. */
  readonly seen?: string;
}

export type CrossingAnswer = "done" | "already" | "changed";

/** What a ledger that was put back from a copy begins with. */
export interface RestoredFrom {
  /** Of the moment of the copy, epoch ms. */
  readonly copiedAt: number;
  readonly who: string;
  readonly why: string;
}

export interface RestoredMarks {
  /** Mails on their way at the moment of the copy: what became of them afterwards, the copy can't know. */
  readonly waiting: number;
  /** Recipients whose delivery was under way: held for a person. */
  readonly unknown: number;
}

export interface Crossing {
  crossing(): Promise<CrossingState>;
  /** `already` when it stands so; `changed` when it is not as it was seen. */
  stopCrossing(act: CrossingAct): Promise<CrossingAnswer>;
  resumeCrossing(act: CrossingAct): Promise<CrossingAnswer>;
  /** Deliveries that began and have not ended yet, of one tenant or all. */
  attemptsUnderWay(tenant: string, now: number): Promise<number>;
  /** Cleared mails that wait for the crossing, by tenant. */
  waitingToCross(): Promise<Readonly<Record<string, number>>>;
  /** Stops the crossing of a restored ledger and holds the deliveries whose end nobody knows. */
  markRestored(from: RestoredFrom): Promise<RestoredMarks>;
}

import type { HoldRecord } from "./hold.ts";

/** One run of a tenant's digests. */
export interface DigestRun {
  readonly tenant: string;
  /** Names the hour or the day; there is one run a period. */
  readonly period: string;
  /** The first run of a tenant looks back so far. */
  readonly firstSinceMs: number;
  /** Whether recipients get one, of what is theirs. */
  readonly toRecipients: boolean;
  /** Gets one of all that was held; null: nobody. */
  readonly dutyAddress: string | null;
}

/** What a digest has to tell of one hold. */
export interface DigestLine {
  readonly hold: HoldRecord;
  readonly subject: string | null;
  readonly from: string | null;
  readonly receivedAt: number;
}

export interface DigestContent {
  /** Oldest first. */
  readonly lines: readonly DigestLine[];
  /** Those left out of `lines` counted. */
  readonly holds: number;
  /** Everything of the tenant that waits for a person now. */
  readonly waiting: number;
}

import type { ItemState } from "./item.ts";
import type { RequestKind, RequestState } from "./request.ts";
import type { HoldCode, VerdictKind } from "./verdict.ts";

/** What was done in a month or another time, counted. All times are epoch ms; whole days are those of Japan. */

export interface ReportAsk {
  /** The first moment that counts, and the first that no longer does. */
  readonly from: number;
  readonly until: number;
  /** Null: of every tenant. */
  readonly tenants: readonly string[] | null;
}

/** Acts of people that a report counts for each of them. */
export const DECISIONS = [
  ...(["released", "discarded"] as const),
  ...(["request-approved", "request-denied", "report-closed"] as const),
  ...(["decision-confirmed"] as const),
  ...(["original-approved", "original-denied"] as const),
  ...(["exception-added", "exception-revoked"] as const),
  ...(["crossing-stopped", "crossing-resumed"] as const),
  ...(["disaster-confirmed", "disaster-ended"] as const),
] as const;
export type Decision = (typeof DECISIONS)[number];

/** Stops of the crossing and the emergency mode: each is told, not only counted. */
export const STOP_ACTS: readonly Decision[] = [
  ...(["crossing-stopped", "crossing-resumed"] as const),
  ...(["disaster-confirmed", "disaster-ended"] as const),
];

export interface Report extends ReportAsk {
  readonly madeAt: number;
  /** Mails that came from outside, and the bytes of them. */
  readonly received: number;
  readonly bytes: number;
  /** What has become of those by now. */
  readonly states: Readonly<Record<ItemState, number>>;
  /** `none`: not looked at yet. */
  readonly verdicts: Readonly<Record<VerdictKind | "none", number>>;
  /** Each whole day or, of a long time, each month: `2026-11-01` or `2026-11`. */
  readonly steps: readonly {
    readonly name: string;
    readonly received: number;
    readonly heldMails: number;
  }[];
  readonly tenantsTold: readonly {
    readonly tenant: string;
    readonly received: number;
    readonly delivered: number;
    readonly heldMails: number;
    readonly viruses: number;
  }[];
  /** Mails of which something was held in this time, and what was held: whole mails, parts and deliveries. */
  readonly heldMails: number;
  readonly holds: readonly {
    readonly code: HoldCode;
    readonly count: number;
  }[];
  /** By the scanner's name for it, most first. */
  readonly viruses: readonly {
    readonly name: string;
    readonly count: number;
  }[];
  /** Of mails that somebody released in this time: from the hold to the release. */
  readonly releases: {
    readonly count: number;
    readonly medianMs: number | null;
    readonly p95Ms: number | null;
  };
  readonly discards: number;
  readonly exceptions: Readonly<
    Record<
      "block" | "trust",
      {
        /** At the end of this time, or now when it has not ended. */
        readonly inForce: number;
        readonly added: number;
        readonly revoked: number;
      }
    >
  >;
  readonly people: readonly {
    readonly who: string;
    readonly acts: Readonly<Partial<Record<Decision, number>>>;
    readonly total: number;
  }[];
  /** Made in this time, by what has become of them by now. */
  readonly requests: readonly {
    readonly kind: RequestKind;
    readonly state: RequestState;
    readonly count: number;
  }[];
  /** Oldest first, the first 100. */
  readonly stops: readonly {
    readonly at: number;
    readonly act: Decision;
    readonly who: string;
    /** Null: everything. */
    readonly tenant: string | null;
    readonly why: string | null;
  }[];
  readonly selfTests: { readonly passed: number; readonly failed: number };
  /** What came to its end before this was removed from the ledger (retention); null: nothing that would count here. */
  readonly forgottenBefore: number | null;
  /** The record begins only here (retention); null: it reaches back far enough. */
  readonly recordFrom: number | null;
}

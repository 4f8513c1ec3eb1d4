import type { RequestKind, RequestState } from "../../../../core/request.ts";
import type { NoRelease } from "../../../../policy/releasable.ts";
import type { HoldCode } from "../../../../core/verdict.ts";

/** A request as the API tells it. */
export interface RequestTold {
  readonly id: number;
  readonly item: string;
  readonly tenant: string;
  readonly tenantName: string;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly at: number;
  readonly requester: string | null;
  readonly isRecipient: boolean;
  readonly reason: string | null;
  readonly subject: string | null;
  readonly from: string | null;
  readonly holds: readonly {
    readonly part: string | null;
    readonly name: string | null;
    readonly code: HoldCode;
  }[];
  /** Of the item; goes back with an act. */
  readonly version: string;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly answer: string | null;
  readonly standsInFor: string | null;
  readonly confirmedBy: string | null;
  readonly confirmedAt: number | null;
  /** Why approving would bring nothing. */
  readonly noRelease: NoRelease | null;
  readonly may: {
    readonly approve: boolean;
    readonly deny: boolean;
    readonly close: boolean;
    readonly confirm: boolean;
  };
}

export interface RequestsTold {
  readonly rows: readonly RequestTold[];
  readonly after: string | null;
}

export interface RequestDone {
  readonly request: RequestTold;
  readonly already: boolean;
  readonly virusesKept?: number;
}

export type Answering = "approve" | "deny" | "close" | "confirm";

/** Answers of the API about how the gateway does; see `/api/openapi.json`. */
import type { CheckRecord } from "../../../core/check.ts";
import type { DisasterState } from "../../../core/disaster.ts";
import type { ItemState } from "../../../core/item.ts";
import type { Measures } from "../../../core/measure.ts";
import type { VerdictKind } from "../../../core/verdict.ts";

export type MeasuresTold = Omit<Measures, "times">;

export interface StopTold {
  /** "*": every tenant. */
  readonly tenant: string;
  readonly tenantName: string;
  readonly since: number;
  readonly by: string;
  readonly reason: string;
}

export interface CrossingTold {
  /** Goes back with a resume, so that it counts for what was shown. */
  readonly version: string;
  readonly stops: readonly StopTold[];
  /** Mails made anew and not delivered yet. */
  readonly waiting: number;
  readonly tenants: readonly {
    readonly id: string;
    readonly name: string;
    readonly mayStop: boolean;
    readonly mayResume: boolean;
  }[];
}

export interface StoppedTold {
  readonly already: boolean;
  /** Deliveries that had begun and go on. */
  readonly underWay: number;
}

export type DisasterTold = DisasterState & { readonly maxHours: number };

export interface ChecksTold {
  readonly checks: readonly CheckRecord[];
}

export interface HistoryTold {
  readonly stepSeconds: number;
  /** Epoch ms, where each step begins. */
  readonly times: readonly number[];
  readonly series: readonly {
    readonly name: string;
    readonly unit: "mails" | "ms" | "bytes" | "share";
    readonly values: readonly (number | null)[];
  }[];
}

export interface RecentTold {
  readonly rows: readonly {
    readonly item: string;
    readonly tenant: string;
    readonly state: ItemState;
    readonly stateWords: string;
    readonly verdict: VerdictKind | null;
    readonly receivedAt: number;
    readonly bytes: number;
    readonly subject: string | null;
    readonly from: string;
    readonly recipient: string;
    readonly recipientCount: number;
    readonly heldCount: number;
  }[];
}

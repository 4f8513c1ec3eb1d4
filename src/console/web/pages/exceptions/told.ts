/** An exception as the API tells it. */
export interface ExceptionTold {
  readonly id: string;
  readonly kind: ExceptionKind;
  readonly sender: string;
  readonly recipient: string | null;
  readonly tenant: string | null;
  readonly who: string;
  readonly why: string;
  readonly at: number;
  readonly until: number;
  readonly inForce: boolean;
  readonly revokedBy: string | null;
  readonly revokedWhy: string | null;
  readonly revokedAt: number | null;
  /** Mails that it applied to. */
  readonly uses: number;
  readonly usedAt: number | null;
}

export type ExceptionKind = "block" | "trust";

export interface ExceptionsTold {
  readonly exceptions: readonly ExceptionTold[];
}

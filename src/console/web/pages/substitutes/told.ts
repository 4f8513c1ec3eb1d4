/** Who stands in for whom, as the API tells it. */
export interface SubstituteTold {
  readonly tenant: string;
  readonly manager: string;
  readonly managerName: string | null;
  readonly substitute: string;
  readonly substituteName: string | null;
  /** Epoch ms. */
  readonly until: number;
  readonly inForce: boolean;
}

export interface SubstitutesTold {
  readonly substitutes: readonly SubstituteTold[];
}

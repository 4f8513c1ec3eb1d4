/** What the gateway looks at by itself once a day, or when somebody asks. */
export type CheckName = "self-test" | "state";

export interface Check {
  readonly name: CheckName;
  readonly passed: boolean;
  /** In words for people; empty when it passed. */
  readonly detail: string;
}

export interface CheckRecord extends Check {
  /** Epoch ms. */
  readonly at: number;
}

/** Mails that the gateway sends to itself belong to this tenant. They end at the courier and reach no mailbox. */
export const SELF_TEST_TENANT = "self-test";
/** Never a real domain (RFC 6761 §6.4): no mail can come for it by mistake. */
export const SELF_TEST_DOMAIN = "self-test.invalid";

export interface Checks {
  /** The last outcome of each. */
  checks(): Promise<readonly CheckRecord[]>;
  /** With its entry in the record. */
  recordCheck(
    check: Check & {
      readonly actor: string;
      readonly facts: Readonly<Record<string, unknown>>;
    },
  ): Promise<void>;
  /** Removes the rows of self-tests that ended before this time; the record keeps them. Returns how many. */
  forgetSelfTests(before: number): Promise<number>;
}

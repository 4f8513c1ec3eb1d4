/** A mail relay under test: takes mails at `port`, hands them to the sink it was started with. */
export interface Relay {
  readonly name: string;
  readonly port: number;
  /** Its processor time is that of this process and all below it. */
  readonly pid: number;
  /** Ends with the scanner it shares, whose processor time is counted with it. */
  readonly scans: boolean;
  /** What it said last, for error messages. */
  told(): string;
}

export const RECIPIENT_DOMAIN = "city.example";

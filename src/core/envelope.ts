/** What SMTP said about a mail before its content (RFC 5321 §2.3.1). All strings are the sender's and untrusted. */
export interface Envelope {
  /** Empty for the null reverse-path of a bounce (RFC 5321 §4.5.5). */
  readonly reversePath: string;
  /** At least one; already checked against the tenants' domains at RCPT. */
  readonly recipients: readonly string[];
  readonly client: {
    readonly address: string;
    readonly helo: string;
    readonly tls: boolean;
  };
  readonly smtpUtf8: boolean;
}

import type { Receipt, SealedMessage } from "./message.ts";

export interface Courier {
  /** One SMTP transaction; one receipt per recipient, in order. Never throws for what the peer does. */
  send(
    message: SealedMessage,
    recipients: readonly string[],
  ): Promise<readonly Receipt[]>;
  close(): Promise<void>;
}

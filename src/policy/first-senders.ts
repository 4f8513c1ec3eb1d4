import { parseMailbox } from "../core/mailbox.ts";

/**
 * Whose mail goes before that of others: addresses, and domains for everybody there. A reverse-path may be a lie; all that it
 * gains is its place in the queue. Undefined when nobody is named: then nobody is asked.
 */
export function firstSenders(
  named: readonly string[],
): ((untrustedReversePath: string) => boolean) | undefined {
  if (named.length === 0) return undefined;
  const known = new Set(named.map((one) => one.toLowerCase()));
  return (untrustedReversePath) => {
    const mailbox = parseMailbox(untrustedReversePath);
    if (mailbox === null) return false;
    return (
      known.has(mailbox.address.toLowerCase()) ||
      known.has(mailbox.domain.toLowerCase())
    );
  };
}

import type { HeaderField } from "../core/part.ts";
import { NO_ADDRESS, parseAddresses } from "../mime/address.ts";

const MAX_AUTHORS = 20;

/** Who a mail is said to be from. */
export interface Authors {
  readonly addresses: readonly string[];
  /** How many From fields there are; RFC 5322 §3.6 has one. */
  readonly fields: number;
}

/**
 * Those that staff will see, and those that another reader sees: where the two differ, nobody can say whose mail it is, and
 * DMARC finds more than one domain to ask.
 */
export function authorsOf(
  headers: readonly HeaderField[],
  other: Authors | null,
): Authors {
  const from = headers.filter(({ name }) => name.toLowerCase() === "from");
  const own = from
    .flatMap(({ untrustedValue }) =>
      parseAddresses(untrustedValue, MAX_AUTHORS),
    )
    .map(({ address }) => address)
    .filter((address) => address !== NO_ADDRESS);
  return {
    addresses: [...new Set([...own, ...(other?.addresses ?? [])])],
    fields: Math.max(from.length, other?.fields ?? 0),
  };
}

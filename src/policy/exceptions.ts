import type { ExceptionKind, SenderException } from "../core/acts.ts";

/** What of a mail an exception is held against; all of it is the sender's word. */
export interface MailAddresses {
  readonly tenant: string;
  /** Empty for a bounce. */
  readonly reversePath: string;
  /** Addresses of the header field From. */
  readonly from: readonly string[];
  readonly recipients: readonly string[];
}

/**
 * Exceptions by sender, for one look per form of an address. A block holds what any of the sender's addresses and any
 * recipient fit; a trust asks for both addresses and for all recipients, because nothing proves that the sender is who it says.
 */
export class ExceptionTable {
  readonly #bySender = new Map<string, SenderException[]>();
  readonly size: number;

  constructor(exceptions: readonly SenderException[]) {
    this.size = exceptions.length;
    for (const one of exceptions) {
      const known = this.#bySender.get(one.sender);
      if (known === undefined) this.#bySender.set(one.sender, [one]);
      else known.push(one);
    }
  }

  /** The one that applies now and ends last. */
  find(
    kind: ExceptionKind,
    mail: MailAddresses,
    now: number,
  ): SenderException | null {
    const { reversePath, from, recipients, tenant } = mail;
    const inForce = (one: SenderException) =>
      one.kind === kind &&
      one.until > now &&
      (one.tenant === null || one.tenant === tenant);
    const isFor = ({ recipient }: SenderException) =>
      recipient === null ||
      (kind === "block"
        ? recipients.some((address) => fits(recipient, address))
        : recipients.every((address) => fits(recipient, address)));
    const found =
      kind === "block"
        ? [reversePath, ...from].flatMap((address) => this.#of(address))
        : from.length !== 1
          ? []
          : this.#of(reversePath).filter(({ sender }) =>
              fits(sender, from[0] ?? ""),
            );
    return (
      found
        .filter((one) => inForce(one) && isFor(one))
        .sort((a, b) => b.until - a.until)[0] ?? null
    );
  }

  #of(address: string): readonly SenderException[] {
    return formsOf(address).flatMap((form) => this.#bySender.get(form) ?? []);
  }
}

export const NO_EXCEPTIONS = new ExceptionTable([]);

/** `a@b.example`, `b.example`, `.b.example`, `.example`. */
function formsOf(address: string): readonly string[] {
  const whole = address.toLowerCase();
  const at = whole.lastIndexOf("@");
  if (at < 1) return [];
  const labels = whole.slice(at + 1).split(".");
  return [
    whole,
    labels.join("."),
    ...labels.map((_, from) => `.${labels.slice(from).join(".")}`),
  ];
}

function fits(pattern: string, address: string): boolean {
  return formsOf(address).includes(pattern);
}

const DOMAIN =
  /^(?=.{3,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;

/** The form that is kept; null when it is neither an address nor a domain. One label (`jp`) is no domain. */
export function addressPattern(
  untrusted: string,
  parseAddress: (text: string) => string | null,
): string | null {
  const text = untrusted.trim().toLowerCase();
  // A character of addresses, and surely meant as something else.
  if (text.includes("*")) return null;
  if (text.includes("@")) return parseAddress(text)?.toLowerCase() ?? null;
  return DOMAIN.test(text.replace(/^\./, "")) ? text : null;
}

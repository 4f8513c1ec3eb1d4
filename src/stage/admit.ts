import { SELF_TEST_DOMAIN, SELF_TEST_TENANT } from "../core/check.ts";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import { parseMailbox } from "../core/mailbox.ts";

/**
 * NAME       admit — decide about one recipient of a transaction
 * ZONE       internet
 * READS      nothing; the rules are handed in
 * STANDARDS  RFC 5321 §3.6.2, §4.5.1, §4.5.3.1.10
 * FAULTS     SMTP_BAD_ADDRESS, SMTP_RELAY_DENIED, SMTP_TOO_MANY_RECIPIENTS
 * NOT HERE   whether a mailbox exists: the LGWAN side knows, and we tell nobody outside
 */

export interface AdmitRules {
  readonly tenants: readonly {
    readonly id: string;
    /** In ASCII; compared whole, so a subdomain is another domain. */
    readonly domains: readonly string[];
  }[];
  /** Who gets mail for `postmaster` without a domain (RFC 5321 §4.5.1); null: `postmaster@` the first domain. */
  readonly postmaster: string | null;
  readonly limits: Pick<Limits, "maxRecipients">;
  /** Whether this is an address that the self-test made; true once. Left out: there is no self-test. */
  readonly isSelfTest?: (untrustedLocal: string) => boolean;
}

export interface Admitted {
  readonly tenant: string;
  /** As it will be said to the LGWAN side. */
  readonly address: string;
}

export type Admit = (
  untrustedRecipient: string,
  soFar: {
    readonly tenant: string | null;
    readonly recipients: readonly string[];
    /** Whether the client runs on this machine. */
    readonly isFromHere?: () => boolean;
  },
) => Admitted;

/** `user%other@ours` and `other!user@ours` once meant "pass it on". */
const ROUTED = /[%!]/;

export function createAdmit(rules: AdmitRules): Admit {
  const tenantOf = new Map(
    rules.tenants.flatMap(({ id, domains }) =>
      domains.map((domain) => [domain.toLowerCase(), id] as const),
    ),
  );
  const { maxRecipients } = rules.limits;
  const [first = ""] = rules.tenants[0]?.domains ?? [];
  const postmaster = rules.postmaster ?? `postmaster@${first}`;
  const full = (untrusted: string) =>
    untrusted.toLowerCase() === "postmaster" ? postmaster : untrusted;

  return (untrustedRecipient, soFar) => {
    const mailbox = parseMailbox(full(untrustedRecipient));
    if (mailbox === null) throw new Fault("SMTP_BAD_ADDRESS");
    const tenant =
      mailbox.domain === SELF_TEST_DOMAIN
        ? selfTestTenant(rules, mailbox.local, soFar)
        : tenantOf.get(mailbox.domain);
    if (tenant === undefined || ROUTED.test(mailbox.local))
      throw new Fault("SMTP_RELAY_DENIED");
    // One mail, one tenant: policy, ledger rows and holds belong to one town hall. The sender comes again for the others.
    if (soFar.tenant !== null && soFar.tenant !== tenant)
      throw new Fault("SMTP_TOO_MANY_RECIPIENTS", { tenants: 2 });
    if (isOneTooMany(mailbox.address, soFar.recipients, maxRecipients))
      throw new Fault("SMTP_TOO_MANY_RECIPIENTS", {
        maxRecipients,
      });
    return { tenant, address: mailbox.address };
  };
}

function isOneTooMany(
  address: string,
  recipients: readonly string[],
  maxRecipients: number,
): boolean {
  if (recipients.length < maxRecipients) return false;
  const same = (other: string) => other.toLowerCase() === address.toLowerCase();
  return !recipients.some(same);
}

/** From this machine, as the only recipient. */
function selfTestTenant(
  { isSelfTest }: AdmitRules,
  untrustedLocal: string,
  soFar: Parameters<Admit>[1],
): string | undefined {
  const isOurs =
    soFar.tenant === null &&
    soFar.isFromHere?.() === true &&
    isSelfTest?.(untrustedLocal) === true;
  return isOurs ? SELF_TEST_TENANT : undefined;
}

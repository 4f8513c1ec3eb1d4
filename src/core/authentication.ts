import type { Envelope } from "./envelope.ts";
import type { HeaderField } from "./part.ts";
import type { UntrustedContent } from "./content.ts";

/** What a check of the sender may come to (RFC 8601 §2.7). */
export const AUTH_RESULTS = [
  ...(["none", "pass", "fail", "softfail", "neutral", "policy"] as const),
  ...(["temperror", "permerror"] as const),
] as const;

export type AuthResult = (typeof AUTH_RESULTS)[number];

/** What a domain asks for mail in its name that fails (RFC 9989 §4.7). */
export const DMARC_POLICIES = ["none", "quarantine", "reject"] as const;

export type DmarcPolicy = (typeof DMARC_POLICIES)[number];

export interface MethodResult {
  readonly result: AuthResult;
  /** Of a host name's letters alone; null where there is none, or none that may be shown. */
  readonly domain: string | null;
}

export interface DmarcResult extends MethodResult {
  /** Null where the domain publishes none, or it was not told. */
  readonly policy: DmarcPolicy | null;
  /** Readers may take different people for the author, so that nobody can be asked (RFC 9989 §11.5). */
  readonly unclearAuthor?: true;
}

/** Whether a mail comes from whom it says. Kept with the plan, as it was when the mail came. */
export interface Authentication {
  /** Our own checks, or what the trusted server in front of us wrote into the mail. */
  readonly by: "gateway" | "server";
  readonly spf: MethodResult;
  /** One a signature; empty for a mail without any. */
  readonly dkim: readonly MethodResult[];
  readonly dmarc: DmarcResult;
  readonly arc: MethodResult;
}

/** What came of each check, as it is counted: `dkim pass` and the like, one a signature. */
export type AuthCount = `${"spf" | "dkim" | "dmarc" | "arc"} ${AuthResult}`;

export const AUTH_COUNTS: readonly AuthCount[] = (
  ["spf", "dkim", "dmarc", "arc"] as const
).flatMap((method) =>
  AUTH_RESULTS.map((result) => `${method} ${result}` as const),
);

export function countsOf(found: Authentication): readonly AuthCount[] {
  const { spf, dkim, dmarc, arc } = found;
  const signed = dkim.map(({ result }) => `dkim ${result}` as const);
  return [
    `spf ${spf.result}`,
    ...(signed.length > 0 ? signed : (["dkim none"] as const)),
    ...[`dmarc ${dmarc.result}` as const, `arc ${arc.result}` as const],
  ];
}

export interface MailToAuthenticate {
  readonly envelope: Envelope;
  readonly original: UntrustedContent;
  /** Of the mail itself, as staff will see it. */
  readonly headers: readonly HeaderField[];
}

/** Null where nothing was to be checked. Never throws: what could not be looked up is `temperror`, within a few seconds. */
export type Authenticate = (
  mail: MailToAuthenticate,
) => Promise<Authentication | null>;

const DOMAIN = /^(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

/** A sender's word for a domain, when it is one that may be shown anywhere. */
export function domainIn(untrusted: unknown): string | null {
  if (typeof untrusted !== "string") return null;
  const domain = untrusted.trim().toLowerCase().replace(/\.$/, "");
  return DOMAIN.test(domain) ? domain : null;
}

/** A word that nobody registered says nothing. */
export function resultIn(untrusted: unknown): AuthResult {
  return AUTH_RESULTS.find((result) => result === untrusted) ?? "neutral";
}

export function dmarcPolicyIn(untrusted: unknown): DmarcPolicy | null {
  return DMARC_POLICIES.find((policy) => policy === untrusted) ?? null;
}

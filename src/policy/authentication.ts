import type { Authentication } from "../core/authentication.ts";

/** What follows from the checks of the sender. */
export interface AuthenticationRules {
  /** `hold`: mail that its domain wants to have refused or set aside waits for a person. */
  readonly onFail: "show" | "hold";
}

/** Somebody else may have written it: a reader has to know. */
export function isUnproven({ spf, dkim, dmarc }: Authentication): boolean {
  if (dmarc.result === "pass") return false;
  if (dmarc.result === "fail" || dmarc.unclearAuthor === true) return true;
  return (
    spf.result === "fail" &&
    dkim.length > 0 &&
    dkim.every(({ result }) => result === "fail")
  );
}

/** Why the mail is to be held; null: it is not. A domain that only watches (p=none) asks for nothing. */
export function whyHeld(
  { dmarc }: Authentication,
  { onFail }: AuthenticationRules,
): string | null {
  if (onFail === "show") return null;
  if (dmarc.unclearAuthor === true) return "more than one author";
  const isAsked = dmarc.policy === "quarantine" || dmarc.policy === "reject";
  return dmarc.result === "fail" && isAsked
    ? `${dmarc.domain ?? "?"} p=${dmarc.policy}`
    : null;
}

import type { Authentication } from "../core/authentication.ts";
import type { MethodResult } from "../core/authentication.ts";
import { AUTHENTICATION_JA } from "../policy/authentication-words.ts";
import type { AuthMethod } from "../policy/authentication-words.ts";

/** The checks of a sender as the API tells them; domains are the sender's words, for who may read the mail. */
export function authenticationTold(
  authentication: Authentication | undefined,
  reads: boolean,
): object | null {
  if (authentication === undefined) return null;
  const { by, spf, dkim, dmarc, arc } = authentication;
  const told = (
    method: AuthMethod,
    { result, domain }: MethodResult,
    policy: string | null = null,
  ) => ({
    ...{ method, result, domain: reads ? domain : null, policy },
    title: AUTHENTICATION_JA.title[result],
    words: AUTHENTICATION_JA.meaning(method, result),
  });
  const signatures: readonly MethodResult[] =
    dkim.length > 0 ? dkim : [{ result: "none", domain: null }];
  return {
    ...{ by, byWords: AUTHENTICATION_JA.by[by] },
    methods: [
      told("SPF", spf),
      ...signatures.map((one) => told("DKIM", one)),
      told("DMARC", dmarc, dmarc.policy),
      told("ARC", arc),
    ],
  };
}

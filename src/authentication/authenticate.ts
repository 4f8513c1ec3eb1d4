import { BlockList, isIPv4 } from "node:net";
import type { Authenticate, Authentication } from "../core/authentication.ts";
import { authenticationBy } from "../mime/authentication-results.ts";
import { createOwnChecks } from "./own-checks.ts";

export interface AuthenticationSettings {
  /** Address and port of a DNS server; null: nothing is looked up. */
  readonly resolver: string | null;
  readonly deadlineMs: number;
  /** A mail server in front that checks mail and says so in a field of its own; null: there is none. */
  readonly trustedServer: {
    readonly name: string;
    readonly addresses: readonly string[];
  } | null;
}

const NOTHING_SAID: Authentication = {
  by: "server",
  spf: { result: "none", domain: null },
  dkim: [],
  dmarc: { result: "none", domain: null, policy: null },
  arc: { result: "none", domain: null },
};

/**
 * Null where nothing is to be checked. What comes from the trusted server's addresses is checked by that server alone: from
 * here every such mail would seem to come from the wrong place. What comes from elsewhere never counts as that server's word.
 */
export async function createAuthenticate({
  resolver,
  deadlineMs,
  trustedServer,
}: AuthenticationSettings): Promise<Authenticate | null> {
  if (resolver === null && trustedServer === null) return null;
  const check =
    resolver === null ? null : await createOwnChecks({ resolver, deadlineMs });
  const isTrusted = clientsAt(trustedServer?.addresses ?? []);
  return async (mail) => {
    if (trustedServer !== null && isTrusted(mail.envelope.client.address))
      return authenticationBy(trustedServer.name, mail.headers) ?? NOTHING_SAID;
    return check === null ? null : check(mail);
  };
}

function clientsAt(addresses: readonly string[]): (client: string) => boolean {
  const list = new BlockList();
  for (const address of addresses)
    list.addAddress(address, isIPv4(address) ? "ipv4" : "ipv6");
  return (client) => list.check(client, isIPv4(client) ? "ipv4" : "ipv6");
}

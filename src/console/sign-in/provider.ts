import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import type { Configuration, IDToken } from "openid-client";
import type { Account, Accounts } from "../../core/account.ts";
import { HOUR, SECOND } from "../../core/units.ts";
import { FLOW_SECONDS } from "../gate.ts";
import { sharedAnswer } from "../shared-answer.ts";
import { Once } from "./once.ts";
import { placeOf } from "./throttle.ts";
import { newToken, tokenHash } from "./tokens.ts";

/** The site's own sign-in (OpenID Connect Core 1.0), as the configuration has it. */
export interface ProviderSettings {
  /** What staff call it. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client. */
  readonly secret: string | null;
  readonly scopes: readonly string[];
  /** Which claim names the account. */
  readonly accountClaim: string;
  /** What the claim must end in, and what is cut off. */
  readonly accountSuffix: string | null;
  /** Either of these in the ID token says that the provider asked for two factors. Both empty: never believed. */
  readonly acrValues: readonly string[];
  readonly amrValues: readonly string[];
}

export interface ProviderTools {
  readonly accounts: Accounts;
  readonly settings: ProviderSettings;
  /** Where the provider sends browsers back to; fixed, whatever a question says. */
  readonly returnAddress: () => string;
  readonly clock: () => number;
}

/** What the provider sent along with the browser. */
export interface UntrustedReturn {
  readonly code?: string;
  readonly state?: string;
  readonly iss?: string;
  readonly error?: string;
}

interface Flow {
  readonly place: string;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

interface Waiting {
  readonly place: string;
  readonly account: Account;
  readonly subject: string;
  readonly tries: number;
}

export type ProviderAnswer =
  | { readonly kind: "proven"; readonly account: Account }
  /** The provider named somebody, and did not say that it asked for two factors. */
  | { readonly kind: "code-needed" }
  | Refusal;

type Refusal =
  | { readonly kind: "unreachable" | "over" }
  /** The provider's own no, nobody here of that name, or another person of that name. */
  | {
      readonly kind: "cancelled" | "nobody" | "other-person";
      readonly name: string | null;
    };

type Claims = IDToken & Readonly<Record<string, unknown>>;

const FLOW_MS = FLOW_SECONDS * SECOND;
const ANSWER_DEADLINE_SECONDS = 10;
/** Keys and addresses of a provider change seldom; its signing keys are looked up again when an unknown one comes. */
const KNOWN_MS = HOUR;
/** Wrong codes until one has to begin again at the provider. */
const MAX_TRIES = 5;

/**
 * Authorization code with PKCE, state and nonce. What was begun is kept here, known by a token in the browser's cookie: an
 * answer that somebody else's browser began is of no use. Only accounts that exist sign in.
 */
export class Provider {
  readonly #tools: ProviderTools;
  readonly #flows: Once<Flow>;
  readonly #waiting: Once<Waiting>;
  /** Asked for once by all who wait for it: a provider that is down is not asked as often as somebody likes. */
  readonly #configuration: () => Promise<Configuration>;

  constructor(tools: ProviderTools) {
    this.#tools = tools;
    this.#flows = new Once(FLOW_MS, tools.clock);
    this.#waiting = new Once(FLOW_MS, tools.clock);
    this.#configuration = sharedAnswer(() => discovered(tools.settings), {
      ...{ lastsMs: KNOWN_MS, clock: tools.clock },
    });
  }

  get name(): string {
    return this.#tools.settings.name;
  }

  /** Where to send the browser, and the token of its cookie; null when the provider does not answer. */
  async begin(
    from: string,
  ): Promise<{ readonly address: string; readonly token: string } | null> {
    const { settings, returnAddress } = this.#tools;
    const config = await this.#configuration().catch(() => null);
    if (config === null) return null;
    const token = newToken();
    const flow = {
      ...{ place: placeOf(from), verifier: randomPKCECodeVerifier() },
      ...{ state: randomState(), nonce: randomNonce() },
    };
    const address = buildAuthorizationUrl(config, {
      redirect_uri: returnAddress(),
      scope: [...new Set(["openid", ...settings.scopes])].join(" "),
      ...{ state: flow.state, nonce: flow.nonce },
      code_challenge: await calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: "S256",
      ...(settings.acrValues.length === 0
        ? {}
        : { acr_values: settings.acrValues.join(" ") }),
    });
    this.#flows.keep(tokenHash(token) ?? "", flow.place, flow);
    return { address: address.href, token };
  }

  async finish(
    token: string,
    untrusted: UntrustedReturn,
  ): Promise<ProviderAnswer> {
    const flow = this.#flows.take(tokenHash(token) ?? "");
    if (flow === null) return { kind: "over" };
    const claims = await this.#claims(flow, untrusted);
    if (isRefusal(claims)) return claims;
    const name = this.#nameIn(claims);
    const account =
      name === null ? null : await this.#tools.accounts.find(name);
    if (account?.state !== "active") return { kind: "nobody", name: null };
    const subject = `${claims.iss} ${claims.sub}`;
    if (this.#provesTwoFactors(claims)) return this.#bind(account, subject);
    this.#wait(token, { place: flow.place, account, subject, tries: 0 });
    return { kind: "code-needed" };
  }

  /** Whom the provider named, while the second factor is still to come; to be given back to `proveCode`. */
  waitingFor(token: string): Waiting | null {
    return this.#waiting.take(tokenHash(token) ?? "");
  }

  /** After a wrong code: false when it was one too many. */
  again(token: string, waiting: Waiting): boolean {
    const tries = waiting.tries + 1;
    if (tries >= MAX_TRIES) return false;
    this.#wait(token, { ...waiting, tries });
    return true;
  }

  /** After the right one. */
  proved({ account, subject }: Waiting): Promise<ProviderAnswer> {
    return this.#bind(account, subject);
  }

  #wait(token: string, waiting: Waiting): void {
    this.#waiting.keep(tokenHash(token) ?? "", waiting.place, waiting);
  }

  /** Names may be given to another person one day; who it was the first time stays. */
  async #bind(account: Account, subject: string): Promise<ProviderAnswer> {
    const { accounts } = this.#tools;
    const { name } = account;
    return (await accounts.bindSubject(name, subject))
      ? { kind: "proven", account }
      : { kind: "other-person", name };
  }

  async #claims(
    flow: Flow,
    untrusted: UntrustedReturn,
  ): Promise<Claims | Refusal> {
    const config = await this.#configuration().catch(() => null);
    if (config === null) return { kind: "unreachable" };
    const returned = new URL(this.#tools.returnAddress());
    for (const [name, value] of Object.entries(untrusted))
      if (typeof value === "string") returned.searchParams.set(name, value);
    try {
      const tokens = await authorizationCodeGrant(config, returned, {
        pkceCodeVerifier: flow.verifier,
        ...{ expectedState: flow.state, expectedNonce: flow.nonce },
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) return { kind: "over" };
      if (typeof claims[this.#tools.settings.accountClaim] === "string")
        return claims;
      const told = await fetchUserInfo(config, tokens.access_token, claims.sub);
      return { ...told, ...claims };
    } catch (error) {
      if (error instanceof AuthorizationResponseError)
        return { kind: "cancelled", name: null };
      return { kind: isNetwork(error) ? "unreachable" : "over" };
    }
  }

  /** As an account is called here, null when the claim is none of ours. */
  #nameIn(claims: Readonly<Record<string, unknown>>): string | null {
    const { accountClaim, accountSuffix } = this.#tools.settings;
    const claim = claims[accountClaim];
    if (typeof claim !== "string") return null;
    // Anybody can write another's address into a profile; that it was proven is said beside it (Core 1.0 §5.1).
    if (accountClaim === "email" && claims["email_verified"] !== true)
      return null;
    const name = claim.toLowerCase();
    const suffix = accountSuffix?.toLowerCase() ?? "";
    return name.endsWith(suffix)
      ? name.slice(0, name.length - suffix.length)
      : null;
  }

  #provesTwoFactors(claims: Readonly<Record<string, unknown>>): boolean {
    const { acrValues, amrValues } = this.#tools.settings;
    const acr = claims["acr"];
    const amr = claims["amr"];
    return (
      (typeof acr === "string" && acrValues.includes(acr)) ||
      (Array.isArray(amr) &&
        amr.some((one) => typeof one === "string" && amrValues.includes(one)))
    );
  }
}

function discovered({
  issuer,
  clientId,
  secret,
}: ProviderSettings): Promise<Configuration> {
  const proof = secret === null ? None() : ClientSecretBasic(secret);
  return discovery(new URL(issuer), clientId, {}, proof, {
    timeout: ANSWER_DEADLINE_SECONDS,
    // The configuration allows plain HTTP on this machine alone.
    ...(issuer.startsWith("http:") ? { execute: [allowInsecureRequests] } : {}),
  });
}

function isRefusal(answer: Claims | Refusal): answer is Refusal {
  return !("sub" in answer);
}

/** openid-client tells what it could not reach as what `fetch` threw. */
function isNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, cause } = error;
  return (
    ["TypeError", "TimeoutError", "AbortError"].includes(name) ||
    (cause instanceof Error &&
      ["TypeError", "TimeoutError", "AbortError"].includes(cause.name))
  );
}

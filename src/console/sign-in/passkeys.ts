import { createHmac } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIP } from "node:net";
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import type {
  AuthenticationResponseJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import type { Account, Accounts } from "../../core/account.ts";
import { MINUTE } from "../../core/units.ts";
import type { Gate } from "../gate.ts";
import { Once } from "./once.ts";
import { placeOf } from "./throttle.ts";
import { tokenHash } from "./tokens.ts";

/** Which pages a passkey belongs to. It is of no use on any other, however alike (WebAuthn §5.1.4.1). */
export interface PasskeyPlace {
  readonly rpId: string;
  readonly origin: string;
}

/**
 * Passkeys belong to names, not to addresses: a console that is known as 127.0.0.1 has them under localhost alone. Null:
 * there is no name, or browsers do not take the page for a safe one.
 */
export function passkeyPlace(
  gate: Pick<Gate, "origin" | "isOurHost">,
): PasskeyPlace | null {
  const url = new URL(gate.origin);
  if (isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0) {
    if (!gate.isOurHost("localhost")) return null;
    url.hostname = "localhost";
  }
  const isSafe = url.protocol === "https:" || url.hostname === "localhost";
  return isSafe ? { rpId: url.hostname, origin: url.origin } : null;
}

/** ES256, EdDSA, RS256: what devices have today. */
const ALGORITHMS = [-7, -8, -257];
const CHALLENGE_MS = 3 * MINUTE;
/** Longer credentials are allowed by WebAuthn §4 and made by nobody. */
const MAX_ID_CHARACTERS = 684;

export interface PasskeyTools {
  readonly accounts: Accounts;
  readonly gate: Gate;
  readonly key: KeyObject;
  /** Milliseconds that never go back, as of `performance.now`: for paces and what is kept a short time, since the clock may be set. */
  readonly ticks: () => number;
}

/** What a new passkey is registered for: the account, and the session it was asked in. */
interface Registering {
  readonly account: string;
  readonly session: string;
}

/**
 * Registers devices and takes their word. A device must have asked its owner (finger, face, PIN): so it is two factors, and
 * the question needs no name. Challenges are kept here, each for one answer within three minutes.
 */
export class Passkeys {
  readonly #tools: PasskeyTools;
  readonly #registering: Once<Registering>;
  readonly #signingIn: Once<true>;

  constructor(tools: PasskeyTools) {
    this.#tools = tools;
    this.#registering = new Once(CHALLENGE_MS, tools.ticks);
    this.#signingIn = new Once(CHALLENGE_MS, tools.ticks);
  }

  get place(): PasskeyPlace | null {
    return passkeyPlace(this.#tools.gate);
  }

  /** Null where passkeys do not work. */
  async beginRegistration(
    account: Account,
    session: string,
  ): Promise<object | null> {
    const { place } = this;
    if (place === null) return null;
    const known = await this.#tools.accounts.passkeys(account.name);
    const options = await generateRegistrationOptions({
      ...{ rpName: "Sekisho", rpID: place.rpId, timeout: CHALLENGE_MS },
      ...{ userName: account.name, userDisplayName: account.displayName },
      userID: Uint8Array.from(this.#handleOf(account.name)),
      attestationType: "none",
      supportedAlgorithmIDs: ALGORITHMS,
      authenticatorSelection: {
        residentKey: "required",
        userVerification: "required",
      },
      excludeCredentials: known.map(({ id, transports }) => ({
        ...{ id, transports: [...transports] },
      })),
    });
    this.#registering.keep(options.challenge, account.name, {
      ...{ account: account.name, session: tokenHash(session) ?? "" },
    });
    return options;
  }

  /** False when it does not prove itself, came too late or twice, or is known already. */
  async finishRegistration(
    account: Account,
    session: string,
    made: { readonly name: string; readonly untrusted: unknown },
  ): Promise<boolean> {
    const { place } = this;
    if (place === null) return false;
    const mine = (challenge: string) => {
      const begun = this.#registering.take(challenge);
      return (
        begun?.account === account.name && begun.session === tokenHash(session)
      );
    };
    const verified = await verifyRegistrationResponse({
      response: made.untrusted as RegistrationResponseJSON,
      expectedChallenge: mine,
      ...{ expectedOrigin: place.origin, expectedRPID: place.rpId },
      ...{ requireUserVerification: true, supportedAlgorithmIDs: ALGORITHMS },
    }).catch(() => null);
    if (verified?.verified !== true) return false;
    const { credential, credentialBackedUp } = verified.registrationInfo;
    if (credential.id.length > MAX_ID_CHARACTERS) return false;
    return this.#tools.accounts.addPasskey({
      ...{ id: credential.id, account: account.name, name: made.name },
      publicKey: credential.publicKey,
      counter: credential.counter,
      transports: transportsIn(credential.transports),
      isSynced: credentialBackedUp,
    });
  }

  async beginSignIn(address: string): Promise<object | null> {
    const { place } = this;
    if (place === null) return null;
    const options = await generateAuthenticationOptions({
      ...{ rpID: place.rpId, timeout: CHALLENGE_MS },
      userVerification: "required",
    });
    this.#signingIn.keep(options.challenge, placeOf(address), true);
    return options;
  }

  /** Whose passkey answered; `name` is whose it said it was. */
  async finishSignIn(untrusted: unknown): Promise<{
    readonly account: Account | null;
    readonly name: string | null;
  }> {
    const { accounts } = this.#tools;
    const { place } = this;
    const response = untrusted as AuthenticationResponseJSON;
    const id = typeof response.id === "string" ? response.id : "";
    const passkey = await accounts.passkey(id);
    if (place === null || passkey === null)
      return { account: null, name: null };
    const name = passkey.account;
    const refused = { account: null, name };
    const verified = await verifyAuthenticationResponse({
      response,
      expectedChallenge: (challenge) =>
        this.#signingIn.take(challenge) !== null,
      ...{ expectedOrigin: place.origin, expectedRPID: place.rpId },
      requireUserVerification: true,
      credential: {
        ...{ id, counter: passkey.counter },
        publicKey: Uint8Array.from(passkey.publicKey),
      },
    }).catch(() => null);
    if (verified?.verified !== true) return refused;
    const handle = response.response.userHandle ?? "";
    if (handle !== this.#handleOf(name).toString("base64url")) return refused;
    const account = await accounts.find(name);
    if (account?.state !== "active") return refused;
    const { newCounter } = verified.authenticationInfo;
    return (await accounts.usePasskey(id, newCounter))
      ? { account, name }
      : refused;
  }

  /** Stands on the device; says nothing of the person (WebAuthn §14.6.1), and needs no place to be kept. */
  #handleOf(name: string): Buffer {
    return createHmac("sha256", this.#tools.key)
      .update(`passkey:${name}`)
      .digest();
  }
}

const TRANSPORT = /^[a-z-]{1,20}$/;
const MAX_TRANSPORTS = 8;

/** Said by the page, in words that later go back to it. */
function transportsIn(untrusted: unknown): readonly string[] {
  return (Array.isArray(untrusted) ? (untrusted as unknown[]) : [])
    .filter((one): one is string => typeof one === "string")
    .filter((one) => TRANSPORT.test(one))
    .slice(0, MAX_TRANSPORTS);
}

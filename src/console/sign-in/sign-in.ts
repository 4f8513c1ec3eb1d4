import type { KeyObject } from "node:crypto";
import { randomBytes } from "node:crypto";
import type {
  Account,
  Accounts,
  NewSession,
  Session,
} from "../../core/account.ts";
import type { Ledger } from "../../core/ledger.ts";
import { MINUTE, SECOND } from "../../core/units.ts";
import { SECRET_BYTES, stepOf } from "./one-time-code.ts";
import { ARGON2_COST, hashPassword, isPassword } from "./password.ts";
import type { Argon2Cost } from "./password.ts";
import { Places } from "./places.ts";
import { Refusals } from "./refusals.ts";
import { placeOf, Throttle } from "./throttle.ts";
import { newToken, recoveryHash, tokenHash, unseal } from "./tokens.ts";

export interface SignInTools {
  readonly accounts: Accounts;
  readonly ledger: Pick<Ledger, "record">;
  /** The console's own. */
  readonly key: KeyObject;
  readonly clock: () => number;
  /** Milliseconds that never go back, as of `performance.now`: for paces and what is kept a short time, since the clock may be set. */
  readonly ticks: () => number;
  readonly idleMs: number;
  readonly absoluteMs: number;
  /** Cheaper in tests. */
  readonly cost?: Argon2Cost;
}

export interface Proof {
  readonly name: string;
  readonly password: string;
  /** Six digits of the app, or a recovery code. */
  readonly code: string;
}

export type SignInAnswer =
  | {
      readonly kind: "in";
      readonly token: string;
      readonly account: Account;
      readonly recoveryLeft: number;
    }
  /** Never says what was wrong. */
  | { readonly kind: "refused" }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "busy" };

export interface Entry extends NewSession {
  /** The session that the browser came with; it ends, and its token is never taken over. */
  readonly old: string | null;
  /** What stands in the record. */
  readonly factor: string;
}

/** Passwords that are hashed at a time, each in 64 MiB, and those that may wait for it. */
const MAX_HASHING = 2;
const MAX_WAITING = 16;
/** A session's last use is written down at most this often. */
const TOUCH_MS = 30 * SECOND;
const SWEEP_MS = 10 * MINUTE;

/** The one way in: password and second factor in one question, so that neither can be tried alone. */
export class SignIn {
  readonly #tools: SignInTools;
  readonly #throttle: Throttle;
  readonly #refusals: Refusals;
  readonly #hashing = new Places(MAX_HASHING, MAX_WAITING);
  /** What a name that nobody has is held against: it takes as long. */
  readonly #nobody: Promise<string>;
  readonly #noSecret = randomBytes(SECRET_BYTES);
  #sweptAt = -Infinity;

  constructor(tools: SignInTools) {
    this.#tools = tools;
    this.#throttle = new Throttle(tools.ticks);
    this.#refusals = new Refusals(tools.ledger, tools.ticks);
    this.#nobody = hashPassword(newToken(), tools.cost ?? ARGON2_COST);
  }

  /** `old` is the session that the browser came with; it ends, and its token is never taken over. */
  async signIn(
    proof: Proof,
    address: string,
    old: string | null,
  ): Promise<SignInAnswer> {
    const proven = await this.#prove(proof, address);
    if (proven.kind !== "in") return proven;
    const { account, factor } = proven;
    return this.enter(account, {
      ...{ address, old, way: "password", factor, isConfirmed: true },
    });
  }

  /** For somebody who proved who they are, in whatever way: on record first, then a session with a token nobody has seen. */
  async enter(
    account: Account,
    { old, factor, ...how }: Entry,
  ): Promise<Extract<SignInAnswer, { kind: "in" }>> {
    const { accounts, ledger } = this.#tools;
    const { name } = account;
    await ledger.record({
      act: "signed-in",
      actor: name,
      facts: { address: how.address, factor },
    });
    if (old !== null) await this.signOut(old);
    const opened = await this.open(account, how);
    const recoveryLeft = await accounts.recoveryLeft(name);
    return { kind: "in", ...opened, recoveryLeft };
  }

  /** Counts a try that names nobody yet. Null: go on; `succeeded` takes it back. */
  tryFrom(address: string): Extract<SignInAnswer, { kind: "wait" }> | null {
    const waitMs = this.#throttle.take({ address: placeOf(address) });
    return waitMs > 0
      ? { kind: "wait", seconds: Math.ceil(waitMs / SECOND) }
      : null;
  }

  succeeded(address: string): void {
    this.#throttle.forgive({ address: placeOf(address) });
  }

  /** On record; the answer for all of them. `name` null: it is nobody. */
  async refuse(
    name: string | null,
    address: string,
    waits = false,
  ): Promise<Extract<SignInAnswer, { kind: "refused" }>> {
    await this.#refusals.record(name, address, waits);
    return { kind: "refused" };
  }

  /** The second factor alone, from somebody who is known already. Guesses count by person, wherever they come from. */
  async confirms(
    { name }: Pick<Account, "name">,
    code: string,
    address: string,
  ): Promise<
    | Exclude<SignInAnswer, { kind: "in" }>
    | { kind: "proven"; factor: "totp" | "recovery" }
  > {
    const person = `code of ${name}`;
    const waitMs = this.#throttle.take({ person });
    if (waitMs > 0) {
      await this.refuse(name, address, true);
      return { kind: "wait", seconds: Math.ceil(waitMs / SECOND) };
    }
    const credentials = await this.#tools.accounts.credentials(name);
    const factor = await this.#secondFactor(
      name,
      code,
      credentials?.totp ?? null,
    );
    if (factor === null) return this.refuse(name, address);
    this.#throttle.forgive({ person });
    return { kind: "proven", factor };
  }

  /** Password and second factor once more, before something that a borrowed screen must not be able to do. */
  async proves(
    proof: Proof,
    address: string,
  ): Promise<Exclude<SignInAnswer, { kind: "in" }> | { kind: "proven" }> {
    const proven = await this.#prove(proof, address);
    return proven.kind === "in" ? { kind: "proven" } : proven;
  }

  async #prove(proof: Proof, address: string) {
    const { accounts } = this.#tools;
    const place = placeOf(address);
    const name = proof.name.toLowerCase();
    const person = `${name} ${place}`;
    const credentials = await accounts.credentials(name);
    const isKnownHere = credentials?.addresses.includes(place) ?? false;
    const waitMs = this.#throttle.take({
      person,
      address: place,
      ...(isKnownHere ? {} : { account: name }),
    });
    if (waitMs > 0) {
      await this.#refused(name, address, true);
      return { kind: "wait" as const, seconds: Math.ceil(waitMs / SECOND) };
    }
    const right = await this.#hashing.run(async () =>
      isPassword(proof.password, credentials?.password ?? (await this.#nobody)),
    );
    if (right === null) return { kind: "busy" as const };
    const factor = await this.#secondFactor(
      name,
      proof.code,
      right ? (credentials?.totp ?? null) : null,
    );
    const account = factor === null ? null : await accounts.find(name);
    if (factor === null || account?.state !== "active") {
      await this.#refused(name, address, false);
      return { kind: "refused" as const };
    }
    this.#throttle.forgive({ person, address: place, account: name });
    return { kind: "in" as const, account, factor };
  }

  async #refused(name: string, address: string, waits: boolean) {
    const isKnown = (await this.#tools.accounts.find(name)) !== null;
    await this.#refusals.record(isKnown ? name : null, address, waits);
  }

  /** Every kind of code is computed for everybody; only with the right password (`totp` is given) may one be used up. */
  async #secondFactor(
    name: string,
    code: string,
    totp: Uint8Array | null,
  ): Promise<"totp" | "recovery" | null> {
    const { accounts, key, clock } = this.#tools;
    const secret = totp === null ? null : unseal(key, totp, name);
    const step = stepOf(secret ?? this.#noSecret, code, clock());
    const recovery = recoveryHash(key, code);
    if (secret === null) return null;
    if (step !== null && (await accounts.useStep(name, step))) return "totp";
    if (recovery !== null && (await accounts.useRecovery(name, recovery)))
      return "recovery";
    return null;
  }

  /** A new session with a token that nobody has seen. */
  async open(
    account: Account,
    how: NewSession,
  ): Promise<{ readonly token: string; readonly account: Account }> {
    const token = newToken();
    const hash = tokenHash(token) ?? "";
    const { way, isConfirmed } = how;
    const address = placeOf(how.address);
    await this.#tools.accounts.openSession(hash, account.name, {
      ...{ way, isConfirmed, address },
    });
    return { token, account };
  }

  /** Null when it never was, has ended, or lasted too long. */
  async session(
    untrustedToken: string,
    isUse: boolean,
  ): Promise<Session | null> {
    const { accounts, clock, ticks, idleMs, absoluteMs } = this.#tools;
    const hash = tokenHash(untrustedToken);
    const found = hash === null ? null : await accounts.session(hash);
    if (hash === null || found === null) return null;
    const now = clock();
    // In either direction: once the clock was set back, nobody can tell how long ago it was.
    const isIdle = Math.abs(now - found.seenAt) >= idleMs;
    if (now - found.createdAt >= absoluteMs || isIdle) {
      await accounts.endSession(hash);
      return null;
    }
    if (isUse && now - found.seenAt >= TOUCH_MS)
      await accounts.touchSession(hash);
    if (ticks() - this.#sweptAt >= SWEEP_MS) {
      this.#sweptAt = ticks();
      await accounts.sweep(now - absoluteMs, now - idleMs);
    }
    return found;
  }

  async signOut(untrustedToken: string): Promise<void> {
    const hash = tokenHash(untrustedToken);
    if (hash !== null) await this.#tools.accounts.endSession(hash);
  }

  /** For a new password; null when too many wait. */
  hash(password: string): Promise<string | null> {
    return this.#hashing.run(() =>
      hashPassword(password, this.#tools.cost ?? ARGON2_COST),
    );
  }
}

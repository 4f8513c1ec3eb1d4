/** Who may come to the console, and as what. Names of roles are those of the policies that towns publish. */

/** 最高情報総括責任者, 総括情報管理者, 情報管理者, 監査者, 運用委託先. */
export type Role = "ciso" | "chief" | "manager" | "auditor" | "operator";

export const ROLES: readonly Role[] = [
  "ciso",
  "chief",
  "manager",
  "auditor",
  "operator",
];

/** In the place of a tenant: all of them, also those that come later. */
export const EVERY_TENANT = "*";

export interface Grant {
  readonly role: Role;
  /** A tenant's id, or `EVERY_TENANT`. */
  readonly tenant: string;
}

/** 代決: in this tenant `substitute` decides about requests in the place of `manager`, until then (epoch ms). */
export interface Substitute {
  readonly tenant: string;
  readonly manager: string;
  readonly substitute: string;
  readonly until: number;
  readonly setBy: string;
  readonly setAt: number;
}

/** invited: has a set-up link, and nothing to sign in with. */
export type AccountState = "invited" | "active" | "disabled";

export interface Account {
  readonly name: string;
  readonly displayName: string;
  readonly state: AccountState;
  readonly grants: readonly Grant[];
  /** Of who is signed in: whom they stand in for now. */
  readonly standsIn?: readonly Substitute[];
  readonly createdAt: number;
  readonly signedInAt: number | null;
}

/** Stands in the record as the actor, so it is short, of one line, and like no part of the gateway. */
const NAME = /^[a-z][a-z0-9._-]{1,31}$/;
const OF_THE_GATEWAY: readonly string[] = [
  ...["intake", "sanitizer", "courier", "console", "janitor"],
  ...["mailbox", "supervisor", "sekisho", "unknown", "viewer", "watchman"],
  ...["recipient", "recipients", "wall"],
];

export function isAccountName(text: string): boolean {
  return NAME.test(text) && !OF_THE_GATEWAY.includes(text);
}

/** What a sign-in is held against. Nothing of it leaves the console's process. */
export interface Credentials {
  /** PHC string of argon2id. */
  readonly password: string;
  /** The TOTP secret, sealed by the console's key. */
  readonly totp: Uint8Array;
  /** Where this account was signed in from lately: strangers cannot lock it out there. */
  readonly addresses: readonly string[];
}

/** How a session began. oidc: by the site's own sign-in. */
export type WayIn = "password" | "passkey" | "oidc";

export interface SessionTimes {
  readonly createdAt: number;
  readonly seenAt: number;
  readonly address: string;
  readonly way: WayIn;
  /** When a second factor was last asked here and given; 0 when never. */
  readonly confirmedAt: number;
}

export interface Session extends SessionTimes {
  readonly account: Account;
}

/** Shows how the gateway does on a screen that nobody is signed in at; of no mail, and of one tenant or all of them. */
export interface NewWallLink {
  readonly id: string;
  /** Where the screen hangs. */
  readonly name: string;
  /** A tenant's id, or `EVERY_TENANT`. */
  readonly tenant: string;
  readonly madeBy: string;
  readonly expiresAt: number;
}

export interface WallLink extends NewWallLink {
  readonly madeAt: number;
  readonly revokedBy: string | null;
  readonly revokedAt: number | null;
}

export interface NewSession {
  readonly address: string;
  readonly way: WayIn;
  /** Whether a second factor was asked here just now. */
  readonly isConfirmed: boolean;
}

/** A public key of a device that knows its owner (WebAuthn). Nothing of it is secret. */
export interface Passkey {
  /** Of the credential, base64url. */
  readonly id: string;
  readonly account: string;
  /** As its owner calls it. */
  readonly name: string;
  /** COSE. */
  readonly publicKey: Uint8Array;
  /** Uses, where the device counts them. */
  readonly counter: number;
  readonly transports: readonly string[];
  /** It may be on several devices of its owner. */
  readonly isSynced: boolean;
  readonly createdAt: number;
  readonly usedAt: number | null;
}

export type NewPasskey = Omit<Passkey, "createdAt" | "usedAt">;

/** A search of the list of mails that somebody wants again. */
export interface SavedFilter {
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
}

/** A set-up link, known by the hash of its token. */
export interface Invitation {
  /** Null for the first account of all, which names itself. */
  readonly account: Account | null;
  /** What `prepare` put here. */
  readonly totp: Uint8Array | null;
}

export interface NewAccount {
  readonly name: string;
  readonly displayName: string;
  readonly grants: readonly Grant[];
}

/** Through whose hands the credentials of an account went before its owner had them. */
export interface Hands {
  /** Who issued the link, and through whose hands that account's own had gone; empty: the machine issued it. */
  readonly issuers: readonly string[];
  /** Epoch ms; 0: not yet, or before this was kept. */
  readonly setUpAt: number;
}

export interface Link {
  /** Hash of the token, lower-case hex; the token itself is in the link alone. */
  readonly token: string;
  readonly expiresAt: number;
  /** The account that issued it; null: the console's first start, or the command line. */
  readonly from: string | null;
}

/** What a person set up with a link. */
export interface SetUp {
  readonly password: string;
  readonly totp: Uint8Array;
  /** The time step whose code proved the secret; older ones count no more. */
  readonly step: number;
  /** Hashes. */
  readonly recovery: readonly string[];
}

/**
 * Accounts, their sessions and links, durable when a call resolves. Tokens and codes come as hashes and are never known
 * here. Whatever takes rights away ends the sessions in the same transaction.
 */
export interface Accounts {
  list(): Promise<readonly Account[]>;
  find(name: string): Promise<Account | null>;
  hands(name: string): Promise<Hands>;
  /** Whether anybody could sign in, ever: while false, the console knows nobody. */
  any(): Promise<boolean>;

  /** False when the name is taken. */
  invite(account: NewAccount, link: Link): Promise<boolean>;
  /** A link for the first account; works only while there is none. */
  inviteFirst(link: Link): Promise<void>;
  /** Null when it is used, too old or unknown. */
  invitation(token: string): Promise<Invitation | null>;
  /** Keeps the secret that the person is to type into the second factor's device. */
  prepare(token: string, totp: Uint8Array): Promise<boolean>;
  /** Uses the link up. `first` is the account to make when the link names none; null when the link is no longer good or the name is taken. */
  accept(
    token: string,
    made: SetUp,
    first: NewAccount | null,
  ): Promise<Account | null>;

  /** Null when there is nothing to sign in with. */
  credentials(name: string): Promise<Credentials | null>;
  /** True once for each time step, going forward. */
  useStep(name: string, step: number): Promise<boolean>;
  /** True once for each code. */
  useRecovery(name: string, hash: string): Promise<boolean>;
  recoveryLeft(name: string): Promise<number>;
  setPassword(name: string, password: string): Promise<void>;
  setRecovery(name: string, hashes: readonly string[]): Promise<void>;

  setGrants(name: string, grants: readonly Grant[]): Promise<boolean>;
  /** Disabled accounts keep their name: the record speaks of it. */
  setDisabled(name: string, disabled: boolean): Promise<boolean>;
  /** Voids everything to sign in with, and gives a new link. */
  reset(name: string, link: Link): Promise<boolean>;

  /** Those whose time is over included. */
  substitutes(): Promise<readonly Substitute[]>;
  /** Whom this manager names, in the place of all that were named before. False when one of them is no account. */
  setSubstitutes(
    manager: string,
    named: readonly Pick<Substitute, "tenant" | "substitute" | "until">[],
    setBy: string,
  ): Promise<boolean>;

  openSession(token: string, name: string, how: NewSession): Promise<void>;
  session(token: string): Promise<Session | null>;
  /** Newest first, with the hash of each token. */
  sessions(
    name: string,
  ): Promise<readonly (SessionTimes & { readonly token: string })[]>;
  touchSession(token: string): Promise<void>;
  /** The second factor was asked once more. */
  confirmSession(token: string): Promise<void>;
  endSession(token: string): Promise<void>;
  /** All of them, or all but `except`. */
  endSessions(name: string, except?: string): Promise<number>;
  /** False when the account has as many as one may have, or the credential is known. */
  addPasskey(passkey: NewPasskey): Promise<boolean>;
  passkeys(name: string): Promise<readonly Passkey[]>;
  passkey(id: string): Promise<Passkey | null>;
  /** False when it counts and did not count on: somebody has a copy. */
  usePasskey(id: string, counter: number): Promise<boolean>;
  renamePasskey(name: string, id: string, to: string): Promise<boolean>;
  removePasskey(name: string, id: string): Promise<boolean>;

  /** Who this account is for a provider: the first one stays until `reset`. False when it is another one, or another's. */
  bindSubject(name: string, subject: string): Promise<boolean>;

  savedFilters(name: string): Promise<readonly SavedFilter[]>;
  /** Puts it in the place of the one of this name; false when there are too many. */
  saveFilter(name: string, filter: SavedFilter): Promise<boolean>;
  removeFilter(name: string, filter: string): Promise<boolean>;

  /** `token`: hashed. */
  addWallLink(token: string, link: NewWallLink): Promise<void>;
  /** Newest first; those whose time is over included. */
  wallLinks(): Promise<readonly WallLink[]>;
  /** Null when it is unknown, revoked or over. */
  wallLink(token: string): Promise<WallLink | null>;
  /** False when it is none in force. */
  revokeWallLink(id: string, by: string): Promise<boolean>;

  /** Removes sessions begun or last seen before these times, and links that are too old. */
  sweep(beganBefore: number, seenBefore: number): Promise<void>;
  close(): Promise<void>;
}

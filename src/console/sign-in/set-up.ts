import type { KeyObject } from "node:crypto";
import { randomBytes } from "node:crypto";
import { EVERY_TENANT, isAccountName } from "../../core/account.ts";
import type { Account, Accounts, Link } from "../../core/account.ts";
import type { Ledger } from "../../core/ledger.ts";
import { HOUR } from "../../core/units.ts";
import {
  base32,
  otpauthAddress,
  SECRET_BYTES,
  stepOf,
} from "./one-time-code.ts";
import { complaintOnPassword } from "./password.ts";
import {
  newRecoveryCodes,
  newToken,
  recoveryHash,
  seal,
  tokenHash,
  unseal,
} from "./tokens.ts";

/** A link is made by the console at its first start, by a manager of accounts (`from`), or by the command line; used once. */
export function newLink(
  now: number,
  hours: number,
  from: string | null = null,
): { readonly token: string; readonly link: Link } {
  const token = newToken();
  const hash = tokenHash(token) ?? "";
  return { token, link: { token: hash, expiresAt: now + hours * HOUR, from } };
}

/** Behind the number sign, where no server and no log sees it. */
export function linkAddress(origin: string, token: string): string {
  return `${origin}/set-up#${token}`;
}

export interface SetUpTools {
  readonly accounts: Accounts;
  readonly ledger: Pick<Ledger, "record">;
  readonly key: KeyObject;
  readonly clock: () => number;
  /** Null when too many wait. */
  readonly hash: (password: string) => Promise<string | null>;
}

export interface SetUpBegun {
  /** Null: the first account; the person says how it is called. */
  readonly account: Account | null;
  /** For typing it in, in groups of four. */
  readonly secret: string;
  readonly address: string;
}

/** Gives the secret of the second factor; asked again it gives another one, and the last one counts. */
export async function beginSetUp(
  { accounts, key }: SetUpTools,
  untrustedToken: string,
): Promise<SetUpBegun | null> {
  const token = tokenHash(untrustedToken);
  const invitation = token === null ? null : await accounts.invitation(token);
  if (token === null || invitation === null) return null;
  const secret = randomBytes(SECRET_BYTES);
  if (!(await accounts.prepare(token, seal(key, secret, token)))) return null;
  return {
    account: invitation.account,
    secret: (base32(secret).match(/.{1,4}/g) ?? []).join(" "),
    address: otpauthAddress(invitation.account?.name ?? "console", secret),
  };
}

export interface SetUpForm {
  readonly token: string;
  /** Only looked at for the first account. */
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
  readonly code: string;
}

export type SetUpAnswer =
  | {
      readonly kind: "made";
      readonly account: Account;
      /** Shown once and never again. */
      readonly recoveryCodes: readonly string[];
    }
  | { readonly kind: "link-over" }
  /** In words for the person. */
  | { readonly kind: "not-yet"; readonly message: string }
  | { readonly kind: "busy" };

export async function finishSetUp(
  tools: SetUpTools,
  form: SetUpForm,
): Promise<SetUpAnswer> {
  const { accounts, key } = tools;
  const token = tokenHash(form.token);
  const invitation = token === null ? null : await accounts.invitation(token);
  if (token === null || invitation === null) return { kind: "link-over" };
  const who = invitation.account ?? form;
  const secret =
    invitation.totp === null ? null : unseal(key, invitation.totp, token);
  const step =
    secret === null ? null : stepOf(secret, form.code, tools.clock());
  const message =
    complaintOnName(who) ??
    complaintOnPassword(form.password, [who.name, who.displayName]);
  if (message !== null) return { kind: "not-yet", message };
  if (secret === null || step === null)
    return {
      kind: "not-yet",
      message:
        "確認コードが違います。アプリに表示されている 6 桁の数字を入れてください。端末の時刻が合っているかもご確認ください。",
    };
  const password = await tools.hash(form.password);
  if (password === null) return { kind: "busy" };
  const recoveryCodes = newRecoveryCodes();
  await tools.ledger.record({
    act: "account-set-up",
    actor: who.name,
    facts: { first: invitation.account === null },
  });
  const account = await accounts.accept(
    token,
    {
      password,
      totp: seal(key, secret, who.name),
      step,
      recovery: recoveryCodes.flatMap((code) => recoveryHash(key, code) ?? []),
    },
    invitation.account === null ? firstAccount(form) : null,
  );
  return account === null
    ? { kind: "link-over" }
    : { kind: "made", account, recoveryCodes };
}

/** Whoever set the gateway up runs it for all; further rights are given by them or on the command line. */
function firstAccount({ name, displayName }: SetUpForm) {
  return {
    name,
    displayName,
    grants: [{ role: "chief" as const, tenant: EVERY_TENANT }],
  };
}

const MAX_DISPLAY_NAME_CHARACTERS = 60;

export function complaintOnName(who: {
  readonly name: string;
  readonly displayName: string;
}): string | null {
  if (!isAccountName(who.name))
    return "利用者名は、英小文字で始まる 2～32 文字の英小文字、数字、「.」「-」「_」にしてください。";
  const shown = who.displayName.trim();
  if (shown === "" || [...shown].length > MAX_DISPLAY_NAME_CHARACTERS)
    return `氏名は 1～${MAX_DISPLAY_NAME_CHARACTERS} 文字で入れてください。`;
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(shown)
    ? "氏名に使えない文字が含まれています。"
    : null;
}

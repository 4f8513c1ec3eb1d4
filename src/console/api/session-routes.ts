import { EVERY_TENANT } from "../../core/account.ts";
import type { Account, Accounts } from "../../core/account.ts";
import type { Ledger } from "../../core/ports.ts";
import { MINUTE } from "../../core/units.ts";
import { may, RIGHTS, ROLE_WORDS, tenantsWith } from "../../policy/rights.ts";
import type { Right } from "../../policy/rights.ts";
import {
  complaintOnPassword,
  MAX_PASSWORD_CHARACTERS,
} from "../sign-in/password.ts";
import type { SignIn, SignInAnswer } from "../sign-in/sign-in.ts";
import { antiForgeryToken, newRecoveryCodes } from "../sign-in/tokens.ts";
import { done, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { facts, list, number, object, text, words } from "./schema.ts";

export interface SessionTools {
  readonly accounts: Accounts;
  readonly ledger: Pick<Ledger, "record">;
  readonly signIn: SignIn;
  readonly idleMs: number;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  readonly zoneName: string;
  readonly hasMailbox: boolean;
  readonly recoveryHash: (code: string) => string | null;
}

const grant = object({ role: text, roleWords: text, tenant: text });
const session = object({
  name: text,
  displayName: text,
  grants: list(grant),
  rights: { ...facts, description: 'right → "*" or ids of tenants' },
  tenants: list(object({ id: text, name: text })),
  zoneName: text,
  mailbox: { type: "boolean", description: "may look into the built-in one" },
  token: { type: "string", description: "for the header x-sekisho-token" },
  idleMinutes: number,
  recoveryLeft: number,
});
const code = words(40, 1);
const password = words(4 * MAX_PASSWORD_CHARACTERS, 1);
const proof = { password, code };

export function sessionRoutes(tools: SessionTools): readonly Route[] {
  const { accounts, signIn, ledger } = tools;
  const told = async (account: Account, token: string): Promise<object> => ({
    name: account.name,
    displayName: account.displayName,
    grants: grantsTold(account),
    rights: rightsOf(account),
    tenants: tools.tenants
      .filter(({ id }) => may(account, "mail.view", id))
      .map(({ id, name }) => ({ id, name })),
    zoneName: tools.zoneName,
    mailbox: tools.hasMailbox && may(account, "inbox.read", EVERY_TENANT),
    token: antiForgeryToken(token),
    idleMinutes: tools.idleMs / MINUTE,
    recoveryLeft: await accounts.recoveryLeft(account.name),
  });
  return [
    {
      ...{ method: "POST", path: "/api/v1/session", right: "public" },
      summary: "Sign in with name, password and second factor in one question",
      body: object({ name: words(64, 1), ...proof }),
      answer: session,
      run: async ({ body, address, token }) => {
        const given = proofIn(body, String(body["name"]));
        const old = token === "" ? null : token;
        const answer = await signIn.signIn(given, address, old);
        if (answer.kind !== "in") return unproven(answer);
        return {
          ...done(await told(answer.account, answer.token)),
          session: answer.token,
        };
      },
    },
    {
      ...{ method: "GET", path: "/api/v1/session", right: "self" },
      summary: "Who is signed in, with what rights, and the token for changes",
      answer: session,
      run: async ({ account, token }) => done(await told(account, token)),
    },
    {
      ...{ method: "DELETE", path: "/api/v1/session", right: "self" },
      summary: "Sign out",
      answer: object({}),
      run: async ({ account, token }) => {
        await ledger.record({
          ...{ act: "signed-out", actor: account.name, facts: {} },
        });
        await signIn.signOut(token);
        return { ...done({}), session: null };
      },
    },
    {
      ...{ method: "POST", path: "/api/v1/session/password", right: "self" },
      summary:
        "Change one's own password; every session ends, a new one begins",
      body: object({ ...proof, newPassword: password }),
      answer: session,
      run: async (ask) => changePassword(ask, tools, told),
    },
    {
      ...{ method: "DELETE", path: "/api/v1/session/others", right: "self" },
      summary:
        "End every other session of one's own; this one gets a new token",
      answer: object({ ended: number, session }),
      run: async ({ account, address }) => {
        await ledger.record({
          ...{ act: "sessions-ended", actor: account.name },
          facts: { account: account.name, via: "console" },
        });
        const ended = await accounts.endSessions(account.name);
        const opened = await signIn.open(account, address);
        return {
          ...done({
            ended: Math.max(0, ended - 1),
            session: await told(account, opened.token),
          }),
          session: opened.token,
        };
      },
    },
    {
      ...{ method: "POST", path: "/api/v1/session/recovery-codes" },
      right: "self",
      summary: "New recovery codes; the old ones count no more",
      body: object(proof),
      answer: object({ recoveryCodes: list(text) }),
      run: async ({ account, address, body }) => {
        const proven = await signIn.proves(
          proofIn(body, account.name),
          address,
        );
        if (proven.kind !== "proven") return unproven(proven);
        const recoveryCodes = newRecoveryCodes();
        await ledger.record({
          ...{ act: "recovery-codes-made", actor: account.name, facts: {} },
        });
        await accounts.setRecovery(
          account.name,
          recoveryCodes.flatMap((one) => tools.recoveryHash(one) ?? []),
        );
        return done({ recoveryCodes });
      },
    },
  ];
}

async function changePassword(
  { account, address, body }: Ask,
  { accounts, ledger, signIn }: SessionTools,
  told: (account: Account, token: string) => Promise<object>,
): Promise<Answer> {
  const wanted = String(body["newPassword"]);
  const names = [account.name, account.displayName];
  const complaint = complaintOnPassword(wanted, names);
  if (complaint !== null) return problemOf(422, "PASSWORD", complaint);
  const proven = await signIn.proves(proofIn(body, account.name), address);
  if (proven.kind !== "proven") return unproven(proven);
  const hash = await signIn.hash(wanted);
  if (hash === null) return unproven({ kind: "busy" });
  await ledger.record({
    ...{ act: "password-changed", actor: account.name, facts: {} },
  });
  await accounts.setPassword(account.name, hash);
  await accounts.endSessions(account.name);
  const opened = await signIn.open(account, address);
  return {
    ...done(await told(account, opened.token)),
    session: opened.token,
  };
}

function proofIn(body: Ask["body"], name: string) {
  return {
    name,
    password: String(body["password"]),
    code: String(body["code"]).trim(),
  };
}

/** One answer for a wrong name, password, code, and an account that is switched off. */
export function unproven(
  answer: Exclude<SignInAnswer, { kind: "in" }>,
): Answer {
  switch (answer.kind) {
    case "refused":
      return problemOf(
        401,
        "REFUSED",
        "利用者名、パスワード、確認コードのいずれかが違います。",
      );
    case "wait":
      return {
        ...{ kind: "problem", status: 429, code: "WAIT" },
        message: `試行が続いたため、${inWords(answer.seconds)}お待ちください。`,
        retrySeconds: answer.seconds,
      };
    case "busy":
      return {
        ...{ kind: "problem", status: 503, code: "BUSY", retrySeconds: 5 },
        message: "混み合っています。少し待ってから、もう一度お試しください。",
      };
  }
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} 秒` : `${Math.ceil(seconds / 60)} 分`;
}

export function grantsTold({ grants }: Pick<Account, "grants">) {
  return grants.map(({ role, tenant }) => ({
    ...{ role, tenant },
    roleWords: ROLE_WORDS[role],
  }));
}

function rightsOf(account: Account): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (Object.keys(RIGHTS) as Right[])
      .map((right) => [right, tenantsWith(account, right)] as const)
      .filter(([, tenants]) => tenants.length > 0),
  );
}

import { EVERY_TENANT } from "../../core/account.ts";
import type { Account, Accounts } from "../../core/account.ts";
import type { Ledger } from "../../core/ledger.ts";
import { MINUTE } from "../../core/units.ts";
import { may, RIGHTS, ROLE_WORDS, tenantsWith } from "../../policy/rights.ts";
import type { Right } from "../../policy/rights.ts";
import {
  complaintOnPassword,
  MAX_PASSWORD_CHARACTERS,
} from "../sign-in/password.ts";
import type { SignIn, SignInAnswer } from "../sign-in/sign-in.ts";
import { antiForgeryToken, newRecoveryCodes } from "../sign-in/tokens.ts";
import { CONFIRMED_MS, done, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { facts, list, number, object, text, time, words } from "./schema.ts";

export interface SessionTools {
  readonly accounts: Accounts;
  readonly ledger: Pick<Ledger, "record">;
  readonly signIn: SignIn;
  readonly idleMs: number;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  readonly zoneName: string;
  readonly hasMailbox: boolean;
  readonly hasQueuePages: boolean;
  readonly clock: () => number;
  readonly recoveryHash: (code: string) => string | null;
}

const grant = object({ role: text, roleWords: text, tenant: text });
/** Of a session that has just begun, or goes on. */
export const sessionAnswer = object({
  name: text,
  displayName: text,
  grants: list(grant),
  rights: { ...facts, description: 'right → "*" or ids of tenants' },
  tenants: list(object({ id: text, name: text })),
  zoneName: text,
  mailbox: { type: "boolean", description: "may look into the built-in one" },
  queuePages: { type: "boolean", description: "may look at those of Redis" },
  token: { type: "string", description: "for the header x-sekisho-token" },
  idleMinutes: number,
  recoveryLeft: number,
  confirmedUntil: {
    ...time,
    description: "until then acts that ask for the code again do not",
  },
});
const code = words(40, 1);
const password = words(4 * MAX_PASSWORD_CHARACTERS, 1);
const proof = { password, code };

type Told = (account: Account, token: string) => Promise<object>;

/** What a page needs to know of the session that it has. */
export async function sessionTold(
  tools: SessionTools,
  account: Account,
  token: string,
): Promise<object> {
  const { accounts, signIn, idleMs, tenants, zoneName } = tools;
  const found = await signIn.session(token, false);
  return {
    name: account.name,
    displayName: account.displayName,
    grants: grantsTold(account),
    rights: rightsOf(account),
    tenants: tenants
      .filter(({ id }) => may(account, "mail.view", id))
      .map(({ id, name }) => ({ id, name })),
    zoneName,
    mailbox: tools.hasMailbox && may(account, "inbox.read", EVERY_TENANT),
    queuePages: tools.hasQueuePages && may(account, "queue.view", EVERY_TENANT),
    token: antiForgeryToken(token),
    idleMinutes: idleMs / MINUTE,
    recoveryLeft: await accounts.recoveryLeft(account.name),
    confirmedUntil: (found?.confirmedAt ?? -CONFIRMED_MS) + CONFIRMED_MS,
  };
}

export function sessionRoutes(tools: SessionTools): readonly Route[] {
  const { accounts, signIn, ledger } = tools;
  const told: Told = (account, token) => sessionTold(tools, account, token);
  return [
    {
      ...{ method: "POST", path: "/api/v1/session", right: "public" },
      summary: "Sign in with name, password and second factor in one question",
      body: object({ name: words(64, 1), ...proof }),
      answer: sessionAnswer,
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
      answer: sessionAnswer,
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
      answer: sessionAnswer,
      run: async (ask) => changePassword(ask, tools, told),
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
  told: Told,
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
  const opened = await signIn.open(account, {
    ...{ address, way: "password", isConfirmed: true },
  });
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
  refused = "利用者名、パスワード、確認コードのいずれかが違います。",
): Answer {
  switch (answer.kind) {
    case "refused":
      return problemOf(401, "REFUSED", refused);
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

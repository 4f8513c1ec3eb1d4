import { EVERY_TENANT, ROLES } from "../../core/account.ts";
import type { Account, Accounts, Grant, Role } from "../../core/account.ts";
import type { Ledger } from "../../core/ledger.ts";
import { may, mayManage, tenantsWith } from "../../policy/rights.ts";
import { complaintOnName, linkAddress, newLink } from "../sign-in/set-up.ts";
import { done, NO_RIGHT, NOT_FOUND, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { grantsTold } from "./session-routes.ts";
import {
  list,
  number,
  object,
  oneOf,
  orNull,
  text,
  time,
  words,
} from "./schema.ts";

export interface AccountTools {
  readonly accounts: Accounts;
  readonly ledger: Pick<Ledger, "record">;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  /** Where links lead to. */
  readonly origin: () => string;
  readonly linkHours: number;
  readonly clock: () => number;
}

const MAX_GRANTS = 100;
const told = object({
  ...{ name: text, displayName: text, state: text },
  ...{ createdAt: time, signedInAt: orNull(time) },
  grants: list(object({ role: text, roleWords: text, tenant: text })),
});
const withLink = object({
  account: told,
  link: { type: "string", description: "to be handed over; works once" },
  expiresAt: time,
});
const grants = list(
  object({ role: oneOf(ROLES), tenant: words(64, 1) }),
  MAX_GRANTS,
);

const ONESELF = problemOf(
  409,
  "ONESELF",
  "自分自身の権限や状態は変更できません。ほかの管理者に依頼してください。",
);
const TAKEN = problemOf(409, "TAKEN", "その利用者名は、すでに使われています。");
const LAST_ONE = problemOf(
  409,
  "LAST_ONE",
  "全団体を管理できる利用者がいなくなるため、変更できません。先にほかの利用者を登録してください。",
);

export function accountRoutes(tools: AccountTools): readonly Route[] {
  const { accounts, ledger } = tools;
  const record = (ask: Ask, act: string, of: string, more: object = {}) =>
    ledger.record({
      ...{ act, actor: ask.account.name },
      facts: { account: of, via: "console", ...more },
    });
  const linkBy = ({ account }: Ask) =>
    newLink(tools.clock(), tools.linkHours, account.name);
  const linkFor = async (name: string, token: string, expiresAt: number) =>
    done({
      account: toldOf(await accounts.find(name)),
      link: linkAddress(tools.origin(), token),
      expiresAt,
    });
  /** Where somebody decides in another's place today. */
  const standsIn = async (name: string) =>
    (await accounts.substitutes()).filter(
      ({ substitute, until }) => substitute === name && until > tools.clock(),
    );
  /**
   * For an act on somebody else whom the asker may manage, wherever that account has a role. With `handsOver` the act gives away
   * whatever the account may do: then also wherever it stands in for somebody.
   */
  const onAnother =
    (
      act: (ask: Ask, account: Account) => Promise<Answer>,
      { handsOver = false } = {},
    ) =>
    async (ask: Ask): Promise<Answer> => {
      const account = await accounts.find(ask.params["name"] ?? "");
      if (account === null || !mayManage(ask.account, account.grants))
        return NOT_FOUND;
      const others = handsOver ? await standsIn(account.name) : [];
      if (others.length > 0 && !mayManage(ask.account, others))
        return NOT_FOUND;
      if (account.name === ask.account.name) return ONESELF;
      return act(ask, account);
    };
  return [
    {
      ...{ method: "GET", path: "/api/v1/accounts", right: "accounts.view" },
      summary: "Accounts that have a right where the asker may see accounts",
      answer: object({
        accounts: list(told),
        tenants: list(object({ id: text, name: text })),
      }),
      run: async ({ account }) => {
        const all = await accounts.list();
        return done({
          accounts: all.filter((one) => sees(account, one)).map(toldOf),
          tenants: tenantsFor(account, tools.tenants),
        });
      },
    },
    {
      ...{ method: "POST", path: "/api/v1/accounts", right: "accounts.manage" },
      confirmed: true,
      summary: "Make an account, with a link to set it up",
      body: object({ name: words(64, 1), displayName: words(200, 1), grants }),
      answer: withLink,
      run: async (ask) => {
        const wanted = {
          name: String(ask.body["name"]),
          displayName: String(ask.body["displayName"]).trim(),
          grants: grantsIn(ask.body),
        };
        const complaint = complaintOnName(wanted);
        if (complaint !== null) return problemOf(422, "NAME", complaint);
        const refused = refusedGrants(ask, wanted.grants, tools);
        if (refused !== null) return refused;
        if ((await accounts.find(wanted.name)) !== null) return TAKEN;
        const { token, link } = linkBy(ask);
        await record(ask, "account-added", wanted.name, {
          grants: wanted.grants,
        });
        if (!(await accounts.invite(wanted, link))) return TAKEN;
        return linkFor(wanted.name, token, link.expiresAt);
      },
    },
    {
      ...{ method: "PUT", path: "/api/v1/accounts/:name/grants" },
      ...{ right: "accounts.manage", confirmed: true },
      summary: "Set somebody's roles; their sessions end",
      body: object({ grants }),
      answer: told,
      run: onAnother(async (ask, account) => {
        const wanted = grantsIn(ask.body);
        const refused = refusedGrants(ask, wanted, tools);
        if (refused !== null) return refused;
        const after = { ...account, grants: wanted };
        if (await isLast(accounts, account, after)) return LAST_ONE;
        await record(ask, "account-roles-set", account.name, {
          grants: wanted,
        });
        await accounts.setGrants(account.name, wanted);
        return done(toldOf(await accounts.find(account.name)));
      }),
    },
    {
      ...{ method: "POST", path: "/api/v1/accounts/:name/reset" },
      ...{ right: "accounts.manage", confirmed: true },
      summary: "Void password and second factor; a new link to set them up",
      answer: withLink,
      run: onAnother(
        async (ask, account) => {
          if (await isLast(accounts, account, { ...account, state: "invited" }))
            return LAST_ONE;
          const { token, link } = linkBy(ask);
          await record(ask, "account-reset", account.name);
          await accounts.reset(account.name, link);
          return linkFor(account.name, token, link.expiresAt);
        },
        { handsOver: true },
      ),
    },
    {
      ...{ method: "PUT", path: "/api/v1/accounts/:name/state" },
      ...{ right: "accounts.manage", confirmed: true },
      summary: "Switch an account off or on; its sessions end",
      body: object({ state: oneOf(["active", "disabled"]) }),
      answer: told,
      run: onAnother(async (ask, account) => {
        const disabled = ask.body["state"] === "disabled";
        if (
          await isLast(accounts, account, {
            ...account,
            state: disabled ? "disabled" : "active",
          })
        )
          return LAST_ONE;
        const act = disabled ? "account-disabled" : "account-enabled";
        await record(ask, act, account.name);
        await accounts.setDisabled(account.name, disabled);
        return done(toldOf(await accounts.find(account.name)));
      }),
    },
    {
      ...{ method: "DELETE", path: "/api/v1/accounts/:name/sessions" },
      ...{ right: "accounts.manage", confirmed: true },
      summary: "End every session of somebody",
      answer: object({ ended: number }),
      run: onAnother(async (ask, account) => {
        await record(ask, "sessions-ended", account.name);
        return done({ ended: await accounts.endSessions(account.name) });
      }),
    },
  ];
}

function toldOf(account: Account | null): object {
  if (account === null) return {};
  const { name, displayName, state, createdAt, signedInAt } = account;
  return {
    ...{ name, displayName, state, createdAt, signedInAt },
    grants: grantsTold(account),
  };
}

function sees(asker: Account, other: Account): boolean {
  return (
    may(asker, "accounts.view", EVERY_TENANT) ||
    other.grants.some(({ tenant }) => may(asker, "accounts.view", tenant))
  );
}

function tenantsFor(
  account: Account,
  tenants: AccountTools["tenants"],
): AccountTools["tenants"] {
  const where = tenantsWith(account, "accounts.view");
  return tenants
    .filter(({ id }) => where === EVERY_TENANT || where.includes(id))
    .map(({ id, name }) => ({ id, name }));
}

function grantsIn(body: Ask["body"]): readonly Grant[] {
  const given = body["grants"] as readonly { role: Role; tenant: string }[];
  return given.map(({ role, tenant }) => ({ role, tenant }));
}

function refusedGrants(
  ask: Ask,
  wanted: readonly Grant[],
  { tenants }: AccountTools,
): Answer | null {
  const isKnown = ({ tenant }: Grant) =>
    tenant === EVERY_TENANT || tenants.some(({ id }) => id === tenant);
  if (!mayManage(ask.account, wanted)) return NO_RIGHT;
  return wanted.every(isKnown)
    ? null
    : problemOf(422, "TENANT", "設定にない団体が指定されています。");
}

/** Whether nobody would be left who may manage accounts everywhere. */
async function isLast(
  accounts: Accounts,
  before: Account,
  after: Account,
): Promise<boolean> {
  const manages = (one: Account) =>
    one.state === "active" && may(one, "accounts.manage", EVERY_TENANT);
  if (!manages(before) || manages(after)) return false;
  const all = await accounts.list();
  return !all.some((one) => one.name !== before.name && manages(one));
}

import { randomBytes } from "node:crypto";
import { EVERY_TENANT } from "../../core/account.ts";
import type { Account, Accounts, WallLink } from "../../core/account.ts";
import type { Ledger } from "../../core/ledger.ts";
import { DAY, SECOND } from "../../core/units.ts";
import { may } from "../../policy/rights.ts";
import { newToken, tokenHash } from "../sign-in/tokens.ts";
import { done, NO_RIGHT, NOT_FOUND, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { flag, list, object, orNull, text, time, words } from "./schema.ts";

export interface WallTools {
  readonly accounts: Pick<
    Accounts,
    "addWallLink" | "wallLinks" | "wallLink" | "revokeWallLink"
  >;
  readonly ledger: Pick<Ledger, "record">;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  /** What the inner side is called. */
  readonly zoneName: string;
  readonly origin: () => string;
  readonly clock: () => number;
}

const LINKS = "/api/v1/wall-links";
const MAX_DAYS = 366;
const MAX_NAME = 60;
const ID_BYTES = 8;
const told = object({
  ...{ id: text, name: text, tenant: text, madeBy: text, madeAt: time },
  ...{ expiresAt: time, inForce: flag },
  ...{ revokedBy: orNull(text), revokedAt: orNull(time) },
});
const LINK_OVER = problemOf(
  410,
  "WALL_OVER",
  "このリンクは取り消されたか、期限が切れています。管理者に新しいリンクを依頼してください。",
);
const NO_TENANT = problemOf(422, "NO_TENANT", "その団体は設定にありません。");

/** Screens that hang where nobody signs in: they see what the wall's page asks for, and nothing else. */
export function wallRoutes(tools: WallTools): readonly Route[] {
  const { accounts, ledger, clock } = tools;
  return [
    {
      ...{ method: "GET", path: "/api/v1/wall", right: "status.view" },
      ...{ passive: true, onWall: true },
      summary: "What the wall's page has to know beside the measures",
      answer: object({ zoneName: text }),
      run: async () => done({ zoneName: tools.zoneName }),
    },
    {
      ...{ method: "GET", path: LINKS, right: "accounts.view" },
      summary: "Links for screens on a wall, newest first",
      answer: object({ links: list(told) }),
      run: async ({ account }) =>
        done({
          links: (await accounts.wallLinks())
            .filter(({ tenant }) => sees(account, tenant))
            .map((one) => toldOf(one, clock())),
        }),
    },
    {
      ...{ method: "POST", path: LINKS, right: "accounts.manage" },
      confirmed: true,
      summary: "Make a link for a screen on a wall; it is told once",
      body: object({
        ...{ name: words(MAX_NAME, 1), tenant: words(64, 1) },
        days: { type: "integer", minimum: 1, maximum: MAX_DAYS },
      }),
      answer: object({ link: text, expiresAt: time }),
      run: (ask) => make(tools, ask),
    },
    {
      ...{ method: "POST", path: `${LINKS}/:id/revoke` },
      right: "accounts.manage",
      summary: "End such a link; its screen hears it within seconds",
      body: object({}),
      answer: object({ id: text }),
      run: async ({ account, params }) => {
        const link = (await accounts.wallLinks()).find(
          ({ id }) => id === params["id"],
        );
        if (
          link === undefined ||
          !may(account, "accounts.manage", link.tenant) ||
          !(await accounts.revokeWallLink(link.id, account.name))
        )
          return NOT_FOUND;
        await ledger.record({
          ...{ act: "wall-link-revoked", actor: account.name },
          facts: { link: link.id, name: link.name, via: "console" },
        });
        return done({ id: link.id });
      },
    },
    {
      ...{ method: "POST", path: `${LINKS}/open`, right: "public" },
      summary: "Turn this browser into the screen of a link",
      body: object({ token: words(64, 1) }),
      answer: object({ name: text, expiresAt: time }),
      run: (ask) => open(tools, ask),
    },
  ];
}

function sees(account: Account, tenant: string): boolean {
  return may(account, "accounts.view", tenant);
}

function toldOf(link: WallLink, now: number): object {
  return { ...link, inForce: link.revokedAt === null && link.expiresAt > now };
}

async function make(tools: WallTools, ask: Ask): Promise<Answer> {
  const { account, body } = ask;
  const [name, tenant] = [String(body["name"]).trim(), String(body["tenant"])];
  if (!may(account, "accounts.manage", tenant)) return NO_RIGHT;
  const known = [EVERY_TENANT, ...tools.tenants.map(({ id }) => id)];
  if (!known.includes(tenant)) return NO_TENANT;
  const token = newToken();
  const id = randomBytes(ID_BYTES).toString("hex");
  const expiresAt = tools.clock() + Number(body["days"]) * DAY;
  await tools.ledger.record({
    ...{ act: "wall-link-made", actor: account.name },
    facts: { link: id, name, tenant, expiresAt, via: "console" },
  });
  await tools.accounts.addWallLink(tokenHash(token) ?? "", {
    ...{ id, name, tenant, madeBy: account.name, expiresAt },
  });
  // Behind the hash, so that no server and no proxy writes it down.
  return done({ link: `${tools.origin()}/wall#${token}`, expiresAt });
}

async function open(tools: WallTools, ask: Ask): Promise<Answer> {
  const untrustedToken = String(ask.body["token"]);
  const hash = tokenHash(untrustedToken);
  const link = hash === null ? null : await tools.accounts.wallLink(hash);
  if (link === null) return LINK_OVER;
  const { id, name, expiresAt } = link;
  await tools.ledger.record({
    ...{ act: "wall-opened", actor: "wall" },
    facts: { link: id, name, address: ask.address },
  });
  const seconds = Math.ceil((expiresAt - tools.clock()) / SECOND);
  return {
    ...done({ name, expiresAt }),
    wall: { token: untrustedToken, seconds },
  };
}

import { EVERY_TENANT } from "../../core/account.ts";
import type {
  Account,
  Accounts,
  Role,
  Substitute,
} from "../../core/account.ts";
import type { Ledger } from "../../core/ledger.ts";
import { DAY } from "../../core/units.ts";
import { mayManage, tenantsWith } from "../../policy/rights.ts";
import { done, NOT_FOUND, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { flag, list, object, orNull, text, time, words } from "./schema.ts";

export interface SubstituteTools {
  readonly accounts: Pick<Accounts, "find" | "substitutes" | "setSubstitutes">;
  readonly ledger: Pick<Ledger, "record">;
  readonly clock: () => number;
}

const MAX_SUBSTITUTES = 50;
const MAX_DAYS = 366;
/** 監査者 changes nothing, and 運用委託先 sees no word of a mail: in nobody's place either. */
const NEVER: readonly Role[] = ["auditor", "operator"];

const row = object({
  ...{ tenant: text, manager: text, managerName: orNull(text) },
  ...{ substitute: text, substituteName: orNull(text), until: time },
  ...{ setBy: text, setAt: time, inForce: flag },
});
const answer = object({ substitutes: list(row) });

export function substituteRoutes(tools: SubstituteTools): readonly Route[] {
  return [
    {
      ...{ method: "GET", path: "/api/v1/substitutes", right: "request.view" },
      summary: "Who stands in for whom (代決), those whose time is over too",
      answer,
      run: async ({ account }) => {
        const own = tenantsWith(account, "request.view");
        const all = await tools.accounts.substitutes();
        return done({
          substitutes: await told(
            tools,
            all.filter(
              ({ tenant }) => own === EVERY_TENANT || own.includes(tenant),
            ),
          ),
        });
      },
    },
    {
      ...{ method: "PUT", path: "/api/v1/accounts/:name/substitutes" },
      ...{ right: "substitutes.name", confirmed: true },
      summary:
        "Who decides in this manager's place, and until when: all at once; of oneself, or where one manages accounts",
      body: object({
        substitutes: list(
          object({
            tenant: words(64, 1),
            substitute: words(64, 1),
            until: time,
          }),
          MAX_SUBSTITUTES,
        ),
      }),
      answer,
      run: (ask) => put(tools, ask),
    },
  ];
}

type Named = Pick<Substitute, "tenant" | "substitute" | "until">;

async function put(tools: SubstituteTools, ask: Ask): Promise<Answer> {
  const { accounts, ledger } = tools;
  const manager = await accounts.find(ask.params["name"] ?? "");
  if (manager === null) return NOT_FOUND;
  const isOwn = manager.name === ask.account.name;
  if (!isOwn && !mayManage(ask.account, manager.grants)) return NOT_FOUND;
  const named = (ask.body["substitutes"] as readonly Named[]).map(
    ({ tenant, substitute, until }) => ({ tenant, substitute, until }),
  );
  for (const one of named) {
    const refused = await complaint(tools, manager, one);
    if (refused !== null) return refused;
  }
  await ledger.record({
    ...{ act: "substitutes-set", actor: ask.account.name },
    facts: { account: manager.name, substitutes: named, via: "console" },
  });
  if (!(await accounts.setSubstitutes(manager.name, named, ask.account.name)))
    return UNKNOWN;
  const all = await accounts.substitutes();
  return done({
    substitutes: await told(
      tools,
      all.filter((one) => one.manager === manager.name),
    ),
  });
}

async function complaint(
  { accounts, clock }: SubstituteTools,
  manager: Account,
  { tenant, substitute, until }: Named,
): Promise<Answer | null> {
  const isHis = manager.grants.some(
    (grant) =>
      grant.role === "manager" &&
      (grant.tenant === EVERY_TENANT || grant.tenant === tenant),
  );
  if (!isHis) return NOT_IN_CHARGE;
  const account = await accounts.find(substitute);
  const isFit =
    account !== null &&
    account.state !== "disabled" &&
    account.name !== manager.name &&
    !account.grants.some(({ role }) => NEVER.includes(role));
  if (!isFit) return UNKNOWN;
  const days = (until - clock()) / DAY;
  return days > 0 && days <= MAX_DAYS ? null : UNTIL;
}

const NOT_IN_CHARGE = problemOf(
  422,
  "NOT_IN_CHARGE",
  "代決者を置けるのは、その団体の情報管理者だけです。",
);
const UNKNOWN = problemOf(
  422,
  "SUBSTITUTE",
  "代決者には、監査者と運用委託先を除く、本人以外の利用者を指定してください。",
);
const UNTIL = problemOf(
  422,
  "UNTIL",
  "期限は、今より後、1 年以内で指定してください。",
);

async function told(
  { accounts, clock }: SubstituteTools,
  all: readonly Substitute[],
): Promise<readonly object[]> {
  const name = async (of: string) =>
    (await accounts.find(of))?.displayName ?? null;
  return Promise.all(
    all.map(async (one) => ({
      ...{ tenant: one.tenant, manager: one.manager },
      managerName: await name(one.manager),
      substitute: one.substitute,
      substituteName: await name(one.substitute),
      ...{ until: one.until, setBy: one.setBy, setAt: one.setAt },
      inForce: one.until > clock(),
    })),
  );
}

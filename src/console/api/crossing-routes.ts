import { EVERY_TENANT } from "../../core/account.ts";
import type { Account } from "../../core/account.ts";
import type { Checks } from "../../core/check.ts";
import type {
  Crossing,
  CrossingAct,
  CrossingState,
} from "../../core/crossing.ts";
import { may, tenantsWith } from "../../policy/rights.ts";
import type { Right } from "../../policy/rights.ts";
import { done, NO_RIGHT, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import {
  flag,
  list,
  number,
  object,
  prose,
  text,
  time,
  words,
} from "./schema.ts";

/** As the stage answers a stop; handed in, because the console knows no stage. */
export type StopOutcome =
  | {
      readonly kind: "stopped";
      readonly already: boolean;
      readonly underWay: number;
    }
  | { readonly kind: "changed" };

export interface CrossingTools {
  readonly ledger: Pick<
    Crossing,
    "crossing" | "resumeCrossing" | "waitingToCross"
  > &
    Pick<Checks, "checks">;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  readonly stop: (act: CrossingAct) => Promise<StopOutcome>;
}

const CROSSING = "/api/v1/crossing";
const MAX_REASON_CHARACTERS = 500;

const CHANGED: Answer = problemOf(
  409,
  "CHANGED",
  "ほかの操作により状態が変わりました。最新の状態を確かめてから、もう一度操作してください。",
);
const UNKNOWN_TENANT: Answer = problemOf(
  422,
  "TENANT",
  "設定にない団体が指定されています。",
);

const stops = list(
  object({
    ...{ tenant: text, tenantName: text },
    ...{ since: time, by: text, reason: text },
  }),
);

export function crossingRoutes(tools: CrossingTools): readonly Route[] {
  return [
    {
      ...{ method: "GET", path: "/api/v1/checks", right: "status.view" },
      passive: true,
      summary: "The last outcome of what the gateway looks at by itself",
      answer: object({
        checks: list(
          object({ name: text, at: time, passed: flag, detail: text }),
        ),
      }),
      run: async () => done({ checks: await tools.ledger.checks() }),
    },
    {
      ...{ method: "GET", path: CROSSING, right: "status.view" },
      ...{ passive: true, onWall: true },
      summary: "Whether the crossing is stopped, for whom, by whom and why",
      answer: object({
        version: text,
        stops,
        waiting: { ...number, description: "cleared mails not yet delivered" },
        tenants: list(
          object({ id: text, name: text, mayStop: flag, mayResume: flag }),
        ),
      }),
      run: async ({ account }) => show(tools, account),
    },
    {
      ...{ method: "POST", path: `${CROSSING}/stop`, right: "crossing.stop" },
      summary:
        "Stop the crossing at once, of one tenant or of all (*). Answered when no further delivery begins",
      body: object({
        ...{ reason: prose(MAX_REASON_CHARACTERS), "tenant?": words(64, 1) },
        "version?": words(64, 1),
      }),
      answer: object({
        ...{ version: text, stops, already: flag },
        underWay: {
          ...number,
          description: "deliveries that began before the stop and go on",
        },
      }),
      run: acting(tools, "crossing.stop", async (act, { account }) => {
        const outcome = await tools.stop(act);
        if (outcome.kind === "changed") return CHANGED;
        const { already, underWay } = outcome;
        const state = await tools.ledger.crossing();
        return done({ ...told(tools, account, state), already, underWay });
      }),
    },
    {
      ...{ method: "POST", path: `${CROSSING}/resume` },
      right: "crossing.resume",
      summary: "Let the crossing go on; what waits goes in its order",
      body: object({
        ...{ reason: prose(MAX_REASON_CHARACTERS), "tenant?": words(64, 1) },
        version: words(64, 1),
      }),
      answer: object({ version: text, stops, already: flag }),
      run: acting(tools, "crossing.resume", async (act, { account }) => {
        const answer = await tools.ledger.resumeCrossing(act);
        if (answer === "changed") return CHANGED;
        const state = await tools.ledger.crossing();
        const already = answer === "already";
        return done({ ...told(tools, account, state), already });
      }),
    },
  ];
}

/** All tenants are one tenant more: for them one needs the right everywhere. */
function acting(
  { tenants }: CrossingTools,
  right: Right,
  run: (act: CrossingAct, ask: Ask) => Promise<Answer>,
): (ask: Ask) => Promise<Answer> {
  return async (ask) => {
    const { account, body } = ask;
    const { reason, tenant = EVERY_TENANT, version } = body;
    if (typeof tenant !== "string" || typeof reason !== "string")
      return UNKNOWN_TENANT;
    if (!may(account, right, tenant)) return NO_RIGHT;
    if (tenant !== EVERY_TENANT && !tenants.some(({ id }) => id === tenant))
      return UNKNOWN_TENANT;
    return run(
      {
        ...{ tenant, who: account.name, why: reason, via: "console" },
        ...(typeof version === "string" ? { seen: version } : {}),
      },
      ask,
    );
  };
}

async function show(tools: CrossingTools, account: Account): Promise<Answer> {
  const [state, waiting] = await Promise.all([
    tools.ledger.crossing(),
    tools.ledger.waitingToCross(),
  ]);
  const sees = (tenant: string) => may(account, "status.view", tenant);
  const all = [{ id: EVERY_TENANT, name: "全団体" }, ...tools.tenants];
  return done({
    ...told(tools, account, state),
    waiting: Object.entries(waiting)
      .filter(([tenant]) => sees(tenant))
      .reduce((sum, [, count]) => sum + count, 0),
    tenants: all
      .filter(({ id }) => sees(id))
      .map(({ id, name }) => ({
        ...{ id, name },
        mayStop: may(account, "crossing.stop", id),
        mayResume: may(account, "crossing.resume", id),
      })),
  });
}

/** A stop of all concerns everybody; that of another town is not there. */
function told(
  { tenants }: CrossingTools,
  account: Account,
  { stops, version }: CrossingState,
): object {
  const where = tenantsWith(account, "status.view");
  const shown = stops.filter(
    ({ tenant }) =>
      tenant === EVERY_TENANT ||
      where === EVERY_TENANT ||
      where.includes(tenant),
  );
  const nameOf = (tenant: string) =>
    tenant === EVERY_TENANT
      ? "全団体"
      : (tenants.find(({ id }) => id === tenant)?.name ?? tenant);
  return {
    version,
    stops: shown.map(({ tenant, since, who, why }) => ({
      ...{ tenant, tenantName: nameOf(tenant), since, reason: why },
      by: who,
    })),
  };
}

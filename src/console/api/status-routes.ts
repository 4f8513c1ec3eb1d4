import { EVERY_TENANT } from "../../core/account.ts";
import type { ItemRecord } from "../../core/item-record.ts";
import { may, tenantsWith } from "../../policy/rights.ts";
import type { Status } from "../dashboard.ts";
import { measuresFor, troublesFor, troubleText } from "../watching.ts";
import type { Watching } from "../watching.ts";
import { STATE_WORDS } from "../words.ts";
import { done } from "./route.ts";
import type { Route } from "./route.ts";
import { facts, list, number, object, orNull, text, time } from "./schema.ts";

export interface StatusTools {
  readonly status: () => Promise<Status>;
  readonly watching: Pick<Watching, "now">;
}

export function statusRoutes({
  status,
  watching,
}: StatusTools): readonly Route[] {
  return [
    {
      ...{ method: "GET", path: "/api/v1/status", right: "status.view" },
      ...{ openAtFirst: true, passive: true },
      summary:
        "Lanes, counts, what is wrong now; of the own tenants as last measured, and their counts are with the measures",
      answer: object({
        now: time,
        lanes: list(
          object({ lane: text, waiting: number, oldestMs: orNull(number) }),
        ),
        counts: facts,
        problems: list(text),
        scanner: orNull(object({ engine: text, signatures: text })),
      }),
      run: async ({ account }) => {
        const { now, lanes, counts, troubles, scanner } = await status();
        const problems = troublesFor(troubles, account).map(troubleText);
        if (may(account, "status.view", EVERY_TENANT))
          return done({ now, lanes, counts, problems, scanner });
        const measured = await watching.now();
        const own =
          measured === null ? [] : measuresFor(measured, account).lanes;
        return done({
          ...{ now, counts: {}, problems, scanner },
          lanes: own.map(({ lane, waiting, oldestMs }) => ({
            ...{ lane, waiting, oldestMs },
          })),
        });
      },
    },
    {
      ...{ method: "GET", path: "/api/v1/recent", right: "mail.read" },
      passive: true,
      summary:
        "The mails that came last, newest first; of the last few of all those that one may read",
      answer: object({ rows: list(recentRow) }),
      run: async ({ account }) => {
        const { recent } = await status();
        const mine = tenantsWith(account, "mail.read");
        const rows = recent.filter(
          ({ tenant }) => mine === EVERY_TENANT || mine.includes(tenant),
        );
        return done({ rows: rows.map(told) });
      },
    },
  ];
}

const recentRow = object({
  ...{ item: text, tenant: text, state: text, stateWords: text },
  ...{ verdict: orNull(text), receivedAt: time, bytes: number },
  ...{ subject: orNull(text), from: text },
  ...{ recipient: text, recipientCount: number, heldCount: number },
});

function told(item: ItemRecord): object {
  const { id, tenant, state, verdict, receivedAt, bytes, subject } = item;
  const { reversePath, recipients } = item.envelope;
  return {
    ...{ item: id, tenant, state, stateWords: STATE_WORDS[state], verdict },
    ...{ receivedAt, bytes, subject, from: item.from ?? reversePath },
    ...{ recipient: recipients[0] ?? "", recipientCount: recipients.length },
    heldCount: item.heldCount,
  };
}

import { EVERY_TENANT } from "../../core/account.ts";
import type { ItemRecord } from "../../core/ports.ts";
import { tenantsWith } from "../../policy/rights.ts";
import type { Status } from "../dashboard.ts";
import { STATE_WORDS } from "../words.ts";
import { done } from "./route.ts";
import type { Route } from "./route.ts";
import { facts, list, number, object, orNull, text, time } from "./schema.ts";

export function statusRoutes(status: () => Promise<Status>): readonly Route[] {
  return [
    {
      ...{ method: "GET", path: "/api/v1/status", right: "status.view" },
      ...{ openAtFirst: true, passive: true },
      summary: "Lanes, counts, what is wrong now",
      answer: object({
        now: time,
        lanes: list(
          object({ lane: text, waiting: number, oldestMs: orNull(number) }),
        ),
        counts: facts,
        problems: list(text),
        scanner: orNull(object({ engine: text, signatures: text })),
      }),
      run: async () => {
        const { now, lanes, counts, problems, scanner } = await status();
        return done({ now, lanes, counts, problems, scanner });
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

import type { Account, Accounts, Grant } from "../../core/account.ts";
import { EVERY_TENANT } from "../../core/account.ts";
import { done } from "./route.ts";
import type { Route } from "./route.ts";
import { list, object, text } from "./schema.ts";

/** The record and every decision name accounts; pages show whose they are. */
export function peopleRoutes({
  accounts,
}: {
  readonly accounts: Pick<Accounts, "list">;
}): readonly Route[] {
  return [
    {
      ...{ method: "GET", path: "/api/v1/people", right: "self" },
      passive: true,
      summary: "Names of those who work for the same organizations",
      answer: object({
        people: list(object({ name: text, displayName: text })),
      }),
      run: async ({ account }) => {
        const all = await accounts.list();
        return done({
          people: all
            .filter((one) => isColleague(account, one))
            .map(({ name, displayName }) => ({ name, displayName })),
        });
      },
    },
  ];
}

function isColleague(account: Account, other: Account): boolean {
  const meets = (one: Grant, two: Grant) =>
    one.tenant === two.tenant ||
    [one.tenant, two.tenant].includes(EVERY_TENANT);
  return (
    other.name === account.name ||
    account.grants.some((one) => other.grants.some((two) => meets(one, two)))
  );
}

import type { Accounts, SavedFilter } from "../../core/account.ts";
import { FILTER } from "./mail-filter.ts";
import { done, NOT_FOUND, problemOf } from "./route.ts";
import type { Route } from "./route.ts";
import { label, list, object, text } from "./schema.ts";

const told = object({
  filters: list(object({ name: text, query: object(FILTER) })),
});
const TOO_MANY = problemOf(
  409,
  "TOO_MANY",
  "保存できる検索条件は 50 件までです。使わないものを削除してください。",
);

/** Searches of the list of mails, each person's own. What one may see is asked when the search is, not here. */
export function savedFilterRoutes({
  accounts,
}: {
  readonly accounts: Accounts;
}): readonly Route[] {
  const ownTold = async (name: string) =>
    done({ filters: await accounts.savedFilters(name) });
  return [
    {
      ...{ method: "GET", path: "/api/v1/saved-filters", right: "mail.view" },
      summary: "One's own saved searches",
      answer: told,
      run: ({ account }) => ownTold(account.name),
    },
    {
      ...{ method: "PUT", path: "/api/v1/saved-filters", right: "mail.view" },
      summary: "Save a search under a name, in the place of one of that name",
      body: object({ name: label(60), query: object(FILTER) }),
      answer: told,
      run: async ({ account, body }) => {
        const filter = {
          name: String(body["name"]).trim(),
          query: body["query"] as SavedFilter["query"],
        };
        return (await accounts.saveFilter(account.name, filter))
          ? ownTold(account.name)
          : TOO_MANY;
      },
    },
    {
      ...{ method: "DELETE", path: "/api/v1/saved-filters" },
      right: "mail.view",
      summary: "Forget a saved search",
      body: object({ name: label(60) }),
      answer: told,
      run: async ({ account, body }) =>
        (await accounts.removeFilter(account.name, String(body["name"])))
          ? ownTold(account.name)
          : NOT_FOUND,
    },
  ];
}

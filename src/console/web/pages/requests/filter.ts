import { queryOf } from "../../api/ask.ts";

export const FILTERS = ["tab", "state", "kind", "tenant"] as const;

/** What stands in the page's address. `tab`: "confirm" or empty. Empty `state`: waiting. */
export type Filter = Readonly<Record<(typeof FILTERS)[number], string>>;

export function filterIn(query: URLSearchParams): Filter {
  return Object.fromEntries(
    FILTERS.map((name) => [name, query.get(name) ?? ""]),
  ) as unknown as Filter;
}

export function addressOf(filter: Filter, after: string | null): string {
  return `/requests${queryOf({ ...filter, after })}`;
}

export function pathOf(filter: Filter, after: string | null): string {
  const { tab, state, kind, tenant } = filter;
  return tab === "confirm"
    ? `/api/v1/confirmations${queryOf({ tenant, after })}`
    : `/api/v1/requests${queryOf({ state, kind, tenant, after })}`;
}

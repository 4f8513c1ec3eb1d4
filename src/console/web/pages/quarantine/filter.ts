import { queryOf } from "../../api/ask.ts";
import { dayOf, dayStart } from "../../parts/days.ts";

/** What can be asked for, as it stands in the page's address. */
export const FILTERS = [
  ...(["tenant", "state", "verdict", "code", "sender"] as const),
  ...(["recipient", "text", "since", "until"] as const),
] as const;

export type Filter = Readonly<Record<(typeof FILTERS)[number], string>>;

export function filterIn(query: URLSearchParams): Filter {
  return Object.fromEntries(
    FILTERS.map((name) => [name, query.get(name) ?? ""]),
  ) as unknown as Filter;
}

/** Days begin at midnight in Japan; the last one is included. */
export function filterForApi(filter: Filter): Record<string, string> {
  const { since, until, ...others } = filter;
  return { ...others, since: dayStart(since, 0), until: dayStart(until, 1) };
}

/** The other way round, for what was saved. */
export function filterFromApi(query: Readonly<Record<string, string>>): Filter {
  const filter = filterIn(new URLSearchParams(query));
  const { since, until } = filter;
  return { ...filter, since: dayOf(since, 0), until: dayOf(until, 1) };
}

export function addressOf(filter: Filter, after: string | null): string {
  return `/quarantine${queryOf({ ...filter, after })}`;
}

/** How many conditions were given besides the tenant. */
export function countOf(filter: Filter): number {
  return FILTERS.filter((name) => name !== "tenant" && filter[name] !== "")
    .length;
}

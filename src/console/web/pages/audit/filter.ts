import { queryOf } from "../../api/ask.ts";
import { dayStart } from "../../parts/days.ts";

export const FILTERS = [
  ...(["actor", "act", "item", "since", "until", "all"] as const),
] as const;

export type Filter = Readonly<Record<(typeof FILTERS)[number], string>>;

export const NONE: Filter = {
  ...{ actor: "", act: "", item: "", since: "", until: "", all: "" },
};

export function filterIn(query: URLSearchParams): Filter {
  return Object.fromEntries(
    FILTERS.map((name) => [name, query.get(name) ?? ""]),
  ) as unknown as Filter;
}

export function filterForApi(filter: Filter): Record<string, string> {
  const { since, until, ...others } = filter;
  return { ...others, since: dayStart(since, 0), until: dayStart(until, 1) };
}

export function addressOf(filter: Filter, after: string | null): string {
  return `/audit${queryOf({ ...filter, after })}`;
}

export function countOf(filter: Filter): number {
  return FILTERS.filter((name) => filter[name] !== "").length;
}

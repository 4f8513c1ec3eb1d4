import { dayOf, dayStart } from "../../parts/days.ts";
import type { SubstituteTold } from "./told.ts";

/** A row of the form. `until` is the last day in Japan. */
export interface Named {
  readonly tenant: string;
  readonly substitute: string;
  readonly until: string;
}

const USUAL_DAYS = 14;

/** Those in force; the others are over, and are not kept. */
export function namedFrom(
  substitutes: readonly SubstituteTold[],
  manager: string,
): readonly Named[] {
  return substitutes
    .filter((one) => one.manager === manager && one.inForce)
    .map(({ tenant, substitute, until }) => ({
      ...{ tenant, substitute, until: dayOf(String(until - 1), 0) },
    }));
}

export function newNamed(tenant: string, now: number): Named {
  return { tenant, substitute: "", until: dayOf(String(now), -USUAL_DAYS) };
}

/** For the API; rows without a name are left out. */
export function bodyOf(named: readonly Named[]): object {
  return {
    substitutes: named
      .filter(({ substitute }) => substitute.trim() !== "")
      .map(({ tenant, substitute, until }) => ({
        ...{ tenant, substitute: substitute.trim() },
        until: Number(dayStart(until, 1)),
      })),
  };
}

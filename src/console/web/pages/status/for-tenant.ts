import type { MeasuresTold } from "../../api/told-operations.ts";

/** The measures of one tenant, of those that came; null: of all of them. */
export function forTenant(
  measures: MeasuresTold,
  tenant: string | null,
): MeasuresTold {
  if (tenant === null) return measures;
  const isIts = (one: { readonly tenant: string }) => one.tenant === tenant;
  return {
    ...measures,
    lanes: measures.lanes.map(({ lane, tenants }) => {
      const own = tenants.filter(isIts);
      return {
        ...{ lane, tenants: own, waiting: own[0]?.waiting ?? 0 },
        oldestMs: own[0]?.oldestMs ?? null,
      };
    }),
    tenants: measures.tenants.filter(isIts),
    held: measures.held.filter(isIts),
    malicious: measures.malicious.filter(isIts),
  };
}

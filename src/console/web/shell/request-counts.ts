import { useEffect, useState } from "react";
import { ask, Problem, queryOf } from "../api/ask.ts";
import { usePerson } from "../session/session.tsx";

/** At most 100 of each. */
export interface RequestCounts {
  readonly asked: number;
  readonly unconfirmed: number;
}

const EVERY_MS = 60_000;
const asking = new Set<() => void>();

/** After an act: the numbers are others now. */
export function countAgain(): void {
  for (const again of asking) again();
}

/** What waits for somebody; asked again every minute while the page is looked at. Null: not known, or nothing to know. */
export function useRequestCounts(tenant: string | null): RequestCounts | null {
  const { may } = usePerson();
  const [counts, setCounts] = useState<RequestCounts | null>(null);
  const isFor = may("request.view");
  useEffect(() => {
    if (!isFor) return undefined;
    let isWanted = true;
    const again = async () => {
      try {
        const path = `/api/v1/requests/count${queryOf({ tenant })}`;
        const told = await ask<RequestCounts>("GET", path);
        if (isWanted) setCounts(told);
      } catch (error) {
        // The menu goes without; whatever is wrong, the page itself says.
        if (!(error instanceof Problem)) throw error;
        if (isWanted) setCounts(null);
      }
    };
    const onTime = () => {
      if (!document.hidden) void again();
    };
    const onAct = () => void again();
    const timer = setInterval(onTime, EVERY_MS);
    asking.add(onAct);
    onAct();
    return () => {
      isWanted = false;
      clearInterval(timer);
      asking.delete(onAct);
    };
  }, [isFor, tenant]);
  return counts;
}

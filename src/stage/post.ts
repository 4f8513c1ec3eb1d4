/*
NAME       post: the janitor's word for mails of our own: digests when they are due, tries where a password may have come
ZONE       airlock
WRITES     ledger (new items)      TALKS TO  the bell
SECURITY   makes items and rings; the sanitizer writes them, clears them, and the courier delivers them like any other
FAULTS     those of the ledger; the next round does what this one could not
NOT HERE   the words (own-mail), the trying (try-passwords)
*/
import type { Lanes } from "../core/lanes.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Log } from "../core/log.ts";
import { MINUTE } from "../core/units.ts";
import {
  duePeriod,
  periodMs,
  type DigestTimes,
} from "../policy/digest-times.ts";
import type { Policy } from "../policy/policy.ts";

export interface PostTools {
  readonly ledger: Pick<Ledger, "digest" | "matchPasswords">;
  readonly lanes: Pick<Lanes, "ring">;
  readonly log: Log;
}

export interface DigestTenant {
  readonly id: string;
  readonly digests: DigestTimes & {
    readonly audience: "recipients" | "duty";
    readonly dutyAddress: string | null;
  };
}

/** Returns how many went. A period that was asked for before is not asked for again: that is what `done` remembers. */
export async function sendDigests(
  tools: PostTools,
  tenants: readonly DigestTenant[],
  { now, done }: { readonly now: number; readonly done: Map<string, string> },
): Promise<number> {
  let sent = 0;
  for (const { id: tenant, digests } of tenants) {
    const period = duePeriod(now, digests);
    if (period === null || done.get(tenant) === period) continue;
    const items = await tools.ledger.digest({
      ...{ tenant, period, firstSinceMs: periodMs(digests) },
      toRecipients: digests.audience === "recipients",
      dutyAddress: digests.dutyAddress,
    });
    done.set(tenant, period);
    for (const item of items) await tools.lanes.ring("inspect", { item });
    if (items.length > 0)
      tools.log.info("janitor.digests", { tenant, mails: items.length });
    sent += items.length;
  }
  return sent;
}

export async function tryPasswords(
  tools: PostTools,
  policy: Pick<Policy, "secondMailPassword" | "secondMailMinutes">,
): Promise<number> {
  if (policy.secondMailPassword === "off") return 0;
  const windowMs = policy.secondMailMinutes * MINUTE;
  const items = await tools.ledger.matchPasswords(windowMs);
  for (const item of items) await tools.lanes.ring("inspect", { item });
  if (items.length > 0)
    tools.log.info("janitor.passwords", { tries: items.length });
  return items.length;
}

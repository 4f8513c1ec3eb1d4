/*
NAME       release: a named person lets a held item go on, or ends it
ZONE       admin
WRITES     ledger (with the audit chain)     TALKS TO  the bell
SECURITY   re-enters at plan; the item is sanitized, rebuilt and verified like any other. A virus is never released
*/
import type { ItemId } from "../core/id.ts";
import { UNFINISHED } from "../core/item.ts";
import type { Override } from "../core/plan.ts";
import type { HoldRecord } from "../core/hold.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { Lanes } from "../core/lanes.ts";
import type { Ledger } from "../core/ledger.ts";
import type { ActGuard } from "../core/quarantine.ts";
import { DAY } from "../core/units.ts";
import { whyNoRelease } from "../policy/releasable.ts";
import type { NoRelease } from "../policy/releasable.ts";

export interface ReleaseTools {
  readonly ledger: Pick<Ledger, "holds" | "item" | "release">;
  readonly lanes: Pick<Lanes, "ring">;
}

export type ReleaseAnswer =
  | {
      readonly kind: "released";
      readonly item: ItemId;
      /** Parts with a virus: they are not in what goes on, and stay held. */
      readonly virusesKept: number;
    }
  | {
      readonly kind: "refused";
      readonly why: NoRelease | "on-its-way";
    };

/** Unless the person says otherwise. */
const OVERRIDE_LASTS_MS = DAY;

export interface Decision {
  readonly who: string;
  readonly why: string;
  /** Epoch ms; a day from now when left out. */
  readonly until?: number;
  /** Name of a variant of the policy; left out: the tenant's policy. */
  readonly variant?: string;
  /** What the person saw. Left out: the item as it stands. */
  readonly guard?: ActGuard;
}

export async function release(
  tools: ReleaseTools,
  item: ItemId,
  by: Decision,
): Promise<ReleaseAnswer> {
  const holds = await tools.ledger.holds({ item, state: "held", limit: 1000 });
  const why = whyNoRelease(holds);
  if (why !== null) return { kind: "refused", why };
  const open = holds.filter((hold) => hold.code !== "VIRUS_FOUND");
  const before = waivedBefore(await tools.ledger.item(item));
  const now = Date.now();
  const override: Override = {
    who: by.who,
    why: by.why,
    at: new Date(now).toISOString(),
    until: new Date(by.until ?? now + OVERRIDE_LASTS_MS).toISOString(),
    waives: [...new Set([...before, ...waived(open)])],
    ...(by.variant === undefined ? {} : { variant: by.variant }),
  };
  const ringFor = await tools.ledger.release(item, override, by.guard);
  if (ringFor === null)
    return { kind: "refused", why: await whyNot(tools.ledger, item) };
  await tools.lanes.ring("inspect", { item: ringFor });
  const virusesKept = holds.length - open.length;
  return { kind: "released", item: ringFor, virusesKept };
}

/** Parts may be held of a mail that has not come to its end yet. */
async function whyNot(
  ledger: Pick<Ledger, "item">,
  item: ItemId,
): Promise<"not-held" | "malicious" | "on-its-way"> {
  const record = await ledger.item(item);
  if (record === null || record.heldCount === 0) return "not-held";
  if (UNFINISHED.includes(record.state)) return "on-its-way";
  return record.verdict === "malicious" ? "malicious" : "not-held";
}

export async function discard(
  tools: { readonly ledger: Pick<Ledger, "discard"> },
  item: ItemId,
  by: Omit<Decision, "until">,
): Promise<boolean> {
  const { who, why, guard } = by;
  return tools.ledger.discard(item, { who, why }, guard);
}

/** Reasons that speak against the mail. Those against a part are not a person's to waive: it can be made new, or not. */
function waived(holds: readonly HoldRecord[]): Override["waives"] {
  const whole = holds.filter(({ part }) => part === null);
  return whole.map(({ code }) => code);
}

/** What was let go once is not caught again for the same reason when more of it is asked for. A trust speaks for itself. */
export function waivedBefore(item: ItemRecord | null): Override["waives"] {
  const override = item?.override ?? null;
  return override === null || override.act === "trust" ? [] : override.waives;
}

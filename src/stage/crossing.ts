/*
NAME       crossing: stop what goes over to the inner side, and let it go on
ZONE       admin (the acts), lgwan (the watch)
READS      ledger       WRITES  ledger (with the audit chain)
SECURITY   the ledger itself refuses deliveries while stopped (openAttempt); what is remembered here only spares work
NOT HERE   intake and cleaning: they go on
*/
import { EVERY_TENANT } from "../core/account.ts";
import { SELF_TEST_TENANT } from "../core/check.ts";
import type { Crossing, CrossingAct } from "../core/crossing.ts";
import type { Lanes } from "../core/lanes.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Log } from "../core/log.ts";
import { toFault } from "../core/fault.ts";
import { SECOND } from "../core/units.ts";

export type StopAnswer =
  | {
      readonly kind: "stopped";
      readonly already: boolean;
      /** Deliveries that had begun before and have not ended yet; from now on none begins. */
      readonly underWay: number;
    }
  | { readonly kind: "changed" };

/** How long a stop waits for deliveries that had begun; then it says how many there still are. */
const UNDER_WAY_MS = 10 * SECOND;
const LOOK_MS = 200;

export async function stopCrossing(
  ledger: Pick<Crossing, "stopCrossing" | "attemptsUnderWay">,
  act: CrossingAct,
  waitMs = UNDER_WAY_MS,
): Promise<StopAnswer> {
  const answer = await ledger.stopCrossing(act);
  if (answer === "changed") return { kind: "changed" };
  const end = performance.now() + waitMs;
  let underWay = await ledger.attemptsUnderWay(act.tenant, Date.now());
  while (underWay > 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    underWay = await ledger.attemptsUnderWay(act.tenant, Date.now());
  }
  return { kind: "stopped", already: answer === "already", underWay };
}

export interface CrossingWatch {
  /**
   * Whether a stop is in force for the tenant. "No" costs nothing and may be a second old: the ledger decides once more. "Yes"
   * is asked anew each time, or a bell that rings just after a resume would be lost and its mail overtaken.
   */
  isStopped(tenant: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface WatchTools {
  readonly ledger: Pick<Ledger, "crossing" | "due">;
  readonly lanes: Pick<Lanes, "ring">;
  readonly log: Log;
}

const EVERY_MS = SECOND;
const MAX_RINGS = 10_000;

/** What the courier remembers of the stops, read each second, so that nothing is verified that may not go. */
export async function watchCrossing(
  tools: WatchTools,
  everyMs = EVERY_MS,
): Promise<CrossingWatch> {
  const { ledger, log } = tools;
  let stopped: ReadonlySet<string> = new Set();
  let draining: Promise<void> = Promise.resolve();
  const unread = (error: unknown): void => {
    log.error("crossing.unread", { fault: toFault(error).code });
  };
  const look = async (): Promise<void> => {
    const { stops } = await ledger.crossing();
    const now = new Set(stops.map(({ tenant }) => tenant));
    const resumed = [...stopped].some((tenant) => !now.has(tenant));
    if (resumed || now.size !== stopped.size)
      log.warn("crossing.changed", { stopped: [...now].join(",") });
    stopped = now;
    if (resumed) draining = draining.then(() => drain(tools)).catch(unread);
  };
  await look();
  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= look()
      .catch(unread)
      .finally(() => (looking = null));
  }, everyMs);
  const isKnown = (tenant: string): boolean =>
    stopped.has(EVERY_TENANT) || stopped.has(tenant);
  return {
    async isStopped(tenant) {
      if (tenant === SELF_TEST_TENANT || !isKnown(tenant)) return false;
      await look();
      return isKnown(tenant);
    },
    async close() {
      clearInterval(timer);
      await looking;
      await draining;
    },
  };
}

/** In the order in which they were cleared; those that are cleared from now on ring for themselves. */
async function drain({ ledger, lanes, log }: WatchTools): Promise<void> {
  const waiting = await ledger.due(Date.now(), 0, MAX_RINGS);
  const ready = waiting.filter(({ lane }) => lane === "deliver");
  for (const { id } of ready) await lanes.ring("deliver", { item: id });
  log.info("crossing.resumed", { items: ready.length });
}

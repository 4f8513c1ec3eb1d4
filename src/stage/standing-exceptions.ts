import { toFault } from "../core/fault.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Log } from "../core/log.ts";
import { ExceptionTable } from "../policy/exceptions.ts";

const MAX_EXCEPTIONS = 100_000;

export interface StandingExceptions {
  readonly table: () => ExceptionTable;
  close(): Promise<void>;
}

/**
 * The exceptions in force, in memory. Looked after by a clock and not by mails: a mail pays nothing for them. While the ledger
 * does not answer, those known last stand; each ends by its own time.
 */
export async function keepExceptions(
  ledger: Pick<Ledger, "exceptions" | "exceptionsRevision">,
  log: Log,
  everyMs: number,
): Promise<StandingExceptions> {
  let revision = -1;
  let table = new ExceptionTable([]);
  const refresh = async () => {
    const latest = await ledger.exceptionsRevision();
    if (latest === revision) return;
    table = new ExceptionTable(
      await ledger.exceptions({
        ...{ tenants: null, inForceOnly: true, limit: MAX_EXCEPTIONS },
      }),
    );
    revision = latest;
  };
  await refresh();
  let turn: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    turn = refresh().catch((error: unknown) =>
      log.error("exceptions.stale", { fault: toFault(error).code }),
    );
  }, everyMs);
  return {
    table: () => table,
    close: () => {
      clearInterval(timer);
      return turn;
    },
  };
}

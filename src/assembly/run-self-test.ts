import type { Config } from "../config/load.ts";
import type { Ledger } from "../core/ledger.ts";
import { MINUTE } from "../core/units.ts";
import { eicarBytes } from "../scan/eicar.ts";
import { sendToOurselves } from "../smtp/self-test-sender.ts";
import { newSelfTestAddress } from "../stage/self-test-address.ts";
import { selfTest } from "../stage/self-test.ts";
import type { SelfTestResult } from "../stage/self-test.ts";
import { loadSelfTestKey } from "../store/keys.ts";
import { placesIn } from "./places.ts";

/** By the janitor each day, or by a person. Null when it was ended from outside. */
export async function runSelfTest(
  config: Pick<Config, "gateway" | "smtp" | "selfTest">,
  ledger: Ledger,
  by: { readonly actor: string; readonly signal?: AbortSignal },
): Promise<readonly SelfTestResult[] | null> {
  const { keys } = placesIn(config.gateway.varFolder);
  const key = await loadSelfTestKey(keys);
  return selfTest({
    ledger,
    send: (raw) =>
      sendToOurselves(config.smtp, newSelfTestAddress(key, Date.now()), raw),
    virus: eicarBytes(),
    deadlineMs: config.selfTest.deadlineMinutes * MINUTE,
    stopOnFailure: config.selfTest.stopOnFailure,
    ...by,
  });
}

/** Whether the last full `hour` (local time) came after `last`. */
export function isDue(hour: number, last: number, now: number): boolean {
  const due = new Date(now);
  due.setHours(hour, 0, 0, 0);
  if (due.getTime() > now) due.setDate(due.getDate() - 1);
  return last < due.getTime();
}

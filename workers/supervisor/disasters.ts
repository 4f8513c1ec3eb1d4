import { toFault } from "../../src/core/fault.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import type { Log } from "../../src/core/log.ts";
import { MINUTE, SECOND } from "../../src/core/units.ts";
import type { Reloader } from "./reload.ts";

const LOOK_MS = 5 * SECOND;
/** Workers that did not start with it once are not ended again at once. */
const REFUSED_MS = 5 * MINUTE;

/** Takes the emergency mode over when the ledger says that it is on, and back when its time is up. */
export function followDisasters(
  ledger: Ledger,
  reloader: Reloader,
  log: Log,
): { close(): Promise<void> } {
  let looking: Promise<void> | null = null;
  let notBefore = 0;
  const look = async (): Promise<void> => {
    const isOn = (await ledger.disaster()).kind === "on";
    if (isOn === reloader.isDisaster || performance.now() < notBefore) return;
    if (!isOn) await ledger.closeDisaster();
    await reloader.switchDisaster(isOn);
    if (isOn !== reloader.isDisaster)
      notBefore = performance.now() + REFUSED_MS;
  };
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => {
        const { code, message } = toFault(error);
        log.error("disaster.fault", { fault: code, detail: message });
      })
      .finally(() => (looking = null));
  }, LOOK_MS);
  return {
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}

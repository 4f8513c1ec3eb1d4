/*
NAME       deliver: hand a cleared mail to the LGWAN side and keep what it answered
ZONE       lgwan
READS      outbox, ledger       WRITES  ledger
TALKS TO   the LGWAN mail server (SMTP)
SECURITY   proves seal, hash and grammar again; the recipients come from the signed manifest
STANDARDS  RFC 5321 §4.5.4 (retries), §6.1 (responsibility)
FAULTS     SEAL_BROKEN, VERIFIER_REFUSED hold the mail; everything the peer does is a receipt
NOT HERE   the originals: this zone has no way to them
*/
import { SELF_TEST_TENANT } from "../core/check.ts";
import { toFault } from "../core/fault.ts";
import type { ItemId } from "../core/id.ts";
import type { Receipt, SealedMessage } from "../core/message.ts";
import type { Courier } from "../core/courier.ts";
import type { RecipientRecord } from "../core/item-record.ts";
import type { Job } from "../core/lanes.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Log } from "../core/log.ts";
import type { Outbox } from "../core/stores.ts";
import { MINUTE } from "../core/units.ts";
import { holdFor } from "../policy/fault-holds.ts";
import { verdictFor, wholeHold } from "./dispose.ts";

export interface DeliverTools {
  readonly outbox: Pick<Outbox, "read" | "remove">;
  readonly ledger: Ledger;
  readonly courier: Courier;
  /** The grammar of what may cross, read again on this side. Throws VERIFIER_REFUSED. */
  readonly verifyAgain: (message: SealedMessage) => Promise<void>;
  /** What is known here of stops of the crossing, so that nothing is verified in vain; the ledger decides. */
  readonly isStopped: (tenant: string) => Promise<boolean>;
  readonly log: Log;
  readonly probe: (point: DeliverPoint) => void;
  /** A new one for each attempt: told the same points, to time what lies between. */
  readonly laps?: () => (point: DeliverPoint) => void;
  readonly leaseMs: number;
  /** Waits between attempts; the last one repeats (RFC 5321 §4.5.4.1). */
  readonly retryMs: readonly number[];
  readonly giveUpMs: number;
}

export type DeliverPoint = "attempt-opened" | "sent" | "attempt-closed";

export function createDeliver(
  tools: DeliverTools,
): (job: Job) => Promise<void> {
  return async ({ item }) => {
    try {
      await deliver(tools, item);
    } catch (error) {
      const fault = toFault(error);
      tools.log.error("deliver.fault", {
        item,
        fault: fault.code,
        detail: fault.message,
      });
      const code =
        holdFor(fault.code) ??
        (fault.code === "SEAL_BROKEN" ? "VERIFIER_REFUSED" : null);
      if (code !== null)
        await tools.ledger.hold(item, verdictFor(code), [
          wholeHold(item, code, fault.message),
        ]);
    }
  };
}

async function deliver(tools: DeliverTools, item: ItemId): Promise<void> {
  const lap = tools.laps?.();
  const passed = (point: DeliverPoint) => {
    lap?.(point);
    tools.probe(point);
  };
  const message = await tools.outbox.read(item);
  if (message === null) return;
  if (await tools.isStopped(message.manifest.tenant)) return;
  await tools.verifyAgain(message);

  const now = Date.now();
  const claimed = (
    await tools.ledger.openAttempt(item, now, tools.leaseMs)
  ).filter((recipient) =>
    message.manifest.recipients.includes(recipient.address),
  );
  if (claimed.length === 0) return;
  passed("attempt-opened");
  const receipts = await handOver(
    tools,
    message,
    claimed.map((recipient) => recipient.address),
  );
  passed("sent");
  const giveUp = now - Date.parse(message.manifest.clearedAt) > tools.giveUpMs;
  const state = await tools.ledger.closeAttempt(
    item,
    receipts,
    Date.now() + wait(tools.retryMs, claimed),
    giveUp,
  );
  passed("attempt-closed");
  if (state === "delivered") await tools.outbox.remove(item);
  tools.log.info("item.attempted", {
    item,
    state,
    receipts: receipts.map((receipt) => receipt.kind).join(","),
  });
}

/** Mails of the self-test have come as far as any mail comes on this side, and end here. */
async function handOver(
  { courier }: DeliverTools,
  message: SealedMessage,
  recipients: readonly string[],
): Promise<readonly Receipt[]> {
  return message.manifest.tenant === SELF_TEST_TENANT
    ? recipients.map((recipient) => ({
        ...{ recipient, kind: "accepted" as const, reply: "self-test" },
      }))
    : courier.send(message, recipients);
}

function wait(
  retryMs: readonly number[],
  claimed: readonly RecipientRecord[],
): number {
  const attempts = Math.max(
    1,
    ...claimed.map((recipient) => recipient.attempts),
  );
  return retryMs[Math.min(attempts, retryMs.length) - 1] ?? MINUTE;
}

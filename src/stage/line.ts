/*
NAME       line: take one item through its steps, and turn every fault into one outcome in this one place
ZONE       airlock
READS      ledger, spool, vault      WRITES  ledger, vault, outbox
TALKS TO   clamd, pits, the bell; a DNS server where one is named
SECURITY   its passage is the only caller of clear and of the outbox; an original has no way past them
FAULTS     of the content: hold. Of an operator's matter: wait, without counting. Of ours: wait and count, then hold
NOT HERE   delivery (deliver), people's decisions (release)
*/
import { type Fault, toFault } from "../core/fault.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { Job, LaneName } from "../core/lanes.ts";
import { MINUTE, SECOND } from "../core/units.ts";
import { holdFor } from "../policy/fault-holds.ts";
import { findOriginal } from "./find-original.ts";
import { holdWhole } from "./hold-whole.ts";
import type { LineTools } from "./line-tools.ts";
import { isOwnMail } from "./own-mail.ts";
import { Passage } from "./passage.ts";
import { rescanHeld } from "./rescan.ts";

const BACKOFF_MS = [2 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE] as const;

/** Handlers for the two lanes of the sanitizer. A job is an id; everything else is read from the ledger. */
export function createLine(
  tools: LineTools,
): (lane: "inspect" | "sanitize") => (job: Job) => Promise<void> {
  return (lane) => async (job) => {
    const watched = timed(tools);
    const record = await tools.ledger.begin(job.item);
    if (record !== null) return passOn(watched, record, { lane });
    if (lane === "sanitize") await rescanHeld(tools, job.item);
  };
}

/** One item that was begun, to its next state. `password` is for what is encrypted; it goes to the pit and nowhere else. */
export async function passOn(
  tools: LineTools,
  record: ItemRecord,
  way: { readonly lane: LaneName; readonly password?: string },
): Promise<void> {
  tools.probe("begun");
  const workspace = tools.workspace();
  try {
    await new Passage(tools, record, { ...way, workspace }).run(way.lane);
  } catch (error) {
    await settleFault(tools, record, toFault(error));
  } finally {
    await workspace.dispose();
  }
}

function timed(tools: LineTools): LineTools {
  const lap = tools.laps?.();
  if (lap === undefined) return tools;
  const probe: LineTools["probe"] = (point) => {
    lap(point);
    tools.probe(point);
  };
  return { ...tools, probe };
}

async function settleFault(
  tools: LineTools,
  record: ItemRecord,
  fault: Fault,
): Promise<void> {
  tools.log.warn("item.fault", {
    item: record.id,
    fault: fault.code,
    attempt: record.attempts,
    detail: fault.message,
  });
  const code = holdFor(fault.code);
  if (code !== null) {
    const original = isOwnMail(record)
      ? null
      : await findOriginal(tools, record).catch(() => null);
    return holdWhole(tools, record, {
      code,
      detail: fault.message,
      original,
    });
  }
  const wait =
    BACKOFF_MS[Math.min(record.attempts, BACKOFF_MS.length) - 1] ??
    BACKOFF_MS[0];
  await tools.ledger.defer(
    record.id,
    Date.now() + wait,
    fault.code,
    fault.row.blame !== "operator",
  );
}

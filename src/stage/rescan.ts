/*
NAME       rescan: look through a held original again, with the signatures of today
ZONE       airlock
READS      vault, ledger      WRITES  ledger
TALKS TO   clamd, pits (archives), the bell
SECURITY   makes nothing. A virus found now holds what was held for less; what goes on re-enters at plan like a release
FAULTS     of an operator's matter: it waits. Others: tried again, then on record as failed
*/
import { toFault } from "../core/fault.ts";
import type { ItemId } from "../core/id.ts";
import type { RescanFound } from "../core/acts.ts";
import type { PartTree } from "../core/part.ts";
import type { PlannedPart } from "../core/plan.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { Decision } from "../policy/decide.ts";
import { partHold, wholeHold } from "./dispose.ts";
import { inspect } from "./inspect.ts";
import type { LineTools } from "./line-tools.ts";
import { readOriginal } from "./original.ts";
import { plan } from "./plan.ts";
import { scan } from "./scan.ts";

/** Begun so often without an end: it ends the process each time. */
const MAX_BEGINNINGS = 500;

export async function rescanHeld(
  tools: LineTools,
  item: ItemId,
): Promise<void> {
  const { ledger, limits } = tools;
  const asked = await ledger.beginRescan(item);
  if (asked === null) return;
  const record = await ledger.item(item);
  if (record === null) return;
  if (asked.attempts > MAX_BEGINNINGS)
    return ledger.failRescan(item, "ATTEMPTS_EXHAUSTED");
  try {
    const found = await look(tools, record);
    const settled = await ledger.settleRescan(item, found);
    if (settled?.goesOn != null)
      await tools.lanes.ring("inspect", { item: settled.goesOn });
  } catch (error) {
    const fault = toFault(error);
    tools.log.warn("rescan.fault", { item, fault: fault.code });
    const { retry, blame } = fault.row;
    const waits = retry === "later" && blame === "operator";
    if (waits || (retry === "later" && asked.attempts < limits.maxAttempts))
      return;
    await ledger.failRescan(item, fault.code);
  }
}

async function look(
  tools: LineTools,
  record: ItemRecord,
): Promise<RescanFound> {
  const { limits, pit, scanner } = tools;
  const workspace = tools.workspace();
  try {
    const original = await readOriginal(tools, record, workspace);
    const unpack = (container: Parameters<typeof pit.unpack>[0]) =>
      pit.unpack(container);
    const tree = await inspect(original, { limits, workspace, unpack });
    const verdicts = await scan(original, tree, scanner);
    const decision = plan(tree, verdicts, {
      policy: tools.policyFor(record.tenant),
      ...{ override: null, now: Date.now() },
      authentication: record.plan?.authentication ?? null,
    });
    return foundIn(record.id, tree, decision);
  } finally {
    await workspace.dispose();
  }
}

export function foundIn(
  item: ItemId,
  tree: PartTree,
  { plan: made, disposition }: Decision,
): RescanFound {
  const isWhole =
    disposition.kind === "hold" && disposition.code === "VIRUS_FOUND";
  const viruses = isWhole
    ? [wholeHold(item, "VIRUS_FOUND", disposition.detail)]
    : made.parts.flatMap((part) => {
        const signature = virusHolding(part);
        return signature === null
          ? []
          : [partHold(item, part, "VIRUS_FOUND", signature)];
      });
  const held = made.parts.flatMap(({ path, treatment }) =>
    treatment.kind === "notice" ? [path] : [],
  );
  const closed = made.parts.filter(
    ({ id, scan: { kind } }) =>
      kind === "unexaminable" || tree.parts[id]?.unopened !== undefined,
  );
  return {
    ...{ viruses, engine: made.whole.engine },
    heldOtherwise: disposition.kind === "hold" ? [null, ...held] : held,
    closed: closed.map(({ path }) => path),
  };
}

/** The signature for which a part is held; null where it is not held for one. */
export function virusHolding({ scan, treatment }: PlannedPart): string | null {
  const isHeld =
    treatment.kind === "notice" && treatment.hold === "VIRUS_FOUND";
  return isHeld && scan.kind === "malicious" ? scan.signature : null;
}

import type { UntrustedContent } from "../core/content.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { HoldCode } from "../core/verdict.ts";
import { verdictFor, wholeHold } from "./dispose.ts";
import { keepOriginal } from "./find-original.ts";
import type { LineTools } from "./line-tools.ts";

/** The original is durable in the vault before the ledger says that it is held there. */
export async function holdWhole(
  tools: LineTools,
  record: ItemRecord,
  why: {
    readonly code: HoldCode;
    readonly detail: string;
    readonly original: UntrustedContent | null;
  },
): Promise<void> {
  const { id: item } = record;
  if (why.original !== null) await keepOriginal(tools, record, why.original);
  await tools.ledger.hold(item, verdictFor(why.code), [
    wholeHold(item, why.code, why.detail),
  ]);
}

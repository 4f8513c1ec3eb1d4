import type { UntrustedContent } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { Workspace } from "../core/stores.ts";
import { findOriginal, type OriginalPlaces } from "./find-original.ts";

export interface OriginalTools extends OriginalPlaces {
  readonly limits: Limits;
}

/** The original that an item is made of. Faults: STORE_DAMAGED. */
export async function readOriginal(
  { spool, vault, limits }: OriginalTools,
  record: Pick<ItemRecord, "id" | "parent" | "source" | "sha256">,
  workspace: Workspace,
): Promise<UntrustedContent> {
  const original = await findOriginal({ spool, vault }, record);
  if (original === null)
    throw new Fault("STORE_DAMAGED", { missing: "original" });
  if (original.sha256 !== record.sha256)
    throw new Fault("STORE_DAMAGED", { hash: "differs" });
  // A small mail is read from disk once and then passed from memory to each step.
  const isSmall = original.bytes <= limits.maxLeafInMemoryBytes;
  if (!isSmall || original.whole !== undefined) return original;
  const holder = workspace.hold();
  for await (const piece of original.open()) await holder.add(piece);
  return (await holder.finish()) as UntrustedContent;
}

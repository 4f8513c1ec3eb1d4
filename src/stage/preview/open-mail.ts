import type { ItemId } from "../../core/id.ts";
import { Fault } from "../../core/fault.ts";
import type { Limits } from "../../core/limits.ts";
import type { Part, PartTree } from "../../core/part.ts";
import type { Plan, PlannedPart, Treatment } from "../../core/plan.ts";
import type { ItemRecord } from "../../core/item-record.ts";
import type { Ledger } from "../../core/ledger.ts";
import type { Pit } from "../../core/pit.ts";
import type { Scanner } from "../../core/scanner.ts";
import type { Workspace } from "../../core/stores.ts";
import { treatBySite } from "../../policy/decide.ts";
import type { Policy } from "../../policy/policy.ts";
import { treatByKind } from "../../policy/treat.ts";
import type { ViewRefusal } from "../../wire/viewer.ts";
import { findOriginal, type OriginalPlaces } from "../find-original.ts";
import { inspect } from "../inspect.ts";
import { plan, verdictsIn } from "../plan.ts";
import { scan } from "../scan.ts";

/** A mail that somebody looks into: taken apart as on the line, nothing made of it. */
export interface OpenMail {
  readonly record: ItemRecord;
  readonly tree: PartTree;
  readonly plan: Plan;
  readonly policy: Policy;
  readonly workspace: Workspace;
}

export interface OpenMailTools extends OriginalPlaces {
  readonly ledger: Pick<Ledger, "item">;
  readonly pit: Pick<Pit, "unpack">;
  readonly scanner: Scanner;
  readonly workspace: () => Workspace;
  readonly limits: Limits;
  readonly policyFor: (tenant: string) => Policy;
}

/** Nothing is shown, for a reason of the closed list. */
export class NotShown extends Error {
  readonly code: ViewRefusal;
  constructor(code: ViewRefusal) {
    super(code);
    this.code = code;
  }
}

/** Faults: those of inspect and scan. */
export async function openMail(
  tools: OpenMailTools,
  id: ItemId,
): Promise<OpenMail> {
  const record = await tools.ledger.item(id);
  const original = record === null ? null : await findOriginal(tools, record);
  if (record === null || original === null) throw new NotShown("NO_ORIGINAL");
  if (original.sha256 !== record.sha256)
    throw new Fault("STORE_DAMAGED", { hash: "differs" });
  const { limits, pit, scanner } = tools;
  const workspace = tools.workspace();
  try {
    const unpack: Pit["unpack"] = (container) => pit.unpack(container);
    const tree = await inspect(original, { limits, workspace, unpack });
    const known = record.plan === null ? null : verdictsIn(record.plan, tree);
    const verdicts = known ?? (await scan(original, tree, scanner));
    const policy = tools.policyFor(record.tenant);
    const rules = { policy, override: record.override, now: Date.now() };
    const made = plan(tree, verdicts, rules).plan;
    return { record, tree, plan: made, policy, workspace };
  } catch (error) {
    await workspace.dispose();
    throw error;
  }
}

/** One leaf, with what would be made of it if nothing held it. */
export interface Leaflet {
  readonly part: Part & { readonly leaf: NonNullable<Part["leaf"]> };
  readonly planned: PlannedPart;
  readonly treatment: Treatment;
  /** A virus was found in it, in what it lies in, or in a mail of which nobody knows where. */
  readonly isMalicious: boolean;
}

export function leafletsOf(mail: OpenMail): readonly Leaflet[] {
  const { tree, plan, policy } = mail;
  const isSomewhere =
    plan.whole.kind === "malicious" &&
    !plan.parts.some(({ scan }) => scan.kind === "malicious");
  return plan.parts.flatMap((planned) => {
    const part = tree.parts[planned.id];
    if (part === undefined || part.leaf === null) return [];
    const parent = tree.parts[part.parent ?? -1]?.declaredType ?? null;
    const treatment = treatBySite(part, treatByKind(part, parent), policy);
    const isMalicious = isSomewhere || isVirus(planned);
    return [
      { part: { ...part, leaf: part.leaf }, planned, treatment, isMalicious },
    ];
  });
}

/** What the scanner only suspects is drawn for the reader, too, where policy says so. */
function isVirus({ scan, treatment }: PlannedPart): boolean {
  const isDrawn = treatment.kind === "rasterize" || treatment.kind === "repack";
  return scan.kind === "malicious" && !isDrawn;
}

/*
NAME       plan: turn facts and verdicts into one treatment a part
ZONE       airlock
SECURITY   pure decision; touches no content
NOT HERE   the rules themselves (policy/)
*/
import { createHash } from "node:crypto";
import type { Authentication } from "../core/authentication.ts";
import type { PartTree } from "../core/part.ts";
import type { LinkMode, Override, Plan } from "../core/plan.ts";
import type { ItemRecord } from "../core/item-record.ts";
import { showLinks } from "../mime/links.ts";
import { shownLine } from "../mime/shown-line.ts";
import { decide, type Decision } from "../policy/decide.ts";
import {
  DEFAULT_POLICY,
  RULES_VERSION,
  type Policy,
} from "../policy/policy.ts";
import type { ScanVerdicts } from "./scan.ts";

const MAX_NAME_CHARACTERS = 100;

export function plan(
  tree: PartTree,
  verdicts: ScanVerdicts,
  rules: PlanRules,
): Decision {
  const facts = {
    tree,
    whole: verdicts.whole,
    leaves: verdicts.leaves,
    names: cleanNames(tree, rules.policy.links),
    authentication: rules.authentication ?? null,
  };
  return decide(facts, {
    policy: rules.policy,
    policyVersion: policyVersion(rules.policy),
    override: inForce(rules.override, rules.now),
  });
}

export interface PlanRules {
  readonly policy: Policy;
  readonly override: Override | null;
  /** Epoch ms. */
  readonly now: number;
  /** What the checks of the sender said; left out where there were none. */
  readonly authentication?: Authentication | null;
}

const versions = new WeakMap<Policy, string>();

export function policyVersion(policy: Policy): string {
  const known = versions.get(policy);
  if (known !== undefined) return known;
  const version = versionOf(policy);
  versions.set(policy, version);
  return version;
}

function versionOf(policy: Policy): string {
  const settings = Object.entries(policy)
    .filter(([name]) => Object.hasOwn(DEFAULT_POLICY, name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash("sha256")
    .update(JSON.stringify(settings))
    .digest("hex");
  return `${RULES_VERSION}-${hash.slice(0, 16)}`;
}

/**
 * The verdicts of an earlier run on these very bytes, so that a mail that changed lanes is not scanned twice.
 * Null when the record does not fit part by part, or when a person let the mail go since: then everything is scanned again,
 * by the signatures of today.
 */
export function recordedVerdicts(
  record: ItemRecord,
  tree: PartTree,
  rules: PlanRules,
): ScanVerdicts | null {
  const earlier = record.plan;
  if (record.state !== "planned" || earlier === null) return null;
  if (earlier.policyVersion !== policyVersion(rules.policy)) return null;
  const override = inForce(rules.override, rules.now);
  if (earlier.override?.at !== override?.at) return null;
  return verdictsIn(earlier, tree);
}

/** The verdicts that a plan was made on, when its parts are those of the tree, byte for byte. */
export function verdictsIn(earlier: Plan, tree: PartTree): ScanVerdicts | null {
  const known = new Map(earlier.parts.map((part) => [part.id, part]));
  const leaves = new Map<number, Plan["whole"]>();
  for (const part of tree.parts) {
    if (part.leaf === null) continue;
    const before = known.get(part.id);
    if (before?.sha256 !== part.leaf.content.sha256) return null;
    leaves.set(part.id, before.scan);
  }
  return { whole: earlier.whole, leaves };
}

export function needsPit(plan: Plan): boolean {
  return plan.parts.some(
    (part) =>
      part.treatment.kind === "rasterize" ||
      part.treatment.kind === "re-encode",
  );
}

/** As the notice tells them, and the console. */
function cleanNames(tree: PartTree, links: LinkMode): Map<number, string> {
  const names = new Map<number, string>();
  for (const part of tree.parts) {
    if (part.leaf === null) continue;
    const stem =
      part.path === "0" ? "本文" : `添付${part.path.replaceAll(".", "-")}`;
    const fallback = `${stem}.${part.leaf.kind.extension}`;
    const shown = shownLine(part.untrustedName ?? "", MAX_NAME_CHARACTERS);
    names.set(part.id, showLinks(shown, links).text || fallback);
  }
  return names;
}

export function inForce(
  override: Override | null,
  now: number,
): Override | null {
  return override !== null && Date.parse(override.until) > now
    ? override
    : null;
}

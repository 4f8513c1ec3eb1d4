/*
NAME       dispose: how an item leaves the line, and what stays behind for a person to decide
ZONE       airlock
SECURITY   pure
*/
import type { PlannedPart } from "../core/plan.ts";
import type { Hold } from "../core/hold.ts";
import type { ItemId } from "../core/id.ts";
import {
  worse,
  type Finding,
  type HoldCode,
  type VerdictKind,
} from "../core/verdict.ts";
import { findingRow } from "../policy/findings.ts";
import type { PartOutcome } from "../policy/notice.ts";

export function verdictOf(
  outcomes: readonly PartOutcome[],
  findings: readonly Finding[],
): VerdictKind {
  let verdict: VerdictKind = "clean";
  if (findings.some((finding) => findingRow(finding.code).removed))
    verdict = "cleaned";
  for (const outcome of outcomes)
    if (outcome.kind === "held")
      verdict = worse(verdict, verdictFor(outcome.code));
  return verdict;
}

export function verdictFor(code: HoldCode): VerdictKind {
  return code === "VIRUS_FOUND" ? "malicious" : "unexaminable";
}

/** Whatever a release waives of the mail: a part that is not in it waits for a person, until one discards it. */
export function partHolds(
  item: ItemId,
  outcomes: readonly PartOutcome[],
): Hold[] {
  return outcomes.flatMap((outcome) =>
    outcome.kind === "held"
      ? [partHold(item, outcome.part, outcome.code, outcome.detail)]
      : [],
  );
}

export function partHold(
  item: ItemId,
  part: PlannedPart,
  code: HoldCode,
  detail: string,
): Hold {
  return {
    item,
    part: part.path,
    code,
    detail,
    name: part.name,
    kind: part.kind,
    bytes: part.bytes,
    sha256: part.sha256,
  };
}

/** A hold of the whole item. */
export function wholeHold(item: ItemId, code: HoldCode, detail: string): Hold {
  return {
    item,
    part: null,
    code,
    detail,
    name: null,
    kind: null,
    bytes: null,
    sha256: null,
  };
}

import type { OriginalRequest } from "../core/acts.ts";
import type { Plan } from "../core/plan.ts";
import type { HoldCode, VerdictKind } from "../core/verdict.ts";

/** Whether an attachment may be handed out as it came. Asked at the request, at the approval and at the handing out. */

export type OriginalRefusal =
  /** The settings say no. */
  | "off"
  /** Nothing of the mail is held, so its original is not kept for long. */
  | "not-held"
  | "no-such-part"
  | "malicious"
  /** Who approves did not look at its pages. */
  | "not-seen"
  | "own-request"
  /** It was decided before, or the time is over. */
  | "over";

export interface OriginalFacts {
  readonly allowed: "off" | "on";
  readonly verdict: VerdictKind | null;
  readonly plan: Plan | null;
  /** Of the holds that are open. */
  readonly open: readonly HoldCode[];
  readonly part: string;
}

/** Null when nothing speaks against it. A suspicion of the scanner is as good as a virus here. */
export function againstOriginal(facts: OriginalFacts): OriginalRefusal | null {
  const { allowed, verdict, plan, open, part } = facts;
  if (allowed === "off") return "off";
  if (open.length === 0) return "not-held";
  const parts = plan?.parts ?? [];
  const isInfected =
    verdict === "malicious" ||
    open.includes("VIRUS_FOUND") ||
    plan?.whole.kind === "malicious" ||
    parts.some(({ scan }) => scan.kind === "malicious");
  if (isInfected) return "malicious";
  return parts.some(({ path }) => path === part) ? null : "no-such-part";
}

/** Parts whose pages the one who approves has looked at, as the record says. */
export function againstApproval(
  request: OriginalRequest,
  who: string,
  seen: readonly string[],
): OriginalRefusal | null {
  if (request.state !== "asked") return "over";
  if (request.who === who) return "own-request";
  return seen.includes(request.part) ? null : "not-seen";
}

/** For the process that has the bytes: whether this part may be handed out now under this request. */
export function isOriginalGranted(
  requests: readonly OriginalRequest[],
  asked: { readonly part: string; readonly request: string },
): boolean {
  return requests.some(
    ({ id, part, state }) =>
      id === asked.request && part === asked.part && state === "approved",
  );
}

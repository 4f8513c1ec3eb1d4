/*
NAME       requests: a person in charge lets go what a recipient asked for
ZONE       admin
WRITES     ledger (with the audit chain)     TALKS TO  the bell
SECURITY   a release like any other, by the same rules; the override names who asked and who decided
*/
import type { Ledger } from "../core/ledger.ts";
import type { ActGuard } from "../core/quarantine.ts";
import type { RequestDecision, RequestRecord } from "../core/request.ts";
import { release } from "./release.ts";
import type { ReleaseAnswer, ReleaseTools } from "./release.ts";

export interface ApproveTools {
  readonly ledger: ReleaseTools["ledger"] & Pick<Ledger, "approveRequest">;
  readonly lanes: ReleaseTools["lanes"];
}

export interface Approval {
  readonly decision: RequestDecision;
  readonly guard: ActGuard;
  /** Epoch ms; as for a release when left out. */
  readonly until?: number;
}

export async function approve(
  { ledger, lanes }: ApproveTools,
  request: RequestRecord,
  { decision, guard, until }: Approval,
): Promise<ReleaseAnswer> {
  const approving: ReleaseTools["ledger"] = {
    holds: (filter) => ledger.holds(filter),
    item: (id) => ledger.item(id),
    release: (_item, override) =>
      ledger.approveRequest(request.id, override, { decision, guard }),
  };
  return release({ ledger: approving, lanes }, request.item, {
    ...{ who: decision.who, why: reasonOf(request, decision), guard },
    ...(until === undefined ? {} : { until }),
  });
}

function reasonOf(
  { id, requester, reason }: RequestRecord,
  { answer, standsInFor }: RequestDecision,
): string {
  const asked = `申請 ${id}：${requester}「${reason}」`;
  const stands = standsInFor === null ? "" : `、${standsInFor} の代決`;
  return `${answer}（${asked}${stands}）`;
}

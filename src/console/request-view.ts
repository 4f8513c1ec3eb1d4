import type { Account } from "../core/account.ts";
import type { HoldRecord } from "../core/hold.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type {
  RequestKind,
  RequestRecord,
  RequestState,
} from "../core/request.ts";
import { REASONS } from "../policy/reasons.ts";
import { whyNoRelease } from "../policy/releasable.ts";
import type { NoRelease } from "../policy/releasable.ts";
import { may } from "../policy/rights.ts";
import { STATE_WORDS } from "./words.ts";

export const REQUEST_KINDS: readonly RequestKind[] = ["release", "report"];
export const REQUEST_STATES: readonly RequestState[] = [
  ...(["asked", "approved", "denied", "withdrawn", "closed"] as const),
];

export const REQUEST_KIND_WORDS: Readonly<Record<RequestKind, string>> = {
  release: "解放の申請",
  report: "不審メールの報告",
};

export const REQUEST_STATE_WORDS: Readonly<Record<RequestState, string>> = {
  asked: "回答待ち",
  approved: "承認",
  denied: "却下",
  withdrawn: "取り下げ",
  closed: "確認済み",
};

export interface RequestFacts {
  readonly record: ItemRecord | null;
  readonly holds: readonly HoldRecord[];
  readonly version: string;
  readonly tenantName: string;
}

/** A request as the API tells it. Words that somebody outside wrote are for those who may read mails. */
export function requestTold(
  account: Account,
  request: RequestRecord,
  { record, holds, version, tenantName }: RequestFacts,
): object {
  const reads = may(account, "mail.read", request.tenant);
  const own = (word: string | null) => (reads ? word : null);
  const { kind, state } = request;
  const noRelease = noReleaseOf(request, holds);
  return {
    ...{ id: request.id, item: request.item },
    ...{ tenant: request.tenant, tenantName },
    ...{ kind, kindWords: REQUEST_KIND_WORDS[kind] },
    ...{ state, stateWords: REQUEST_STATE_WORDS[state], at: request.at },
    requester: own(request.requester),
    isRecipient: request.recipient !== null,
    reason: own(request.reason),
    subject: own(record?.subject ?? null),
    from: own(record?.from ?? record?.envelope.reversePath ?? null),
    itemState: record?.state ?? "",
    itemStateWords: record === null ? "" : STATE_WORDS[record.state],
    holds: holds.map(({ part, name, code }) => ({
      ...{ part, name: own(name), code, title: REASONS[code].title },
    })),
    version,
    ...{ decidedBy: request.decidedBy, decidedAt: request.decidedAt },
    answer: own(request.answer),
    standsInFor: request.standsInFor,
    ...{ confirmedBy: request.confirmedBy, confirmedAt: request.confirmedAt },
    confirmedWhy: own(request.confirmedWhy),
    may: mayNow(account, request, noRelease),
    noRelease,
  };
}

/** The page says beforehand what the act would answer; null also for what nobody is asked to release any more. */
function noReleaseOf(
  { kind, state }: RequestRecord,
  held: readonly HoldRecord[],
): NoRelease | null {
  return kind === "release" && state === "asked" ? whyNoRelease(held) : null;
}

function mayNow(
  account: Account,
  request: RequestRecord,
  noRelease: NoRelease | null,
): object {
  const { kind, state, tenant } = request;
  const decides = state === "asked" && may(account, "request.decide", tenant);
  return {
    approve: decides && kind === "release" && noRelease === null,
    deny: decides && kind === "release",
    close: decides && kind === "report",
    confirm:
      request.standsInFor !== null &&
      request.confirmedBy === null &&
      request.decidedBy !== account.name &&
      may(account, "request.confirm", tenant),
  };
}

import type { ItemId } from "./id.ts";
import type { ItemState } from "./item.ts";
import type { Override } from "./plan.ts";
import type { ActGuard } from "./quarantine.ts";

/** What recipients ask for on their page, and what was answered. */

/** By which door recipients come, as the record has it (`via`). */
export const VIA_RECIPIENTS = "recipients' page";

/** release: 解放の申請. report: 不審メールの報告. */
export type RequestKind = "release" | "report";

/** asked → approved, denied or withdrawn; a report is closed by whoever looked at it. */
export type RequestState =
  "asked" | "approved" | "denied" | "withdrawn" | "closed";

export interface NewRequest {
  readonly item: ItemId;
  readonly kind: RequestKind;
  /** Which recipient of the item the link was made for, or the asker's address is; null: not known to be one. */
  readonly recipient: number | null;
  /** Who asks, as far as we know: the address of the recipient, or what was typed. */
  readonly requester: string;
  readonly reason: string;
}

export interface RequestRecord extends NewRequest {
  readonly id: number;
  readonly tenant: string;
  readonly state: RequestState;
  readonly at: number;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  /** What the asker reads; null where somebody released or discarded without answering. */
  readonly answer: string | null;
  /** 代決: in whose place the decision was made; null for a decision of one's own. */
  readonly standsInFor: string | null;
  /** 後閲. */
  readonly confirmedBy: string | null;
  readonly confirmedAt: number | null;
  readonly confirmedWhy: string | null;
}

export type Asked =
  | { readonly kind: "asked"; readonly id: number }
  /** The same person's request waits already. */
  | { readonly kind: "already"; readonly id: number }
  /** Nothing is held, or there are too many requests. */
  | { readonly kind: "nothing-held" }
  | { readonly kind: "too-many" };

/** A decision on a request. `who` is an account; `standsInFor` another one, whose substitute decides. */
export interface RequestDecision {
  readonly who: string;
  /** For the asker. */
  readonly answer: string;
  readonly standsInFor: string | null;
}

/** Newest first; `after` is the number where the page before ended. */
export interface RequestAsk {
  /** Null: of every tenant. */
  readonly tenants: readonly string[] | null;
  readonly state?: RequestState;
  readonly kind?: RequestKind;
  /** Decided by a substitute, and nobody has confirmed it. */
  readonly unconfirmed?: true;
  readonly after: number | null;
  readonly limit: number;
}

export interface RequestPage {
  readonly rows: readonly RequestRecord[];
  readonly after: number | null;
}

/** How far an item on the line has come. */
export interface LinePlace {
  /** Items before it in its lane, at most 1,000 counted. */
  readonly ahead: number;
  /** Between two that were finished lately; null when there were too few to say. */
  readonly msEach: number | null;
}

/** A mail that was made of another one's held parts. */
export interface ChildStanding {
  readonly id: ItemId;
  readonly state: ItemState;
  readonly receivedAt: number;
  readonly updatedAt: number;
}

export interface Requests {
  /** Idempotent: a person has one open request of a kind for an item. */
  putRequest(request: NewRequest): Promise<Asked>;
  /** False when it is none of this recipient's, or decided. */
  withdrawRequest(
    id: number,
    item: ItemId,
    recipient: number,
  ): Promise<boolean>;
  /** Releases the item and answers every open request for it, in one transaction; null when there is nothing to release. */
  approveRequest(
    id: number,
    override: Override,
    by: { readonly decision: RequestDecision; readonly guard: ActGuard },
  ): Promise<ItemId | null>;
  /** Denies a request for release, closes a report. False when it is answered, or the item is not as it was seen. */
  answerRequest(
    id: number,
    decision: RequestDecision,
    guard: ActGuard | null,
  ): Promise<boolean>;
  /** 後閲. False when there is nothing to confirm. */
  confirmDecision(
    id: number,
    by: { readonly who: string; readonly why: string | null },
  ): Promise<boolean>;
  request(id: number): Promise<RequestRecord | null>;
  requests(ask: RequestAsk): Promise<RequestPage>;
  /** Oldest first. */
  requestsOf(item: ItemId): Promise<readonly RequestRecord[]>;
  /** Oldest first. */
  childrenOf(item: ItemId): Promise<readonly ChildStanding[]>;
  /** Null for an item that is not waiting to be made. */
  placeOf(item: ItemId): Promise<LinePlace | null>;
}

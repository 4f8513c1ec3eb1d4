import type { RequestRecord, Requests } from "../../core/request.ts";
import type { Asker } from "./ask.ts";
import type { RequestRow } from "./requests.ts";

export function requesting(asker: Asker): Requests {
  return {
    putRequest: (request) => asker.ask("putRequest", request),
    withdrawRequest: (id, item, recipient) =>
      asker.ask("withdrawRequest", id, item, recipient),
    approveRequest: (id, override, by) =>
      asker.ask("approveRequest", id, override, by),
    answerRequest: (id, decision, guard) =>
      asker.ask("answerRequest", id, decision, guard),
    confirmDecision: (id, by) => asker.ask("confirmDecision", id, by),
    async request(id) {
      const row = await asker.ask("request", id);
      return row === null ? null : requestRecord(row);
    },
    async requests(ask) {
      const rows = await asker.ask("requests", ask);
      const last = rows.length === ask.limit ? rows.at(-1)?.seq : undefined;
      return { rows: rows.map(requestRecord), after: last ?? null };
    },
    requestsOf: async (item) =>
      (await asker.ask("requestsOf", item)).map(requestRecord),
    childrenOf: (item) => asker.ask("childrenOf", item),
    placeOf: (item) => asker.ask("placeOf", item),
  };
}

function requestRecord(row: RequestRow): RequestRecord {
  return {
    id: row.seq,
    item: row.item_id,
    tenant: row.tenant,
    kind: row.kind,
    recipient: row.recipient,
    requester: row.requester,
    reason: row.reason,
    at: row.at,
    state: row.state,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    answer: row.answer,
    standsInFor: row.stands_in_for,
    confirmedBy: row.confirmed_by,
    confirmedAt: row.confirmed_at,
    confirmedWhy: row.confirmed_why,
  };
}

import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { Override } from "../../core/plan.ts";
import type { ActGuard } from "../../core/quarantine.ts";
import { VIA_RECIPIENTS } from "../../core/request.ts";
import type {
  Asked,
  NewRequest,
  RequestDecision,
  RequestState,
} from "../../core/request.ts";
import type { Books } from "./books.ts";
import type { VersionOf } from "./version.ts";

/** Whoever holds a link can write here; a mail needs no more. */
const MAX_REQUESTS_OF_ITEM = 50;
const VIA = VIA_RECIPIENTS;

export interface RequestRow {
  readonly seq: number;
  readonly item_id: ItemId;
  readonly tenant: string;
  readonly kind: NewRequest["kind"];
  readonly recipient: number | null;
  readonly requester: string;
  readonly reason: string;
  readonly at: number;
  readonly state: RequestState;
  readonly decided_by: string | null;
  readonly decided_at: number | null;
  readonly answer: string | null;
  readonly stands_in_for: string | null;
  readonly confirmed_by: string | null;
  readonly confirmed_at: number | null;
  readonly confirmed_why: string | null;
}

export const REQUEST_COLUMNS =
  "(SELECT id FROM items WHERE items.seq = requests.item) AS item_id, requests.*";

/** A recipient asks. What he asks for is decided by others, so nothing moves here. */
export function preparePutRequest(
  database: DatabaseSync,
  books: Books,
): (at: number, request: NewRequest) => Asked {
  const same = database.prepare(
    "SELECT seq FROM requests WHERE item = ? AND kind = ? AND requester = ? AND state = 'asked'",
  );
  const count = database.prepare(
    "SELECT count(*) AS requests FROM requests WHERE item = ?",
  );
  const held = database.prepare(
    "SELECT 1 FROM holds WHERE item = ? AND state = 'held' AND code <> 'VIRUS_FOUND' LIMIT 1",
  );
  const insert = database.prepare(
    `INSERT INTO requests (item, tenant, kind, recipient, requester, reason, at)
     VALUES (?1, (SELECT tenant FROM items WHERE seq = ?1), ?, ?, ?, ?, ?)`,
  );
  return (at, { item, kind, recipient, requester, reason }) => {
    const found = books.find(item);
    if (found === null) return { kind: "nothing-held" };
    const open = same.get(found.seq, kind, requester);
    if (open !== undefined) return { kind: "already", id: Number(open["seq"]) };
    const made = Number(count.get(found.seq)?.["requests"] ?? 0);
    if (made >= MAX_REQUESTS_OF_ITEM) return { kind: "too-many" };
    if (kind === "release" && held.get(found.seq) === undefined)
      return { kind: "nothing-held" };
    const { lastInsertRowid } = insert.run(
      ...[found.seq, kind, recipient, requester, reason, at],
    );
    const id = Number(lastInsertRowid);
    books.append(at, {
      act: kind === "release" ? "request-made" : "mail-reported",
      actor: "recipient",
      facts: { item, request: id, requester, why: reason, via: VIA },
    });
    return { kind: "asked", id };
  };
}

export function prepareWithdrawRequest(
  database: DatabaseSync,
  books: Books,
): (at: number, id: number, item: ItemId, recipient: number) => boolean {
  const withdraw = database.prepare(
    `UPDATE requests SET state = 'withdrawn', decided_at = ?
     WHERE seq = ? AND item = ? AND recipient = ? AND kind = 'release' AND state = 'asked'`,
  );
  return (at, id, item, recipient) => {
    const found = books.find(item);
    if (found === null) return false;
    const { changes } = withdraw.run(at, id, found.seq, recipient);
    if (changes === 0) return false;
    books.append(at, {
      ...{ act: "request-withdrawn", actor: "recipient" },
      facts: { item, request: id, via: VIA },
    });
    return true;
  };
}

export type Release = (
  at: number,
  id: ItemId,
  override: Override,
  guard?: ActGuard | null,
) => ItemId | null;

/** The release answers every open request for the item (`answerOpen`); this one also with words for who asked. */
export function prepareApproveRequest(
  database: DatabaseSync,
  books: Books,
  release: Release,
): (
  at: number,
  id: number,
  override: Override,
  by: { readonly decision: RequestDecision; readonly guard: ActGuard },
) => ItemId | null {
  const find = database.prepare(
    `SELECT ${REQUEST_COLUMNS} FROM requests WHERE seq = ? AND kind = 'release' AND state = 'asked'`,
  );
  const told = database.prepare(
    "UPDATE requests SET answer = ?, stands_in_for = ? WHERE item = ? AND state = 'approved' AND decided_at = ? AND decided_by = ?",
  );
  return (at, id, override, { decision, guard }) => {
    const request = find.get(id) as unknown as
      (RequestRow & { readonly item: number }) | undefined;
    if (request === undefined) return null;
    const into = release(at, request.item_id, override, guard);
    if (into === null) return null;
    const { who, answer, standsInFor } = decision;
    told.run(answer, standsInFor, request.item, at, who);
    books.append(at, {
      ...{ act: "request-approved", actor: who },
      facts: {
        ...{ item: request.item_id, request: id, into, why: answer },
        ...{ requester: request.requester, ...standing(standsInFor) },
        via: guard.via,
      },
    });
    return into;
  };
}

export function prepareAnswerRequest(
  database: DatabaseSync,
  books: Books,
  versionOf: VersionOf,
): (
  at: number,
  id: number,
  decision: RequestDecision,
  guard: ActGuard | null,
) => boolean {
  const find = database.prepare(
    `SELECT ${REQUEST_COLUMNS} FROM requests WHERE seq = ? AND state = 'asked'`,
  );
  const put = database.prepare(
    `UPDATE requests SET state = ?, decided_by = ?, decided_at = ?, answer = ?, stands_in_for = ? WHERE seq = ?`,
  );
  return (at, id, { who, answer, standsInFor }, guard) => {
    const request = find.get(id) as unknown as RequestRow | undefined;
    if (request === undefined) return false;
    const item = request.item_id;
    if (guard !== null && versionOf(item) !== guard.seen) return false;
    const state = request.kind === "release" ? "denied" : "closed";
    put.run(state, who, at, answer, standsInFor, id);
    books.append(at, {
      act: state === "denied" ? "request-denied" : "report-closed",
      actor: who,
      facts: {
        ...{ item, request: id, why: answer, requester: request.requester },
        ...{ ...standing(standsInFor), ...guard },
      },
    });
    return true;
  };
}

function standing(standsInFor: string | null): object {
  return standsInFor === null ? {} : { standsInFor };
}

export function prepareConfirmDecision(
  database: DatabaseSync,
  books: Books,
): (
  at: number,
  id: number,
  by: { readonly who: string; readonly why: string | null },
) => boolean {
  const find = database.prepare(
    `SELECT ${REQUEST_COLUMNS} FROM requests
     WHERE seq = ? AND stands_in_for IS NOT NULL AND confirmed_by IS NULL AND decided_by <> ?`,
  );
  const put = database.prepare(
    "UPDATE requests SET confirmed_by = ?, confirmed_at = ?, confirmed_why = ? WHERE seq = ?",
  );
  return (at, id, { who, why }) => {
    const request = find.get(id, who) as unknown as RequestRow | undefined;
    if (request === undefined) return false;
    put.run(who, at, why, id);
    books.append(at, {
      ...{ act: "decision-confirmed", actor: who },
      facts: {
        ...{ item: request.item_id, request: id },
        ...{
          decidedBy: request.decided_by,
          standsInFor: request.stands_in_for,
        },
        ...(why === null ? {} : { why }),
      },
    });
    return true;
  };
}

/** What is decided about a mail itself is the answer to whoever asked for it. */
export type AnswerOpen = (
  at: number,
  item: number,
  by: { readonly who: string; readonly state: "approved" | "denied" },
) => void;

export function prepareAnswerOpen(database: DatabaseSync): AnswerOpen {
  const answer = database.prepare(
    "UPDATE requests SET state = ?, decided_by = ?, decided_at = ? WHERE item = ? AND kind = 'release' AND state = 'asked'",
  );
  return (at, item, { who, state }) => {
    answer.run(state, who, at, item);
  };
}

import { EVERY_TENANT } from "../../core/account.ts";
import type { Accounts } from "../../core/account.ts";
import type { Ledger } from "../../core/ledger.ts";
import type { RequestAsk, RequestRecord } from "../../core/request.ts";
import { HOUR } from "../../core/units.ts";
import type { Right } from "../../policy/rights.ts";
import { may, standsInFor, tenantsWith } from "../../policy/rights.ts";
import { REQUEST_KINDS, REQUEST_STATES, requestTold } from "../request-view.ts";
import { clock as clockWords } from "../words.ts";
import {
  changedMeanwhile,
  MAX_RELEASE_HOURS,
  NO_REASON,
  REFUSALS,
  type ReleaseOutcome,
  USUAL_RELEASE_HOURS,
} from "./mail-routes.ts";
import { REQUEST, REQUEST_PAGE } from "./request-schemas.ts";
import { done, NO_RIGHT, NOT_FOUND, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import {
  digits,
  flag,
  number,
  object,
  oneOf,
  prose,
  text,
  words,
} from "./schema.ts";
import type { Schema } from "./schema.ts";

export interface RequestTools {
  readonly accounts: Pick<Accounts, "find">;
  readonly ledger: Pick<
    Ledger,
    | "item"
    | "holds"
    | "version"
    | "request"
    | "requests"
    | "answerRequest"
    | "confirmDecision"
  >;
  /** As the stage approves; handed in, because the console knows no stage. */
  readonly approve: (
    request: RequestRecord,
    by: {
      readonly decision: Parameters<Ledger["answerRequest"]>[1];
      readonly guard: { readonly seen: string; readonly via: string };
      readonly until: number;
    },
  ) => Promise<ReleaseOutcome>;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  readonly clock: () => number;
}

const MAX_ROWS = 100;
const USUAL_ROWS = 50;
const MAX_ANSWER = 500;
const REQUESTS = "/api/v1/requests";
const version: Schema = { ...text, pattern: "^[0-9a-f]{16}$" };
const reason = prose(MAX_ANSWER);
const decided = object({
  ...{ request: REQUEST, already: flag, message: text },
});
const listing = {
  "tenant?": words(64, 1),
  "after?": digits,
  "limit?": digits,
};

export function requestRoutes(tools: RequestTools): readonly Route[] {
  return [
    {
      ...{ method: "GET", path: REQUESTS, right: "request.view" },
      summary:
        "What recipients asked for, newest first; waiting ones unless a state is named",
      query: object({
        ...listing,
        "state?": oneOf([...REQUEST_STATES, "any"]),
        "kind?": oneOf(REQUEST_KINDS),
      }),
      answer: REQUEST_PAGE,
      run: (ask) => {
        const { state = "asked", kind } = ask.query;
        return page(tools, ask, {
          ...(state === "any"
            ? {}
            : { state: state as RequestRecord["state"] }),
          ...(kind === undefined
            ? {}
            : { kind: kind as RequestRecord["kind"] }),
        });
      },
    },
    {
      ...{ method: "GET", path: `${REQUESTS}/count`, right: "request.view" },
      summary: `How many wait for an answer and for 後閲, at most ${MAX_ROWS} of each; for the menu`,
      passive: true,
      query: object({ "tenant?": listing["tenant?"] }),
      answer: object({ asked: number, unconfirmed: number }),
      run: (ask) => counts(tools, ask),
    },
    {
      ...{ method: "GET", path: "/api/v1/confirmations" },
      right: "request.view",
      summary: "Decisions of substitutes that nobody has confirmed yet (後閲)",
      query: object(listing),
      answer: REQUEST_PAGE,
      run: (ask) => page(tools, ask, { unconfirmed: true }),
    },
    {
      ...{ method: "POST", path: `${REQUESTS}/:id/approve` },
      right: "request.decide",
      summary:
        "Release what was asked for; `version` is the item's that was shown, `reason` is read by who asked",
      body: object({
        ...{ version, reason },
        "untilHours?": {
          ...{ type: "integer", minimum: 1, maximum: MAX_RELEASE_HOURS },
        },
      }),
      answer: object({
        ...{ request: REQUEST, as: text, virusesKept: number },
        ...{ already: flag, message: text },
      }),
      run: (ask) => approveOne(tools, ask),
    },
    {
      ...{ method: "POST", path: `${REQUESTS}/:id/deny` },
      right: "request.decide",
      summary: "Deny it; `reason` is read by who asked",
      body: object({ version, reason }),
      answer: decided,
      run: (ask) => answerOne(tools, ask, "release"),
    },
    {
      ...{ method: "POST", path: `${REQUESTS}/:id/close` },
      right: "request.decide",
      summary: "Close a report of a suspicious mail, with what was found",
      body: object({ reason }),
      answer: decided,
      run: (ask) => answerOne(tools, ask, "report"),
    },
    {
      ...{ method: "POST", path: "/api/v1/confirmations/:id/confirm" },
      right: "request.confirm",
      summary: "Confirm what a substitute decided (後閲)",
      body: object({ "reason?": reason }),
      answer: decided,
      run: (ask) => confirmOne(tools, ask),
    },
  ];
}

async function page(
  tools: RequestTools,
  { account, query }: Ask,
  wanted: Pick<RequestAsk, "state" | "kind" | "unconfirmed">,
): Promise<Answer> {
  const own = tenantsWith(account, "request.view");
  const { tenant, after, limit } = query;
  if (tenant !== undefined && own !== EVERY_TENANT && !own.includes(tenant))
    return NO_RIGHT;
  const all = own === EVERY_TENANT ? null : own;
  const found = await tools.ledger.requests({
    ...wanted,
    tenants: tenant === undefined ? all : [tenant],
    after: after === undefined ? null : Number(after),
    limit: Math.max(1, Math.min(MAX_ROWS, Number(limit ?? USUAL_ROWS))),
  });
  return done({
    rows: await Promise.all(found.rows.map((row) => told(tools, account, row))),
    after: found.after === null ? null : String(found.after),
  });
}

async function counts(
  { ledger }: RequestTools,
  { account, query: { tenant } }: Ask,
): Promise<Answer> {
  const own = tenantsWith(account, "request.view");
  if (tenant !== undefined && own !== EVERY_TENANT && !own.includes(tenant))
    return NO_RIGHT;
  const all = own === EVERY_TENANT ? null : own;
  const count = async (wanted: Pick<RequestAsk, "state" | "unconfirmed">) => {
    const { rows } = await ledger.requests({
      ...{ ...wanted, tenants: tenant === undefined ? all : [tenant] },
      ...{ after: null, limit: MAX_ROWS },
    });
    return rows.length;
  };
  return done({
    asked: await count({ state: "asked" }),
    unconfirmed: await count({ unconfirmed: true }),
  });
}

async function told(
  { ledger, tenants }: RequestTools,
  account: Ask["account"],
  request: RequestRecord,
): Promise<object> {
  const { item } = request;
  const [record, holds, version] = await Promise.all([
    ledger.item(item),
    ledger.holds({ item, state: "held", limit: 100 }),
    ledger.version(item),
  ]);
  const tenant = tenants.find(({ id }) => id === request.tenant);
  return requestTold(account, request, {
    ...{ record, holds, version: version ?? "" },
    tenantName: tenant?.name ?? request.tenant,
  });
}

/** Another tenant's request and none at all are one answer. */
async function find(
  { ledger }: RequestTools,
  { account, params }: Ask,
  right: Right,
): Promise<RequestRecord | null> {
  const id = /^[0-9]{1,15}$/.test(params["id"] ?? "");
  const request = id ? await ledger.request(Number(params["id"])) : null;
  return request !== null && may(account, right, request.tenant)
    ? request
    : null;
}

async function approveOne(tools: RequestTools, ask: Ask): Promise<Answer> {
  const request = await find(tools, ask, "request.decide");
  if (request?.kind !== "release") return NOT_FOUND;
  const answer = String(ask.body["reason"]).trim();
  if (answer === "") return NO_REASON;
  const before = await decidedBefore(tools, ask, request);
  if (before !== null) return before;
  const hours = Number(ask.body["untilHours"] ?? USUAL_RELEASE_HOURS);
  const outcome = await tools.approve(request, {
    decision: decisionOf(ask, request, answer),
    guard: { seen: String(ask.body["version"]), via: "console" },
    until: tools.clock() + hours * HOUR,
  });
  if (outcome.kind === "refused")
    return (
      (await raced(tools, ask, request)) ??
      problemOf(409, ...REFUSALS[outcome.why])
    );
  return done({
    request: await toldAgain(tools, ask, request),
    ...{ as: outcome.item, virusesKept: outcome.virusesKept, already: false },
    message: "承認しました。作り直してから、2 通目のメールで届きます。",
  });
}

/** A request for release is denied, a report is closed. */
async function answerOne(
  tools: RequestTools,
  ask: Ask,
  kind: RequestRecord["kind"],
): Promise<Answer> {
  const request = await find(tools, ask, "request.decide");
  if (request?.kind !== kind) return NOT_FOUND;
  const answer = String(ask.body["reason"]).trim();
  if (answer === "") return NO_REASON;
  const before = await decidedBefore(tools, ask, request);
  if (before !== null) return before;
  const guard =
    kind === "report"
      ? null
      : { seen: String(ask.body["version"]), via: "console" };
  const isDone = await tools.ledger.answerRequest(
    request.id,
    decisionOf(ask, request, answer),
    guard,
  );
  if (!isDone) return (await raced(tools, ask, request)) ?? changedMeanwhile();
  return done({
    request: await toldAgain(tools, ask, request),
    already: false,
    message:
      kind === "release" ? "却下しました。" : "報告を確認済みにしました。",
  });
}

function decisionOf(
  { account }: Ask,
  { tenant }: RequestRecord,
  answer: string,
) {
  const standing = standsInFor(account, "request.decide", tenant);
  return { who: account.name, answer, standsInFor: standing };
}

async function toldAgain(
  tools: RequestTools,
  { account }: Ask,
  request: RequestRecord,
): Promise<object> {
  const now = (await tools.ledger.request(request.id)) ?? request;
  return told(tools, account, now);
}

/** Between the look and the act somebody answered, or the mail itself is no more as it was shown. */
async function raced(
  tools: RequestTools,
  ask: Ask,
  request: RequestRecord,
): Promise<Answer | null> {
  const now = (await tools.ledger.request(request.id)) ?? request;
  const before = await decidedBefore(tools, ask, now);
  if (before !== null) return before;
  const seen = await tools.ledger.version(request.item);
  return seen === ask.body["version"] ? null : changedMeanwhile();
}

const STATE_OF_ACT = { approve: "approved", deny: "denied", close: "closed" };

/** The same person with the same act hears that it is done; everybody else hears who it was. */
async function decidedBefore(
  tools: RequestTools,
  ask: Ask,
  request: RequestRecord,
): Promise<Answer | null> {
  const { state, decidedBy, decidedAt } = request;
  if (state === "asked") return null;
  if (state === "withdrawn")
    return problemOf(
      ...([409, "WITHDRAWN", "この申請は、申請者が取り下げました。"] as const),
    );
  const act = ask.path.split("/").at(-1) as keyof typeof STATE_OF_ACT;
  if (decidedBy === ask.account.name && STATE_OF_ACT[act] === state)
    return done({
      request: await told(tools, ask.account, request),
      ...{ as: request.item, virusesKept: 0, already: true },
      message: "すでに行われています。",
    });
  const who = await nameOf(tools, decidedBy ?? "");
  const did = DONE_WORDS[state];
  return {
    ...{ kind: "problem", status: 409, code: "DECIDED" },
    message: `この申請は ${clockWords(decidedAt ?? 0)} に ${who} さんが${did}。あなたの操作は行われていません。`,
    ...(decidedBy === null ? {} : { by: decidedBy }),
    ...(decidedAt === null ? {} : { at: decidedAt }),
  };
}

const DONE_WORDS: Readonly<Record<"approved" | "denied" | "closed", string>> = {
  approved: "承認しました",
  denied: "却下しました",
  closed: "確認済みにしました",
};

async function nameOf(
  { accounts }: RequestTools,
  name: string,
): Promise<string> {
  const displayName = (await accounts.find(name))?.displayName;
  return displayName === undefined ? name : `${displayName}（${name}）`;
}

async function confirmOne(tools: RequestTools, ask: Ask): Promise<Answer> {
  const request = await find(tools, ask, "request.confirm");
  if (request === null || request.standsInFor === null) return NOT_FOUND;
  const { name } = ask.account;
  if (request.decidedBy === name) return OWN_DECISION;
  const given = ask.body["reason"];
  const why = typeof given === "string" ? given.trim() : "";
  const isDone = await tools.ledger.confirmDecision(request.id, {
    ...{ who: name, why: why === "" ? null : why },
  });
  return done({
    request: await toldAgain(tools, ask, request),
    already: !isDone,
    message: isDone ? "後閲を記録しました。" : "後閲は済んでいます。",
  });
}

const OWN_DECISION = problemOf(
  409,
  "OWN_DECISION",
  "自分の代決を自分で後閲することはできません。",
);

import { EVERY_TENANT } from "../../core/account.ts";
import type { QuarantineFilter } from "../../core/quarantine.ts";
import type { HoldCode, VerdictKind } from "../../core/verdict.ts";
import { REASONS } from "../../policy/reasons.ts";
import { tenantsWith } from "../../policy/rights.ts";
import type { Right } from "../../policy/rights.ts";
import { VERDICT_WORDS } from "../words.ts";
import { NO_RIGHT } from "./route.ts";
import type { Answer, Ask } from "./route.ts";
import { digits, object, oneOf, words } from "./schema.ts";
import type { Schema } from "./schema.ts";

const MAX_WORDS = 200;
const HOLD_STATES = ["held", "released", "discarded", "any"] as const;

export const FILTER: Readonly<Record<string, Schema>> = {
  "tenant?": words(64, 1),
  "state?": oneOf(HOLD_STATES),
  "verdict?": oneOf(Object.keys(VERDICT_WORDS)),
  "code?": oneOf(Object.keys(REASONS)),
  "sender?": words(MAX_WORDS, 1),
  "recipient?": words(MAX_WORDS, 1),
  "text?": words(MAX_WORDS, 1),
  "since?": digits,
  "until?": digits,
};
export const filterQuery = object(FILTER);

/** Words of a mail, which only who may read them may search by: else one could ask them out, letter by letter. */
const WORDS_OF_MAIL = ["sender", "recipient", "text"] as const;

/** What the asker may look through with this right; an answer when that is not what was asked for. */
export function filterIn(
  { account, query }: Ask,
  right: Right,
): QuarantineFilter | Extract<Answer, { kind: "problem" }> {
  const asksWords = WORDS_OF_MAIL.some((name) => query[name] !== undefined);
  const reach = tenantsWith(account, asksWords ? "mail.read" : right);
  const own = tenantsWith(account, right);
  const both =
    own === EVERY_TENANT || reach === EVERY_TENANT
      ? own === EVERY_TENANT
        ? reach
        : own
      : own.filter((tenant) => reach.includes(tenant));
  const { tenant } = query;
  const isOwn =
    tenant === undefined || both === EVERY_TENANT || both.includes(tenant);
  if (!isOwn || both.length === 0)
    return NO_RIGHT as Extract<Answer, { kind: "problem" }>;
  return {
    tenants:
      tenant !== undefined ? [tenant] : both === EVERY_TENANT ? null : both,
    state: stateIn(query["state"]),
    ...(query["verdict"] === undefined
      ? {}
      : { verdict: query["verdict"] as VerdictKind }),
    ...(query["code"] === undefined ? {} : { code: query["code"] as HoldCode }),
    ...Object.fromEntries(
      WORDS_OF_MAIL.flatMap((name) =>
        query[name] === undefined ? [] : [[name, query[name].trim()]],
      ),
    ),
    ...numbersIn(query),
  };
}

function stateIn(state: string | undefined): QuarantineFilter["state"] {
  if (state === "any") return null;
  return state === "released" || state === "discarded" ? state : "held";
}

function numbersIn(query: Ask["query"]) {
  return {
    ...(query["since"] === undefined ? {} : { since: Number(query["since"]) }),
    ...(query["until"] === undefined ? {} : { until: Number(query["until"]) }),
  };
}

import { EVERY_TENANT } from "../../core/account.ts";
import { parseItemId } from "../../core/id.ts";
import type { Ledger } from "../../core/ledger.ts";
import type { AuditRecord } from "../../core/quarantine.ts";
import { may } from "../../policy/rights.ts";
import { done, NO_RIGHT, NOT_FOUND } from "./route.ts";
import type { Route } from "./route.ts";
import {
  digits,
  facts,
  flag,
  list,
  number,
  object,
  oneOf,
  orNull,
  text,
  time,
  words,
} from "./schema.ts";
import { ACT_WORDS } from "../../policy/act-words.ts";

const MAX_ENTRIES = 200;
const USUAL_ENTRIES = 50;

export function auditRoutes(tools: {
  readonly ledger: Pick<Ledger, "entries" | "record">;
}): readonly Route[] {
  const { ledger } = tools;
  /** The newest of the janitor's own entries of this kind. */
  const last = async (act: string) => {
    const { entries } = await ledger.entries({
      ...{ actor: "janitor", act, peopleOnly: true, after: null, limit: 1 },
    });
    return entries[0] ?? null;
  };
  return [
    {
      ...{ method: "GET", path: "/api/v1/audit/proof", right: "audit.view" },
      summary:
        "When the record was last proven and signed, and from where it goes",
      answer: object({
        verified: orNull(
          object({ at: time, seq: number, from: number, signature: text }),
        ),
        broken: orNull(object({ at: time, brokenAt: number })),
        cut: orNull(object({ at: time, seq: number, archived: orNull(text) })),
        thinned: orNull(
          object({
            ...{ at: time, first: number, last: number, count: number },
            archived: orNull(text),
          }),
        ),
      }),
      run: async () => {
        const [verified, broken, cut, thinned] = await Promise.all([
          last("record-checkpoint"),
          last("record-broken"),
          last("record-cut"),
          last("record-thinned"),
        ]);
        const told = (entry: typeof cut) =>
          entry === null ? null : { ...entry.facts, at: entry.at };
        const isBroken = (broken?.seq ?? 0) > (verified?.seq ?? 0);
        return done({
          verified: told(verified),
          broken: isBroken ? told(broken) : null,
          cut: told(cut),
          thinned: thinned === null ? null : toldThinned(thinned),
        });
      },
    },
    {
      ...{ method: "GET", path: "/api/v1/audit", right: "audit.view" },
      summary:
        "The record, newest first; only for who may see that of every tenant. `all`: with what the line does by itself",
      query: object({
        ...{ "actor?": words(64, 1), "act?": words(64, 1) },
        ...{ "item?": words(26, 26), "since?": digits, "until?": digits },
        ...{ "all?": oneOf(["true"]), "after?": digits, "limit?": digits },
      }),
      answer: object({
        entries: list(
          object({
            ...{ seq: number, at: time, act: text, words: text, actor: text },
            ...{ item: orNull(text), facts, hash: text },
          }),
        ),
        after: orNull(text),
        complete: flag,
      }),
      run: async ({ account, query }) => {
        if (!may(account, "audit.view", EVERY_TENANT)) return NO_RIGHT;
        const { actor, act, since, until, after } = query;
        const item =
          query["item"] === undefined ? undefined : parseItemId(query["item"]);
        if (item === null) return NOT_FOUND;
        const limit = Number(query["limit"] ?? USUAL_ENTRIES);
        const asked = {
          ...(actor === undefined ? {} : { actor }),
          ...(act === undefined ? {} : { act }),
          ...(item === undefined ? {} : { item }),
          ...(since === undefined ? {} : { since: Number(since) }),
          ...(until === undefined ? {} : { until: Number(until) }),
        };
        const page = await ledger.entries({
          ...asked,
          peopleOnly: query["all"] === undefined,
          after: after === undefined ? null : Number(after),
          limit: Math.max(1, Math.min(MAX_ENTRIES, limit)),
        });
        if (after === undefined)
          await ledger.record({
            ...{ act: "audit-viewed", actor: account.name },
            facts: { ...asked, via: "console" },
          });
        return done({
          entries: page.entries.map((entry) => ({
            ...entry,
            words: ACT_WORDS[entry.act] ?? entry.act,
          })),
          after: page.after === null ? null : String(page.after),
          complete: page.complete,
        });
      },
    },
  ];
}

function toldThinned({ at, facts: told }: AuditRecord) {
  const { first, last, entries, archived } = told;
  const counts = Object.values(entries as Readonly<Record<string, number>>);
  const count = counts.reduce((sum, one) => sum + one, 0);
  return { at, first, last, count, archived };
}

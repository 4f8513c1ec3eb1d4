import { EVERY_TENANT } from "../../core/account.ts";
import type { ActBy, HeldActs, SenderException } from "../../core/acts.ts";
import { parseMailbox } from "../../core/mailbox.ts";
import type { Ledger } from "../../core/ledger.ts";
import { DAY } from "../../core/units.ts";
import { addressPattern } from "../../policy/exceptions.ts";
import { may, tenantsWith } from "../../policy/rights.ts";
import { MAX_REASON, NO_REASON } from "./mail-routes.ts";
import { done, NO_RIGHT, NOT_FOUND, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import {
  flag,
  list,
  number,
  object,
  oneOf,
  orNull,
  prose,
  text,
  time,
  words,
} from "./schema.ts";

export interface ExceptionTools {
  readonly ledger: Pick<
    HeldActs,
    "exceptions" | "addException" | "revokeException"
  > &
    Pick<Ledger, "record">;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  readonly clock: () => number;
}

const EXCEPTIONS = "/api/v1/exceptions";
const MAX_LISTED = 1000;
const MAX_DAYS = 366;
const MAX_PATTERN = 254;
const word = orNull(text);

const EXCEPTION = object({
  ...{ id: text, kind: text, kindWords: text, sender: text, recipient: word },
  ...{ tenant: word, who: text, why: text, at: time, until: time },
  ...{ inForce: flag, revokedBy: word, revokedWhy: word },
  ...{ revokedAt: orNull(time), uses: number, usedAt: orNull(time) },
});

const KIND_WORDS = { block: "止める", trust: "疑義を通す" } as const;

export function exceptionRoutes(tools: ExceptionTools): readonly Route[] {
  const { ledger, clock } = tools;
  return [
    {
      ...{ method: "GET", path: EXCEPTIONS, right: "exceptions.view" },
      summary: "Senders who are blocked or trusted; `state` any: also the past",
      query: object({ "state?": oneOf(["in-force", "any"]) }),
      answer: object({ exceptions: list(EXCEPTION) }),
      run: async (ask) => {
        await ledger.record({
          ...{ act: "exceptions-viewed", actor: ask.account.name, facts: {} },
        });
        const found = await listed(tools, ask, ask.query["state"] !== "any");
        return done({ exceptions: found.map((one) => told(one, clock())) });
      },
    },
    {
      ...{ method: "POST", path: EXCEPTIONS, right: "exceptions.manage" },
      summary:
        "Block a sender (its mail is held on arrival) or trust one (a doubt about the structure of its mail is waived; nothing else is)",
      body: object({
        ...{ kind: oneOf(["block", "trust"]), sender: words(MAX_PATTERN, 3) },
        "recipient?": orNull(words(MAX_PATTERN, 3)),
        "tenant?": orNull(words(64, 1)),
        days: { type: "integer", minimum: 1, maximum: MAX_DAYS },
        reason: prose(MAX_REASON),
      }),
      answer: object({ exception: EXCEPTION, already: flag, message: text }),
      run: (ask) => add(tools, ask),
    },
    {
      ...{ method: "POST", path: `${EXCEPTIONS}/:id/revoke` },
      right: "exceptions.manage",
      summary: "End an exception before its time",
      body: object({ reason: prose(MAX_REASON) }),
      answer: object({ id: text, already: flag, message: text }),
      run: (ask) => revoke(tools, ask),
    },
  ];
}

/** One of every tenant is seen by all whom it touches. */
async function listed(
  { ledger }: ExceptionTools,
  { account }: Ask,
  inForceOnly: boolean,
): Promise<readonly SenderException[]> {
  const reach = tenantsWith(account, "exceptions.view");
  return ledger.exceptions({
    tenants: reach === EVERY_TENANT ? null : reach,
    ...{ inForceOnly, limit: MAX_LISTED },
  });
}

async function add(tools: ExceptionTools, ask: Ask): Promise<Answer> {
  const { body, account } = ask;
  const by = byOf(ask);
  if (by.why === "") return NO_REASON;
  const tenant = wordIn(body["tenant"]);
  if (!may(account, "exceptions.manage", tenant ?? EVERY_TENANT))
    return NO_RIGHT;
  if (tenant !== null && !tools.tenants.some(({ id }) => id === tenant))
    return problemOf(422, "NO_TENANT", "その団体は設定にありません。");
  const sender = pattern(String(body["sender"]));
  const given = wordIn(body["recipient"]);
  const recipient = given === null ? null : pattern(given);
  if (sender === null || (given !== null && recipient === null))
    return problemOf(
      422,
      "PATTERN",
      "アドレス（a@example.jp）かドメイン（example.jp、下位も含めるなら .example.jp）で入力してください。",
    );
  const until = tools.clock() + Number(body["days"]) * DAY;
  const kind = body["kind"] === "trust" ? "trust" : "block";
  const wanted = { kind, sender, recipient, tenant, until } as const;
  const { exception, isNew } = await tools.ledger.addException(wanted, by);
  return done({
    ...{ exception: told(exception, tools.clock()), already: !isNew },
    message: isNew
      ? "例外措置を追加しました。数秒で有効になります。"
      : "同じ例外措置がすでに有効です。期限を変えるには、取り消してから追加してください。",
  });
}

async function revoke(tools: ExceptionTools, ask: Ask): Promise<Answer> {
  const id = ask.params["id"] ?? "";
  const by = byOf(ask);
  if (by.why === "") return NO_REASON;
  const found = (await listed(tools, ask, false)).find((one) => one.id === id);
  if (found === undefined) return NOT_FOUND;
  const place = found.tenant ?? EVERY_TENANT;
  if (!may(ask.account, "exceptions.manage", place)) return NO_RIGHT;
  const isNew = await tools.ledger.revokeException(id, by);
  return done({
    ...{ id, already: !isNew },
    message: isNew
      ? "例外措置を取り消しました。数秒で効力がなくなります。"
      : "この例外措置はすでに終わっています。",
  });
}

function byOf({ account, body }: Ask): ActBy {
  const why = String(body["reason"]).trim();
  return { who: account.name, why, via: "console" };
}

function wordIn(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function pattern(untrusted: string): string | null {
  return addressPattern(
    untrusted,
    (text) => parseMailbox(text)?.address ?? null,
  );
}

function told(one: SenderException, now: number): object {
  return {
    ...one,
    kindWords: KIND_WORDS[one.kind],
    inForce: one.revokedAt === null && one.until > now,
  };
}

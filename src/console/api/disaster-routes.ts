import { EVERY_TENANT } from "../../core/account.ts";
import type { Accounts } from "../../core/account.ts";
import { MAX_DISASTER_HOURS } from "../../core/disaster.ts";
import type {
  DisasterAct,
  DisasterAnswer,
  Disasters,
} from "../../core/disaster.ts";
import { may } from "../../policy/rights.ts";
import { done, NO_RIGHT, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { unlessTwoPersons } from "./two-persons.ts";
import { number, object, prose, text, time } from "./schema.ts";

export interface DisasterTools {
  readonly accounts: Pick<Accounts, "hands">;
  readonly ledger: Pick<
    Disasters,
    "disaster" | "askDisaster" | "confirmDisaster" | "endDisaster"
  >;
  readonly maxHours: number;
  /** Whether somebody takes the emergency mode over: the supervisor, and nobody where workers run apart. */
  readonly isFollowed: boolean;
}

const PATH = "/api/v1/disaster";
const MAX_REASON_CHARACTERS = 500;
const STATE = object({
  kind: { type: "string", enum: ["off", "asked", "on"] },
  ...{ "askedAt?": time, "askedBy?": text, "why?": text, "hours?": number },
  ...{ "lapsesAt?": time, "confirmedBy?": text, "confirmedAt?": time },
  ...{ "until?": time, maxHours: number },
});

const REFUSALS: Readonly<Record<Exclude<DisasterAnswer, "done">, Answer>> = {
  already: problemOf(
    409,
    "ALREADY",
    "災害モードは、すでに申請中または実施中です。",
  ),
  "same-person": problemOf(
    409,
    "SAME_PERSON",
    "申請した本人は承認できません。ほかの方に承認を依頼してください。",
  ),
  "not-asked": problemOf(
    409,
    "NOT_ASKED",
    "承認を待っている申請がありません。申請は 1 時間で失効します。",
  ),
  off: problemOf(409, "OFF", "災害モードは実施していません。"),
};

const NOBODY_FOLLOWS = problemOf(
  409,
  "NOT_FOLLOWED",
  "この関所は部品を別々に動かしているため、災害モードを使えません。設定の limits と workers.firstSenders を変え、部品を起動し直してください。",
);

/** For all tenants at once: limits and the queue are theirs together. */
export function disasterRoutes(tools: DisasterTools): readonly Route[] {
  const { ledger, maxHours, isFollowed } = tools;
  const acting =
    (act: (ask: Ask, by: DisasterAct) => Promise<DisasterAnswer | Answer>) =>
    async (ask: Ask): Promise<Answer> => {
      if (!may(ask.account, "crossing.resume", EVERY_TENANT)) return NO_RIGHT;
      const answer = await act(ask, { who: ask.account.name, via: "console" });
      if (typeof answer !== "string") return answer;
      return answer === "done" ? show() : REFUSALS[answer];
    };
  const show = async () => done({ ...(await ledger.disaster()), maxHours });
  const reason = ({ body }: Ask) => String(body["reason"]);
  const right = "crossing.resume";
  return [
    {
      ...{ method: "GET", path: PATH, right: "status.view", passive: true },
      summary: "Whether the emergency mode is asked for or on, until when",
      answer: STATE,
      run: show,
    },
    {
      ...{ method: "POST", path: `${PATH}/ask`, right },
      summary: "Ask for the emergency mode; another person has to confirm",
      body: object({
        reason: prose(MAX_REASON_CHARACTERS),
        hours: { type: "integer", minimum: 1, maximum: MAX_DISASTER_HOURS },
      }),
      answer: STATE,
      run: acting(async (ask, by) =>
        isFollowed
          ? ledger.askDisaster({
              ...{ ...by, why: reason(ask) },
              hours: Math.min(Number(ask.body["hours"]), maxHours),
            })
          : NOBODY_FOLLOWS,
      ),
    },
    {
      ...{ method: "POST", path: `${PATH}/confirm`, right, confirmed: true },
      summary: "Confirm what another person asked for: it begins at once",
      answer: STATE,
      run: acting((ask, by) => confirm(tools, ask, by)),
    },
    {
      ...{ method: "POST", path: `${PATH}/end`, right },
      summary: "End the emergency mode, or take back what was asked for",
      body: object({ reason: prose(MAX_REASON_CHARACTERS) }),
      answer: STATE,
      run: acting((ask, by) => ledger.endDisaster({ ...by, why: reason(ask) })),
    },
  ];
}

/** The ledger tells two names apart; whether these are two people the accounts know. */
async function confirm(
  { accounts, ledger }: DisasterTools,
  { account: { name } }: Ask,
  by: DisasterAct,
): Promise<DisasterAnswer | Answer> {
  const state = await ledger.disaster();
  if (state.kind !== "asked")
    return state.kind === "on" ? "already" : "not-asked";
  const { askedBy, askedAt } = state;
  if (askedBy === name) return "same-person";
  const two = [askedBy, name] as const;
  return (
    (await unlessTwoPersons(accounts, two, askedAt)) ??
    ledger.confirmDisaster({ ...by, seen: { askedBy, askedAt } })
  );
}

import type { Trouble } from "../core/measure.ts";
import { HOUR, MINUTE } from "../core/units.ts";
import { troubleKey } from "./troubles.ts";

/** When people are told of what is wrong, told again, and told that it is over. Pure: the state comes in and goes out. */

export interface AlertRules {
  /** So long something has to be wrong before it is told, and right before it is called solved. */
  readonly forMinutes: number;
  readonly clearMinutes: number;
  readonly reminderHours: number;
  /** Then only what is critical is told; the rest waits until the hours are over. Minutes of the day in `offsetMinutes`. */
  readonly quiet: {
    readonly fromMinute: number;
    readonly toMinute: number;
  } | null;
  /** Of the clock on the wall, from UTC. */
  readonly offsetMinutes: number;
}

/** One trouble in the book of the alerts. */
export interface AlertState {
  readonly trouble: Trouble;
  /** Last seen wrong. */
  readonly seenAt: number;
  /** Null: nobody was told yet. */
  readonly toldAt: number | null;
}

export interface Telling {
  readonly kind: "raised" | "reminder" | "solved";
  readonly trouble: Trouble;
  /** When it was over; null while it is not. */
  readonly until: number | null;
}

export interface AlertStep {
  readonly states: readonly AlertState[];
  readonly tellings: readonly Telling[];
}

export function stepAlerts(
  states: readonly AlertState[],
  now: { readonly at: number; readonly troubles: readonly Trouble[] },
  rules: AlertRules,
): AlertStep {
  const wrong = new Map(now.troubles.map((one) => [troubleKey(one), one]));
  const book = new Map(
    states.map((one) => [troubleKey(one.trouble), notAhead(one, now.at)]),
  );
  for (const [key, trouble] of wrong) {
    const known = book.get(key);
    const since = known?.trouble.since ?? Math.min(trouble.since, now.at);
    book.set(key, {
      trouble: { ...trouble, since },
      seenAt: now.at,
      toldAt: known?.toldAt ?? null,
    });
  }
  const tellings: Telling[] = [];
  const left: AlertState[] = [];
  for (const [key, state] of book) {
    const next = wrong.has(key)
      ? whileWrong(state, now.at, rules, tellings)
      : whenGone(state, now.at, rules, tellings);
    if (next !== null) left.push(next);
  }
  return { states: left, tellings };
}

/** Once the clock was set back, its times begin anew now: nothing waits until the old time comes round again. */
function notAhead(state: AlertState, at: number): AlertState {
  const { trouble, seenAt, toldAt } = state;
  return {
    trouble: { ...trouble, since: Math.min(trouble.since, at) },
    seenAt: Math.min(seenAt, at),
    toldAt: toldAt === null ? null : Math.min(toldAt, at),
  };
}

function whileWrong(
  state: AlertState,
  at: number,
  rules: AlertRules,
  tellings: Telling[],
): AlertState {
  const { trouble, toldAt } = state;
  const isNotice = trouble.severity === "notice";
  const isLong = isNotice || at - trouble.since >= rules.forMinutes * MINUTE;
  if (!isLong || mustWait(trouble, at, rules)) return state;
  if (toldAt === null) tellings.push({ kind: "raised", trouble, until: null });
  else if (!isNotice && at - toldAt >= rules.reminderHours * HOUR)
    tellings.push({ kind: "reminder", trouble, until: null });
  else return state;
  return { ...state, toldAt: at };
}

/** Null: closed. What nobody was told of ends without a word, and so does a notice. */
function whenGone(
  state: AlertState,
  at: number,
  rules: AlertRules,
  tellings: Telling[],
): AlertState | null {
  const { trouble, seenAt, toldAt } = state;
  if (trouble.severity === "notice") return null;
  if (at - seenAt < rules.clearMinutes * MINUTE) return state;
  if (toldAt === null) return null;
  if (mustWait(trouble, at, rules)) return state;
  tellings.push({ kind: "solved", trouble, until: seenAt });
  return null;
}

function mustWait(trouble: Trouble, at: number, rules: AlertRules): boolean {
  const { quiet, offsetMinutes } = rules;
  if (quiet === null || trouble.severity === "critical") return false;
  const minute = (Math.floor(at / MINUTE) + offsetMinutes) % (24 * 60);
  const { fromMinute: from, toMinute: to } = quiet;
  return from <= to
    ? minute >= from && minute < to
    : minute >= from || minute < to;
}

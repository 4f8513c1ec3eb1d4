/*
NAME       give password: let a person try a password on what is locked of a held item, a few times
ZONE       admin, or wherever a person is asked
WRITES     ledger (each try, never the password)      TALKS TO  a sanitizer of this machine
SECURITY   the try is on record before it is made, so that trying in parallel does not help
NOT HERE   opening anything (opening)
*/
import type { ItemId } from "../core/id.ts";
import type { Ledger } from "../core/ledger.ts";
import { VIA_RECIPIENTS } from "../core/request.ts";
import { MINUTE, SECOND } from "../core/units.ts";
import {
  countedTries,
  NOT_TRIED,
  TRIED,
  TRY_ACTS,
} from "../policy/password-tries.ts";
import type {
  GivenPassword,
  OpeningAnswer,
  OpeningAsk,
  PasswordAnswer,
} from "../wire/opening.ts";

export const MAX_TRIES = 5;
export const TRIES_WITHIN_MS = 15 * MINUTE;
/** A recipient has 10 tries for each part of a mail. */
const MAX_LOOKED_AT = 5000;

export interface PasswordTools {
  readonly ledger: Pick<Ledger, "record" | "history" | "version">;
  /** Null when no sanitizer of this machine answers. */
  readonly open: (ask: OpeningAsk) => Promise<OpeningAnswer | null>;
  readonly clock: () => number;
}

export async function givePassword(
  tools: PasswordTools,
  item: ItemId,
  given: GivenPassword,
): Promise<PasswordAnswer> {
  const { ledger } = tools;
  const { who, why, via, password } = given;
  const before = await triesOf(tools, item);
  if (before.length >= MAX_TRIES) return waitFor(tools, before);
  const seen = given.seen ?? (await ledger.version(item));
  if (seen === null) return { kind: "not-locked" };
  const record = (act: string) =>
    ledger.record({ act, actor: who, facts: { item, via } });
  await record(TRIED);
  const tries = await triesOf(tools, item);
  if (tries.length > MAX_TRIES) return waitFor(tools, tries);
  const answer = await tools.open({ item, password, who, why, via, seen });
  if (answer === null) return { kind: "no-sanitizer" };
  if (answer.kind === "busy") await record(NOT_TRIED);
  if (answer.kind !== "wrong") return answer;
  await record("password-wrong");
  return { kind: "wrong", triesLeft: MAX_TRIES - tries.length };
}

/** Newest first. Recipients have tries of their own: theirs must not keep whoever answers for the mail from trying. */
async function triesOf(
  { ledger, clock }: PasswordTools,
  item: ItemId,
): Promise<readonly number[]> {
  const since = clock() - TRIES_WITHIN_MS;
  const all = await ledger.history(item, MAX_LOOKED_AT, TRY_ACTS);
  const own = all.filter(
    ({ at, facts }) => at > since && facts["via"] !== VIA_RECIPIENTS,
  );
  return countedTries(own)
    .map(({ at }) => at)
    .reverse();
}

function waitFor(
  { clock }: PasswordTools,
  tries: readonly number[],
): PasswordAnswer {
  const oldest = tries[MAX_TRIES - 1] ?? clock();
  const ms = oldest + TRIES_WITHIN_MS - clock();
  return { kind: "wait", seconds: Math.max(1, Math.ceil(ms / SECOND)) };
}

import type { ItemId } from "../../core/id.ts";
import type { Ledger } from "../../core/ledger.ts";
import { VIA_RECIPIENTS } from "../../core/request.ts";
import {
  countedTries,
  NOT_TRIED,
  TRIED,
  TRY_ACTS,
} from "../../policy/password-tries.ts";
import type { Complaint } from "./words.ts";

/** One try to open a protected file. The password goes from memory to memory and stands in no record. */
export interface PasswordTry {
  readonly item: ItemId;
  /** Path of the part. */
  readonly part: string;
  readonly password: string;
  /** For the record: which recipient. */
  readonly by: string;
}

/** opened: the file is made anew and goes on its way. busy: not tried, nothing counted against anybody. */
export type PasswordAnswer = "opened" | "wrong" | "busy" | "not-offered";

export type OpenWithPassword = (asked: PasswordTry) => Promise<PasswordAnswer>;

/** In the whole life of a part, over restarts and links. */
const MAX_TRIES_OF_PART = 10;
/** Of all parts of a mail together. */
const MAX_TRIES_OF_MAIL = 10_000;

export type TryLedger = Pick<Ledger, "history" | "record" | "holds">;

/** Null: opened. Each try is on record before it is made, so that no fall gives one away. */
export async function tryPassword(
  open: OpenWithPassword,
  ledger: TryLedger,
  asked: PasswordTry,
): Promise<Complaint | null> {
  const { item, part, by } = asked;
  const holds = await ledger.holds({ item, state: "held", limit: 1000 });
  const isOffered = holds.some(
    (hold) => hold.part === part && hold.code === "ENCRYPTED",
  );
  if (!isOffered) return "not-offered";
  const all = await ledger.history(item, MAX_TRIES_OF_MAIL, TRY_ACTS);
  const tries = countedTries(
    all.filter(
      ({ facts }) => facts["via"] === VIA_RECIPIENTS && facts["part"] === part,
    ),
  ).length;
  if (tries >= MAX_TRIES_OF_PART || all.length >= MAX_TRIES_OF_MAIL)
    return "password-spent";
  const record = (act: string) =>
    ledger.record({
      ...{ act, actor: "recipient" },
      facts: { item, part, by, via: VIA_RECIPIENTS },
    });
  await record(TRIED);
  switch (await open(asked)) {
    case "opened":
      return null;
    case "wrong":
      return "password-wrong";
    case "busy":
      await record(NOT_TRIED);
      return "password-busy";
    case "not-offered":
      return "not-offered";
  }
}

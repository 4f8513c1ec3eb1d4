import { Fault } from "../core/fault.ts";
import { parseItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import type { HoldCode } from "../core/verdict.ts";
import { isRecord } from "./job.ts";

/** A password for a held item on its way to a sanitizer of the same machine, and the answer. It is never written down. */
export interface OpeningAsk {
  readonly item: ItemId;
  readonly password: string;
  readonly who: string;
  readonly why: string;
  readonly via: string;
  /** Version of the item that the person saw. */
  readonly seen: string;
}

export type OpeningAnswer =
  /** It is made anew now; `item` is what goes on. */
  | { readonly kind: "opened"; readonly item: ItemId }
  | { readonly kind: "wrong" }
  /** Nothing of it waits for a password. */
  | { readonly kind: "not-locked" }
  /** The password is right, and what it opened has a virus; that is on record now. */
  | { readonly kind: "malicious" }
  /** The password is right, and what it opened would be held all the same. */
  | { readonly kind: "not-made"; readonly code: HoldCode }
  /** Somebody decided about it since it was seen. */
  | { readonly kind: "changed" }
  | { readonly kind: "busy" };

export const MAX_DOCUMENT_PASSWORD_CHARACTERS = 256;
const MAX_WORD_CHARACTERS = 4000;

/** Faults: JOB_MALFORMED. */
export function parseOpeningAsk(untrusted: unknown): OpeningAsk {
  const item = isRecord(untrusted) ? parseItemId(untrusted.item) : null;
  if (!isRecord(untrusted) || item === null) throw malformed();
  return {
    item,
    password: word(untrusted.password, MAX_DOCUMENT_PASSWORD_CHARACTERS),
    who: word(untrusted.who),
    why: word(untrusted.why),
    via: word(untrusted.via),
    seen: word(untrusted.seen),
  };
}

const PLAIN = ["wrong", "not-locked", "malicious", "changed", "busy"] as const;

/** Faults: JOB_MALFORMED. */
export function parseOpeningAnswer(untrusted: unknown): OpeningAnswer {
  if (!isRecord(untrusted)) throw malformed();
  const kind = PLAIN.find((one) => one === untrusted.kind);
  if (kind !== undefined) return { kind };
  const item = parseItemId(untrusted.item);
  if (untrusted.kind === "opened" && item !== null)
    return { kind: "opened", item };
  if (untrusted.kind === "not-made")
    return { kind: "not-made", code: word(untrusted.code) as HoldCode };
  throw malformed();
}

function word(untrusted: unknown, max = MAX_WORD_CHARACTERS): string {
  const fits =
    typeof untrusted === "string" &&
    untrusted.length > 0 &&
    untrusted.length <= max;
  if (!fits) throw malformed();
  return untrusted;
}

/** Says nothing of what it was given: a password may be in it. */
function malformed(): Fault {
  return new Fault("JOB_MALFORMED", { rule: "not an opening" });
}

/** As a person hears it who gave a password. */
export type PasswordAnswer =
  | Exclude<OpeningAnswer, { readonly kind: "wrong" }>
  | { readonly kind: "wrong"; readonly triesLeft: number }
  /** Too many tries on this item. */
  | { readonly kind: "wait"; readonly seconds: number }
  /** The sanitizer is down, or on another machine. */
  | { readonly kind: "no-sanitizer" };

export interface GivenPassword {
  readonly password: string;
  /** An account, or what stands for a recipient. */
  readonly who: string;
  readonly why: string;
  readonly via: string;
  /** Version of the item that the person saw; left out: as it stands. */
  readonly seen?: string;
}

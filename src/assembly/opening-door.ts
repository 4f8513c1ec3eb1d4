import type { ItemId } from "../core/id.ts";
import type { Ledger } from "../core/ledger.ts";
import { VIA_RECIPIENTS } from "../core/request.ts";
import { MINUTE } from "../core/units.ts";
import { askDoor } from "../queue/private-door.ts";
import { parseOpeningAnswer } from "../wire/opening.ts";
import type { OpeningAnswer, OpeningAsk } from "../wire/opening.ts";

/** A document of many pages is made once on trial. */
const OPENING_MS = 2 * MINUTE;

/** Asks the sanitizers of this machine in turn; null when none answers. */
export function openingDoor(
  folder: string,
): (ask: OpeningAsk) => Promise<OpeningAnswer | null> {
  return async (ask) => {
    let busy: OpeningAnswer | null = null;
    const told = await askDoor({
      ...{ folder, name: "sanitizer", message: ask, deadlineMs: OPENING_MS },
      read: (untrusted) => {
        const answer = parseOpeningAnswer(untrusted);
        if (answer.kind !== "busy") return answer;
        busy = answer;
        return null;
      },
    });
    return told ?? busy;
  };
}

/** For a page that counts and records the tries itself: who it was stands in `by`. */
export function openForRecipient(
  ledger: Pick<Ledger, "version">,
  open: ReturnType<typeof openingDoor>,
) {
  return async (asked: {
    readonly item: ItemId;
    readonly password: string;
    readonly by: string;
  }): Promise<"opened" | "wrong" | "busy" | "not-offered"> => {
    const { item, password, by } = asked;
    const seen = await ledger.version(item);
    if (seen === null) return "not-offered";
    const answer = await open({
      ...{ item, password, seen, who: "recipient" },
      ...{ why: `パスワードの入力（${by}）`, via: VIA_RECIPIENTS },
    });
    switch (answer?.kind) {
      case "opened":
      case "wrong":
        return answer.kind;
      case "not-locked":
      case "malicious":
      case "not-made":
        return "not-offered";
      case "changed":
      case "busy":
      case undefined:
        return "busy";
    }
  };
}

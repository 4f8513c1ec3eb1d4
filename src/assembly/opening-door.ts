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

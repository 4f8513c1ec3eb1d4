import { REQUEST_KINDS, REQUEST_STATES } from "../request-view.ts";
import {
  flag,
  list,
  number,
  object,
  oneOf,
  orNull,
  text,
  time,
} from "./schema.ts";

const word = orNull(text);

export const REQUEST = object({
  ...{ id: number, item: text, tenant: text, tenantName: text },
  ...{ kind: oneOf(REQUEST_KINDS), kindWords: text },
  ...{ state: oneOf(REQUEST_STATES), stateWords: text, at: time },
  ...{ requester: word, isRecipient: flag, reason: word },
  ...{ subject: word, from: word, itemState: text, itemStateWords: text },
  holds: list(
    object({ ...{ part: word, name: word, code: text, title: text } }),
  ),
  version: { ...text, description: "of the item; for approve and deny" },
  ...{ decidedBy: word, decidedAt: orNull(time), answer: word },
  standsInFor: { ...word, description: "代決: in whose place it was decided" },
  ...{ confirmedBy: word, confirmedAt: orNull(time), confirmedWhy: word },
  noRelease: {
    ...word,
    description: "why approving would bring nothing, as of the mail",
  },
  may: object({ approve: flag, deny: flag, close: flag, confirm: flag }),
});

export const REQUEST_PAGE = object({ rows: list(REQUEST), after: word });

import { parseItemId } from "../../core/id.ts";
import type { ItemRecord } from "../../core/item-record.ts";
import { may } from "../../policy/rights.ts";
import type { Right } from "../../policy/rights.ts";
import { pinMail, rescanMail, unpinMail } from "./held-routes.ts";
import type { HeldTools } from "./held-routes.ts";
import {
  discardMail,
  MAILS,
  MAX_REASON,
  NO_REASON,
  releaseMail,
  version,
} from "./mail-routes.ts";
import { CONFIRM_NEEDED, done, NOT_FOUND } from "./route.ts";
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
} from "./schema.ts";

type Run = (tools: HeldTools, ask: Ask) => Promise<Answer>;

const ACTS: Readonly<
  Record<string, { readonly right: Right; readonly run: Run }>
> = {
  release: { right: "mail.release", run: (...asked) => releaseMail(...asked) },
  discard: { right: "mail.discard", run: discardMail },
  rescan: { right: "mail.rescan", run: rescanMail },
  pin: { right: "mail.pin", run: pinMail },
  unpin: { right: "mail.pin", run: unpinMail },
};

const MAX_ITEMS = 200;

interface Picked {
  readonly id: string;
  readonly version: string;
}

/** Each mail by itself, as if its own button were pressed: what was decided since it was seen is left as it is. */
export function bulkRoutes(tools: HeldTools): readonly Route[] {
  return [
    {
      ...{ method: "POST", path: `${MAILS}/bulk`, right: "mail.release" },
      summary: `One act on up to ${MAX_ITEMS} mails, an answer for each; a release asks for the code again`,
      body: object({
        ...{ act: oneOf(Object.keys(ACTS)), reason: prose(MAX_REASON) },
        items: list(object({ id: text, version }), MAX_ITEMS),
        "whenClean?": oneOf(["stay", "go"]),
      }),
      answer: object({
        results: list(
          object({
            ...{ item: text, done: flag, already: flag },
            ...{ as: orNull(text), code: orNull(text), message: text },
          }),
        ),
        ...{ done: number, failed: number },
      }),
      run: (ask) => actOnAll(tools, ask),
    },
  ];
}

async function actOnAll(tools: HeldTools, ask: Ask): Promise<Answer> {
  const { body } = ask;
  const name = String(body["act"]);
  const act = ACTS[name];
  if (act === undefined) return NOT_FOUND;
  if (String(body["reason"]).trim() === "") return NO_REASON;
  const lets = name === "release" || body["whenClean"] === "go";
  if (lets && !ask.isConfirmed) return CONFIRM_NEEDED;
  const results = [];
  for (const picked of body["items"] as readonly Picked[])
    results.push(told(picked.id, await actOn(tools, ask, { ...act, picked })));
  const count = results.filter((one) => one.done).length;
  return done({ results, done: count, failed: results.length - count });
}

async function actOn(
  tools: HeldTools,
  ask: Ask,
  {
    right,
    run,
    picked,
  }: { readonly right: Right; readonly run: Run; readonly picked: Picked },
): Promise<Answer> {
  const id = parseItemId(picked.id);
  const item: ItemRecord | null =
    id === null ? null : await tools.ledger.item(id);
  if (item === null || !may(ask.account, right, item.tenant)) return NOT_FOUND;
  const body = { ...ask.body, version: picked.version };
  return run(tools, { ...ask, item, body });
}

function told(item: string, answer: Answer) {
  if (answer.kind === "problem")
    return {
      ...{ item, done: false, already: false, as: null },
      ...{ code: answer.code, message: answer.message },
    };
  const body = (answer.kind === "done" ? answer.body : {}) as {
    readonly already?: boolean;
    readonly as?: string;
    readonly message?: string;
  };
  return {
    ...{ item, done: true, already: body.already ?? false },
    ...{ as: body.as ?? null, code: null, message: body.message ?? "" },
  };
}

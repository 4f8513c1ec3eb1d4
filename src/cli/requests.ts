import { userInfo } from "node:os";
import { placesIn } from "../assembly/places.ts";
import type { Ledger } from "../core/ledger.ts";
import type { RequestDecision, RequestRecord } from "../core/request.ts";
import { approve } from "../stage/requests.ts";
import { createLedger } from "../store/ledger.ts";
import {
  complain,
  EXIT,
  parse,
  print,
  text,
  UsageError,
  type Command,
  type Parsed,
} from "./command.ts";
import { refusal } from "./quarantine.ts";

const MAX_ROWS = 1000;
const VIA = "command line";

export const requests: Command = {
  help: `Usage: sekisho requests list [--all] [--json]
       sekisho requests approve NUMBER --reason TEXT [--by NAME]
       sekisho requests deny NUMBER --reason TEXT [--by NAME]

Recipients ask on the page behind the link in a clean mail (recipients.origin). list shows what waits for an answer, with
reports of suspicious mails; --all what was answered, too. approve releases what is held of the mail, as quarantine release
does. deny answers a request, and closes a report. TEXT is read by who asked. --by defaults to the user who runs the command.`,
  async run(args) {
    const parsed = parse(args, {
      ...{ json: { type: "boolean" }, all: { type: "boolean" } },
      ...{ reason: { type: "string" }, by: { type: "string" } },
    });
    const [act, ...rest] = parsed.positionals;
    const ledger = await createLedger(
      placesIn(parsed.config().gateway.varFolder).ledger,
    );
    try {
      switch (act) {
        case "list":
          return await list(ledger, parsed);
        case "approve":
          return await approveOne(ledger, numberIn(rest), decision(parsed));
        case "deny":
          return await denyOne(ledger, numberIn(rest), decision(parsed));
        default:
          throw new UsageError("say what to do: list, approve or deny");
      }
    } finally {
      await ledger.close();
    }
  },
};

async function list(ledger: Ledger, { values }: Parsed): Promise<number> {
  const { rows } = await ledger.requests({
    ...(values["all"] === true ? {} : { state: "asked" as const }),
    ...{ tenants: null, after: null, limit: MAX_ROWS },
  });
  if (values["json"] === true)
    rows.forEach((row) => print(JSON.stringify(row)));
  else if (rows.length === 0) print("nobody asks for anything");
  else rows.forEach((row) => print(line(row)));
  return EXIT.done;
}

function line(request: RequestRecord): string {
  const { id, item, kind, state, at, tenant, requester, reason } = request;
  const time = new Date(at).toISOString().slice(0, 16);
  const words = JSON.stringify(reason);
  return `${id}  ${item}  ${time}  ${tenant}  ${kind} ${state}  ${requester}  ${words}`;
}

async function approveOne(
  ledger: Ledger,
  id: number,
  by: RequestDecision,
): Promise<number> {
  const request = await ledger.request(id);
  if (request?.kind !== "release" || request.state !== "asked")
    return notWaiting(id);
  const seen = (await ledger.version(request.item)) ?? "";
  // The janitor of the running gateway hears of it from the ledger; this process has no bell of its own.
  const lanes = { ring: async () => undefined };
  const answer = await approve({ ledger, lanes }, request, {
    ...{ decision: by, guard: { seen, via: VIA } },
  });
  if (answer.kind === "refused") {
    complain(refusal(request.item, answer.why));
    return EXIT.fault;
  }
  const as = answer.item === request.item ? "" : ` as ${answer.item}`;
  print(`approved ${id}: ${request.item} goes back on the line${as}`);
  if (answer.virusesKept > 0)
    print(`not released: ${answer.virusesKept} part(s) with a virus`);
  return EXIT.done;
}

async function denyOne(
  ledger: Ledger,
  id: number,
  by: RequestDecision,
): Promise<number> {
  const request = await ledger.request(id);
  const seen = request && (await ledger.version(request.item));
  const guard = { seen: seen ?? "", via: VIA };
  if (request === null || !(await ledger.answerRequest(id, by, guard)))
    return notWaiting(id);
  print(`${request.kind === "release" ? "denied" : "closed"} ${id}`);
  return EXIT.done;
}

function notWaiting(id: number): number {
  complain(`there is no request ${id} that waits for an answer`);
  return EXIT.fault;
}

function decision({ values }: Parsed): RequestDecision {
  const answer = text(values, "reason")?.trim();
  if (!answer) throw new UsageError("give the reason: --reason TEXT");
  const who = text(values, "by") ?? userInfo().username;
  return { who, answer, standsInFor: null };
}

function numberIn(positionals: readonly string[]): number {
  const [number = ""] = positionals;
  if (!/^[0-9]{1,15}$/.test(number) || positionals.length !== 1)
    throw new UsageError("give one number of a request");
  return Number(number);
}

import { userInfo } from "node:os";
import { placesIn } from "../assembly/places.ts";
import type { ActBy, SenderException } from "../core/acts.ts";
import { parseMailbox } from "../core/mailbox.ts";
import type { Ledger } from "../core/ledger.ts";
import { DAY } from "../core/units.ts";
import { addressPattern } from "../policy/exceptions.ts";
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

const MAX_ROWS = 10_000;
const MAX_DAYS = 366;

export const exceptions: Command = {
  help: `Usage: sekisho exceptions list [--all] [--json]
       sekisho exceptions add block|trust SENDER --days N --reason TEXT [--recipient WHO] [--tenant ID] [--by NAME]
       sekisho exceptions revoke ID --reason TEXT [--by NAME]

SENDER and WHO are an address, a domain, or .domain for it and all below. Mail of a blocked sender is held on arrival. Of a
trusted one, mail whose structure reads in two ways goes on instead of being held; its envelope and its From must both fit.
A trusted sender's mail is scanned, made anew and verified like any other. Each exception ends after at most ${MAX_DAYS} days, and each
use is on record. --all lists those that ended, too. --by defaults to the user who runs the command.`,
  async run(args) {
    const parsed = parse(args, {
      ...{ json: { type: "boolean" }, all: { type: "boolean" } },
      ...{ days: { type: "string" }, reason: { type: "string" } },
      ...{ recipient: { type: "string" }, tenant: { type: "string" } },
      by: { type: "string" },
    });
    const [act, ...rest] = parsed.positionals;
    const config = parsed.config();
    const ledger = await createLedger(
      placesIn(config.gateway.varFolder).ledger,
    );
    try {
      switch (act) {
        case "list":
          return await list(ledger, parsed);
        case "add":
          return await add(ledger, { rest, parsed, tenants: config.tenants });
        case "revoke":
          return await revoke(ledger, rest, byOf(parsed));
        default:
          throw new UsageError("say what to do: list, add or revoke");
      }
    } finally {
      await ledger.close();
    }
  },
};

async function list(ledger: Ledger, { values }: Parsed): Promise<number> {
  const inForceOnly = values["all"] !== true;
  const found = await ledger.exceptions({
    ...{ tenants: null, inForceOnly, limit: MAX_ROWS },
  });
  if (values["json"] === true)
    found.forEach((one) => print(JSON.stringify(one)));
  else if (found.length === 0) print("there are no exceptions");
  else found.forEach((one) => print(row(one)));
  return EXIT.done;
}

async function add(
  ledger: Ledger,
  given: {
    readonly rest: readonly string[];
    readonly parsed: Parsed;
    readonly tenants: readonly { readonly id: string }[];
  },
): Promise<number> {
  const { rest, parsed } = given;
  const [kind, sender = ""] = rest;
  if ((kind !== "block" && kind !== "trust") || rest.length !== 2)
    throw new UsageError("say block or trust, and whom");
  const days = Number(text(parsed.values, "days") ?? NaN);
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS)
    throw new UsageError(`say for how long: --days 1 to ${MAX_DAYS}`);
  const tenant = text(parsed.values, "tenant");
  if (tenant !== null && !given.tenants.some(({ id }) => id === tenant))
    throw new UsageError(`there is no tenant "${tenant}"`);
  const recipient = text(parsed.values, "recipient");
  const { exception, isNew } = await ledger.addException(
    {
      ...{ kind, sender: pattern(sender), tenant },
      recipient: recipient === null ? null : pattern(recipient),
      until: Date.now() + days * DAY,
    },
    byOf(parsed),
  );
  print(`${isNew ? "added" : "there is already"} ${row(exception)}`);
  return EXIT.done;
}

function pattern(given: string): string {
  const found = addressPattern(
    given,
    (one) => parseMailbox(one)?.address ?? null,
  );
  if (found === null)
    throw new UsageError(`"${given}" is neither an address nor a domain`);
  return found;
}

async function revoke(
  ledger: Ledger,
  rest: readonly string[],
  by: ActBy,
): Promise<number> {
  const [id] = rest;
  if (id === undefined || rest.length !== 1)
    throw new UsageError("give the id that list shows");
  if (await ledger.revokeException(id, by)) {
    print(`revoked ${id}`);
    return EXIT.done;
  }
  complain(`there is no exception ${id} in force.`);
  return EXIT.fault;
}

function byOf({ values }: Parsed): ActBy {
  const why = text(values, "reason")?.trim();
  if (!why) throw new UsageError("give the reason: --reason TEXT");
  const who = text(values, "by") ?? userInfo().username;
  return { who, why, via: "command line" };
}

function row(one: SenderException): string {
  const { id, kind, sender, recipient, tenant, who, why } = one;
  const until = new Date(one.until).toISOString().slice(0, 16);
  const whom = recipient === null ? "" : ` → ${recipient}`;
  const ended = one.revokedAt === null ? "" : ` revoked by ${one.revokedBy}`;
  const used =
    one.usedAt === null
      ? "never used"
      : `used for ${one.uses}, last ${new Date(one.usedAt).toISOString().slice(0, 16)}`;
  return `${id}  ${kind}  ${sender}${whom}  ${tenant ?? "all tenants"}  until ${until}${ended}  ${used}  ${who}: ${why}`;
}

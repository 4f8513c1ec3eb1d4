import { userInfo } from "node:os";
import { placesIn } from "../assembly/places.ts";
import type { ActBy, WhenClean } from "../core/acts.ts";
import { parseItemId, type ItemId } from "../core/id.ts";
import type { HoldRecord } from "../core/hold.ts";
import type { Ledger } from "../core/ledger.ts";
import { REASONS } from "../policy/reasons.ts";
import type { Config } from "../config/load.ts";
import { discard, release, type ReleaseAnswer } from "../stage/release.ts";
import { createLedger } from "../store/ledger.ts";
import { giveDocumentPassword, pin, rescan } from "./held.ts";
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

const MAX_ROWS = 1000;

export const quarantine: Command = {
  help: `Usage: sekisho quarantine list [--json]
       sekisho quarantine show ITEM [--json]
       sekisho quarantine release ITEM --reason TEXT [--variant NAME] [--by NAME]
       sekisho quarantine discard ITEM --reason TEXT [--by NAME]
       sekisho quarantine password ITEM [--reason TEXT] [--by NAME] < FILE
       sekisho quarantine rescan ITEM|all --reason TEXT [--when-clean stay|go] [--by NAME]
       sekisho quarantine pin|unpin ITEM --reason TEXT [--by NAME]

ITEM is the 26-character number in the notice of the mail (受付番号). A release sends the item back on the line:
it is made anew and verified like any other mail, with who released it and why on record. A virus is never
released: a part with one stays held when the rest goes. A discard ends the item, on record. --by defaults to the user who runs the command.

--variant makes it anew under a variant of the policy (policy.variants). password reads the password of a locked attachment
as one line from standard input, tries it, and when it fits makes the mail anew with it; the gateway must be running, and
the password is written nowhere. rescan scans what is held again with the signatures of today; what the scanner alone held
and finds clean now waits for a person (stay) or goes on by itself (go). pin keeps an original from being removed.`,
  async run(args) {
    const parsed = parse(args, {
      json: { type: "boolean" },
      reason: { type: "string" },
      by: { type: "string" },
      variant: { type: "string" },
      "when-clean": { type: "string" },
    });
    const [act, ...rest] = parsed.positionals;
    const config = parsed.config();
    const places = placesIn(config.gateway.varFolder);
    const ledger = await createLedger(places.ledger);
    try {
      switch (act) {
        case "list":
          return await list(ledger, parsed);
        case "show":
          return await show(ledger, itemIn(rest), parsed);
        case "release":
          return await releaseItem(ledger, itemIn(rest), {
            ...decision(parsed),
            ...variantIn(parsed, config),
          });
        case "discard":
          return await discardItem(ledger, itemIn(rest), decision(parsed));
        case "password":
          return await giveDocumentPassword(
            { ledger, doors: places.doors },
            itemIn(rest),
            await signed(parsed, "パスワードの入力"),
          );
        case "rescan":
          return await rescan(ledger, rest, {
            ...(await signed(parsed)),
            whenClean: whenCleanIn(parsed),
          });
        case "pin":
        case "unpin":
          return await pin(ledger, itemIn(rest), {
            ...{ act, by: await signed(parsed) },
          });
        default:
          throw new UsageError(
            "say what to do: list, show, release, discard, password, rescan, pin or unpin",
          );
      }
    } finally {
      await ledger.close();
    }
  },
};

async function list(ledger: Ledger, { values }: Parsed): Promise<number> {
  const holds = await ledger.holds({ state: "held", limit: MAX_ROWS });
  if (values.json === true)
    holds.forEach((hold) => print(JSON.stringify(hold)));
  else if (holds.length === 0) print("nothing is held");
  else holds.forEach((hold) => print(row(hold)));
  return EXIT.done;
}

async function show(
  ledger: Ledger,
  item: ItemId,
  { values }: Parsed,
): Promise<number> {
  const record = await ledger.item(item);
  if (record === null) return unknown(item);
  const holds = await ledger.holds({ item, limit: MAX_ROWS });
  const recipients = await ledger.recipients(item);
  if (values.json === true) {
    print(JSON.stringify({ ...record, recipients, holds }));
    return EXIT.done;
  }
  print(
    `受付番号  ${record.id}   状態 ${record.state}   判定 ${record.verdict ?? "-"}`,
  );
  print(
    `受付      ${new Date(record.receivedAt).toISOString()}   ${record.bytes} bytes   sha256 ${record.sha256}`,
  );
  print(`差出人    ${record.from ?? ""} <${record.envelope.reversePath}>`);
  print(`件名      ${record.subject ?? ""}`);
  for (const one of recipients)
    print(`宛先      ${one.address}   ${one.state}   ${one.reply ?? ""}`);
  for (const hold of holds) {
    print("");
    print(row(hold));
    print(`          ${REASONS[hold.code].advice}`);
    if (hold.decidedBy !== null)
      print(
        `          ${hold.state} by ${hold.decidedBy}: ${hold.decidedWhy ?? ""}`,
      );
  }
  return EXIT.done;
}

async function releaseItem(
  ledger: Ledger,
  item: ItemId,
  by: Decision,
): Promise<number> {
  // The janitor of the running gateway hears of it from the ledger; this process has no bell of its own.
  const lanes = { ring: async () => undefined };
  const answer = await release(
    { ledger, lanes },
    item,
    await asSeen(ledger, item, by),
  );
  if (answer.kind === "released") {
    const as = answer.item === item ? "" : ` as ${answer.item}`;
    print(`released ${item}${as}; it goes back on the line`);
    if (answer.virusesKept > 0)
      print(
        `not released: ${answer.virusesKept} part(s) of it with a virus; they stay held and are in nothing that is delivered`,
      );
    return EXIT.done;
  }
  complain(refusal(item, answer.why));
  return EXIT.fault;
}

export function refusal(
  item: ItemId,
  why: Extract<ReleaseAnswer, { kind: "refused" }>["why"],
): string {
  switch (why) {
    case "malicious":
      return `what is held of ${item} has a virus; a virus is never released. Use discard.`;
    case "unreadable":
      return `${item} can't be taken apart within the limits, so nothing of it can be released. Use discard.`;
    case "futile":
      return `${item} was delivered; what is held of it can't be made safe, so a release would only send the mail again. Use discard.`;
    case "on-its-way":
      return `${item} is still being delivered; what is held of it can be released when that has ended.`;
    case "not-held":
      return `${item} is not held, or somebody released it before you.`;
  }
}

async function discardItem(
  ledger: Ledger,
  item: ItemId,
  by: Decision,
): Promise<number> {
  if (await discard({ ledger }, item, await asSeen(ledger, item, by))) {
    print(`discarded ${item}`);
    return EXIT.done;
  }
  complain(`${item} is not held, or somebody decided before you.`);
  return EXIT.fault;
}

/** The record says by which door a decision came. */
async function asSeen(ledger: Ledger, item: ItemId, by: Decision) {
  const seen = await ledger.version(item);
  return seen === null ? by : { ...by, guard: { seen, via: "command line" } };
}

interface Decision {
  readonly who: string;
  readonly why: string;
  readonly variant?: string;
}

function variantIn(
  { values }: Parsed,
  { policy }: Config,
): Pick<Decision, "variant"> {
  const variant = text(values, "variant");
  if (variant === null) return {};
  if (!policy.variants.some(({ name }) => name === variant))
    throw new UsageError(`policy.variants has no "${variant}"`);
  return { variant };
}

async function signed(parsed: Parsed, usual?: string): Promise<ActBy> {
  const { who, why } = decision(parsed, usual);
  return { who, why, via: "command line" };
}

function whenCleanIn({ values }: Parsed): WhenClean {
  const given = text(values, "when-clean") ?? "stay";
  if (given !== "stay" && given !== "go")
    throw new UsageError("--when-clean is stay or go");
  return given;
}

function decision({ values }: Parsed, usual?: string): Decision {
  const why = text(values, "reason")?.trim() ?? usual;
  if (!why) throw new UsageError("give the reason: --reason TEXT");
  return { who: text(values, "by") ?? userInfo().username, why };
}

function itemIn(positionals: readonly string[]): ItemId {
  const item = parseItemId(positionals[0]);
  if (item === null || positionals.length !== 1)
    throw new UsageError("give one item number of 26 characters");
  return item;
}

function row(hold: HoldRecord): string {
  const what = hold.part === null ? "メール全体" : (hold.name ?? hold.part);
  const reason = REASONS[hold.code];
  return `${hold.item}  ${new Date(hold.at).toISOString().slice(0, 16)}  ${reason.title}（${hold.code}）  ${what}  ${hold.detail}`;
}

function unknown(item: ItemId): number {
  complain(`there is no item ${item}`);
  return EXIT.fault;
}

import { userInfo } from "node:os";
import { placesIn } from "../assembly/places.ts";
import { MAX_DISASTER_HOURS } from "../core/disaster.ts";
import type { DisasterAnswer, DisasterState } from "../core/disaster.ts";
import type { Ledger } from "../core/ledger.ts";
import { createLedger } from "../store/ledger.ts";
import { holderOf } from "../store/lock.ts";
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

const ACTS = ["show", "ask", "confirm", "end"] as const;

export const disaster: Command = {
  help: `Usage: sekisho disaster show
       sekisho disaster ask --hours N --reason TEXT --by NAME
       sekisho disaster confirm --by NAME
       sekisho disaster end --reason TEXT --by NAME

The emergency mode (災害モード): the limits of disaster.limits, and mail of disaster.senders before that of others.
Everything is scanned and made new as ever. One person asks, another one confirms within an hour; it ends by itself
after N hours (1 to ${MAX_DISASTER_HOURS}, at most disaster.maxHours). The running gateway (sekisho up) takes it over within seconds; workers that
run apart do not, so it can't be asked for there. All of it is on record.`,
  async run(args) {
    const parsed = parse(args, {
      hours: { type: "string" },
      reason: { type: "string" },
      by: { type: "string" },
    });
    const [act, ...rest] = parsed.positionals;
    const known = ACTS.find((one) => one === act);
    if (rest.length > 0 || known === undefined)
      throw new UsageError("say what to do: show, ask, confirm or end");
    const config = parsed.config();
    const { varFolder } = config.gateway;
    if (known === "ask" && (await holderOf(varFolder)) === null) {
      complain(NOBODY_FOLLOWS);
      return EXIT.fault;
    }
    const ledger = await createLedger(placesIn(varFolder).ledger);
    try {
      if (known !== "show") {
        const { maxHours } = config.disaster;
        const answer = await acted(ledger, { act: known, parsed, maxHours });
        if (answer !== "done") {
          complain(REFUSALS[answer]);
          return EXIT.fault;
        }
      }
      print(stateLine(await ledger.disaster()));
      return EXIT.done;
    } finally {
      await ledger.close();
    }
  },
};

const NOBODY_FOLLOWS =
  "sekisho up does not run here, and it alone takes the emergency mode over. Where workers run apart, change limits and workers.firstSenders in their file and restart them";

const REFUSALS: Readonly<Record<Exclude<DisasterAnswer, "done">, string>> = {
  already: "it is asked for or on already: sekisho disaster show",
  "same-person": "whoever asked can't confirm: another person has to",
  "not-asked": "nobody asked for it, or more than an hour ago",
  off: "it is not on",
};

async function acted(
  ledger: Ledger,
  order: {
    readonly act: "ask" | "confirm" | "end";
    readonly parsed: Parsed;
    readonly maxHours: number;
  },
): Promise<DisasterAnswer> {
  const { values } = order.parsed;
  const by = {
    who: text(values, "by") ?? userInfo().username,
    via: "command line",
  };
  if (order.act === "confirm") return ledger.confirmDisaster(by);
  const why = text(values, "reason")?.trim();
  if (!why) throw new UsageError("give the reason: --reason TEXT");
  if (order.act === "end") return ledger.endDisaster({ ...by, why });
  const hours = Number(text(values, "hours"));
  if (!Number.isInteger(hours) || hours < 1 || hours > order.maxHours)
    throw new UsageError(`give --hours, 1 to ${order.maxHours}`);
  return ledger.askDisaster({ ...by, why, hours });
}

function stateLine(state: DisasterState): string {
  switch (state.kind) {
    case "off":
      return "the emergency mode is off";
    case "asked":
      return `asked for by ${state.askedBy}, for ${state.hours} hours: ${state.why}. Waits for another person: sekisho disaster confirm --by NAME`;
    case "on":
      return `ON until ${new Date(state.until).toISOString()}   asked by ${state.askedBy}, confirmed by ${state.confirmedBy}: ${state.why}`;
  }
}

import { userInfo } from "node:os";
import { placesIn } from "../assembly/places.ts";
import type { Config } from "../config/load.ts";
import { EVERY_TENANT } from "../core/account.ts";
import type { CrossingAct, CrossingStop } from "../core/crossing.ts";
import type { Ledger } from "../core/ledger.ts";
import { stopCrossing } from "../stage/crossing.ts";
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

export const crossing: Command = {
  help: `Usage: sekisho crossing show [--json]
       sekisho crossing stop --reason TEXT [--tenant ID] [--by NAME]
       sekisho crossing resume --reason TEXT [--tenant ID] [--by NAME]

The emergency stop (緊急停止). Mail is still taken in, scanned and made new; nothing is lost, and nothing more is
delivered, until somebody says resume: then what waits goes in its order. Without --tenant all tenants are stopped;
a stop of all and stops of single tenants are lifted one by one. Answered when no further delivery begins; says how
many that had begun before are still being finished. Works also while the gateway does not run. On record.`,
  async run(args) {
    const parsed = parse(args, {
      json: { type: "boolean" },
      reason: { type: "string" },
      tenant: { type: "string" },
      by: { type: "string" },
    });
    const [act, ...rest] = parsed.positionals;
    if (rest.length > 0 || !ACTS.includes(act ?? ""))
      throw new UsageError("say what to do: show, stop or resume");
    const config = parsed.config();
    const ledger = await createLedger(
      placesIn(config.gateway.varFolder).ledger,
    );
    try {
      if (act === "show") return await show(ledger, parsed);
      const asked = actIn(parsed, config);
      return act === "stop"
        ? await stop(ledger, asked)
        : await resume(ledger, asked);
    } finally {
      await ledger.close();
    }
  },
};

const ACTS: readonly string[] = ["show", "stop", "resume"];

async function show(ledger: Ledger, { values }: Parsed): Promise<number> {
  const { stops } = await ledger.crossing();
  const waiting = await ledger.waitingToCross();
  const count = Object.values(waiting).reduce((sum, one) => sum + one, 0);
  if (values["json"] === true) {
    print(JSON.stringify({ stops, waiting }));
    return EXIT.done;
  }
  if (stops.length === 0) print("the crossing is open");
  for (const stop of stops) print(stopLine(stop));
  print(`waiting to cross: ${count}`);
  return EXIT.done;
}

function stopLine({ tenant, since, who, why }: CrossingStop): string {
  return `STOPPED  ${named(tenant)}   since ${new Date(since).toISOString()}   by ${who}: ${why}`;
}

function named(tenant: string): string {
  return tenant === EVERY_TENANT ? "all tenants" : `tenant ${tenant}`;
}

async function stop(ledger: Ledger, act: CrossingAct): Promise<number> {
  const answer = await stopCrossing(ledger, act);
  if (answer.kind === "changed") return EXIT.fault;
  const already = answer.already ? " already" : "";
  print(
    `stopped${already}: ${named(act.tenant)}. Nothing more begins to cross.`,
  );
  if (answer.underWay > 0)
    print(
      `${answer.underWay} deliveries that had begun before are still being finished (or their courier fell).`,
    );
  return EXIT.done;
}

async function resume(ledger: Ledger, act: CrossingAct): Promise<number> {
  const answer = await ledger.resumeCrossing(act);
  if (answer === "already") {
    complain(`${named(act.tenant)} is not stopped`);
    return EXIT.fault;
  }
  print(`resumed: ${named(act.tenant)}. What waits goes in its order.`);
  for (const left of (await ledger.crossing()).stops)
    print(`still ${stopLine(left)}`);
  return EXIT.done;
}

function actIn({ values }: Parsed, config: Config): CrossingAct {
  const why = text(values, "reason")?.trim();
  if (!why) throw new UsageError("give the reason: --reason TEXT");
  const tenant = text(values, "tenant") ?? EVERY_TENANT;
  const isKnown = config.tenants.some(({ id }) => id === tenant);
  if (tenant !== EVERY_TENANT && !isKnown)
    throw new UsageError(`there is no tenant "${tenant}" in the configuration`);
  const who = text(values, "by") ?? userInfo().username;
  return { tenant, who, why, via: "command line" };
}

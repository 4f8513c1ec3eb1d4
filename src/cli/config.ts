import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { placesIn } from "../assembly/places.ts";
import type { Config } from "../config/load.ts";
import type { Ledger } from "../core/ledger.ts";
import type { AuditRecord } from "../core/quarantine.ts";
import { MINUTE } from "../core/units.ts";
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
} from "./command.ts";

/** Workers end what they have begun, and the scanner may have to read its signatures again. */
const RELOAD_DEADLINE_MS = 5 * MINUTE;
const LOOK_MS = 200;

export const config: Command = {
  help: `Usage: sekisho config check [--config FILE]
       sekisho config reload [--by NAME] [--config FILE]

check reads the file as the gateway would and lists every key that breaks a rule. Exit 0 when it is valid, else 1.
reload has the gateway that runs on this machine take over the file it was started with, worker by worker: nothing is
lost and the SMTP port stays open. A file that is not valid, or that changes what only a restart can change (folders,
ports, the queue, the scanner's place), leaves the old one in force: exit 1. On record, with the names of what changed.`,
  async run(args) {
    const parsed = parse(args, { by: { type: "string" } });
    const { positionals, values } = parsed;
    const [act, ...rest] = positionals;
    if (rest.length > 0 || (act !== "check" && act !== "reload"))
      throw new UsageError("say what to do: check or reload");
    const settings = parsed.config();
    if (act === "reload")
      return reload(settings, text(values, "by") ?? userInfo().username);
    print(`${settings.file} is valid`);
    return EXIT.done;
  },
};

async function reload(settings: Config, who: string): Promise<number> {
  const pid = await holderOf(settings.gateway.varFolder);
  if (pid === null) {
    complain("the gateway does not run; the file counts at its next start");
    return EXIT.fault;
  }
  const ledger = await createLedger(
    placesIn(settings.gateway.varFolder).ledger,
  );
  try {
    await ledger.record({ act: "reload-asked", actor: who, facts: { pid } });
    const since = (await newest(ledger))?.seq ?? 0;
    process.kill(pid, "SIGHUP");
    return await outcome(ledger, since);
  } finally {
    await ledger.close();
  }
}

async function outcome(ledger: Ledger, since: number): Promise<number> {
  const end = performance.now() + RELOAD_DEADLINE_MS;
  while (performance.now() < end) {
    const told = await newest(ledger, "supervisor");
    // A gateway that just starts tells of that first.
    const isAnswer = told !== null && told.facts["via"] !== "start";
    if (isAnswer && told.seq > since) return say(told);
    await sleep(LOOK_MS);
  }
  complain("the gateway has not answered; see its log");
  return EXIT.fault;
}

function say({ act, facts }: AuditRecord): number {
  if (act !== "configured") {
    complain(`the old configuration stays in force:`);
    complain(String(facts["complaints"]).replace(/^/gm, "  "));
    return EXIT.fault;
  }
  const keys = facts["keys"] as readonly string[];
  const workers = facts["workers"] as readonly string[];
  print(
    keys.length === 0
      ? `in force: ${String(facts["file"])}; nothing changed`
      : `in force: ${String(facts["file"])}; changed: ${keys.join(", ")}; restarted: ${workers.join(", ")}`,
  );
  return EXIT.done;
}

async function newest(
  ledger: Ledger,
  actor?: string,
): Promise<AuditRecord | null> {
  const { entries } = await ledger.entries({
    ...{ peopleOnly: true, after: null, limit: 1 },
    ...(actor === undefined ? {} : { actor }),
  });
  return entries[0] ?? null;
}

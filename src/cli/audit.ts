import { placesIn } from "../assembly/places.ts";
import { createLedger } from "../store/ledger.ts";
import {
  complain,
  EXIT,
  parse,
  print,
  UsageError,
  type Command,
} from "./command.ts";

export const audit: Command = {
  name: "audit",
  summary: "prove that the record of decisions was not changed",
  help: `Usage: sekisho audit verify [--config FILE]

Recomputes the hash chain over every decision on record. Exit 0 when it holds; 1, with the first broken entry, when not.`,
  async run(args) {
    const { positionals, config } = parse(args, {});
    if (positionals.length !== 1 || positionals[0] !== "verify")
      throw new UsageError("say what to do: verify");
    const ledger = await createLedger(
      placesIn(config().gateway.varFolder).ledger,
    );
    try {
      const { entries, brokenAt } = await ledger.verifyAudit();
      if (brokenAt === null) {
        print(`the chain holds: ${entries} entries`);
        return EXIT.done;
      }
      complain(
        `the chain is broken at entry ${brokenAt}; entries before it are as they were written`,
      );
      return EXIT.fault;
    } finally {
      await ledger.close();
    }
  },
};

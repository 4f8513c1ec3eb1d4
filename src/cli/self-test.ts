import { userInfo } from "node:os";
import { placesIn } from "../assembly/places.ts";
import { runSelfTest } from "../assembly/run-self-test.ts";
import { SELF_TEST_WORDS } from "../stage/self-test-mails.ts";
import { createLedger } from "../store/ledger.ts";
import {
  complain,
  EXIT,
  parse,
  print,
  text,
  UsageError,
  type Command,
} from "./command.ts";

export const selfTest: Command = {
  help: `Usage: sekisho self-test [--json] [--by NAME] [--config FILE]

Sends a test virus, a document with a macro, a PDF with a script, an encrypted ZIP, a ZIP that unpacks to a thousand
times its size, and mails in three Japanese charsets to the intake of the gateway that runs on this machine, and follows
them through scanner, pit, verifier and courier. They reach no mailbox. The janitor does the same each day at
selfTest.hour. On record; with selfTest.stopOnFailure a failure stops the crossing. Exit 0 when all came out as they
must, else 1.`,
  async run(args) {
    const { values, positionals, config } = parse(args, {
      json: { type: "boolean" },
      by: { type: "string" },
    });
    if (positionals.length > 0) throw new UsageError("takes no arguments");
    const settings = config();
    const ledger = await createLedger(
      placesIn(settings.gateway.varFolder).ledger,
    );
    try {
      const actor = text(values, "by") ?? userInfo().username;
      const results = (await runSelfTest(settings, ledger, { actor })) ?? [];
      for (const result of results) {
        const { name, passed, expected, found, ms } = result;
        const line = `${passed ? "ok  " : "NG  "} ${name.padEnd(14)} ${String(ms).padStart(6)} ms  ${SELF_TEST_WORDS[name]}`;
        if (values["json"] === true) print(JSON.stringify(result));
        else if (passed) print(line);
        else complain(`${line}: expected ${expected}, found ${found}`);
      }
      const passed = results.every((result) => result.passed);
      return passed ? EXIT.done : EXIT.fault;
    } finally {
      await ledger.close();
    }
  },
};

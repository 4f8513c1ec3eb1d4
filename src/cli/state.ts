import { userInfo } from "node:os";
import { checkState, stateOf } from "../assembly/check-state.ts";
import { placesIn } from "../assembly/places.ts";
import { loadKeys } from "../store/keys.ts";
import { createLedger } from "../store/ledger.ts";
import { signState } from "../store/signed-state.ts";
import {
  complain,
  EXIT,
  parse,
  print,
  text,
  UsageError,
  type Command,
} from "./command.ts";

const SHOWN_FILES = 50;

export const state: Command = {
  help: `Usage: sekisho state sign [--by NAME]
       sekisho state verify

sign writes down the hash of every program file and of the configuration in force (without what the
emergency mode changes while it lasts), signed with the key of this gateway: after the installation, and after each change that was meant. verify compares and lists what is changed, gone or new;
exit 1 when anything is. The janitor does the same each day, on record, and the console says so. Nothing is compared
while nothing was ever signed. Both are on record.`,
  async run(args) {
    const parsed = parse(args, { by: { type: "string" } });
    const [act, ...rest] = parsed.positionals;
    if (rest.length > 0 || (act !== "sign" && act !== "verify"))
      throw new UsageError("say what to do: sign or verify");
    const config = parsed.config();
    const who = text(parsed.values, "by") ?? userInfo().username;
    const places = placesIn(config.gateway.varFolder);
    const ledger = await createLedger(places.ledger);
    try {
      if (act === "verify") {
        const answer = await checkState(config, ledger, who);
        if (answer === null) complain("nothing was signed: sekisho state sign");
        else if (answer.differing.length === 0)
          print(`as signed by ${answer.by} at ${answer.signedAt}`);
        else
          for (const path of answer.differing.slice(0, SHOWN_FILES))
            complain(`differs: ${path}`);
        return answer?.differing.length === 0 ? EXIT.done : EXIT.fault;
      }
      const keys = await loadKeys(places.keys, {
        vault: config.secrets.vaultKey?.reveal() ?? null,
        clear: config.secrets.sealKey?.reveal() ?? null,
      });
      const signed = await signState(
        await stateOf(config),
        who,
        keys.clear.privateKey,
      );
      const files = Object.keys(signed.files).length;
      await ledger.record({
        act: "state-signed",
        actor: who,
        facts: { files },
      });
      await checkState(config, ledger, who);
      print(`signed: ${files} files`);
      return EXIT.done;
    } finally {
      await ledger.close();
    }
  },
};

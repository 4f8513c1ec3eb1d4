import { EXIT, parse, print, UsageError, type Command } from "./command.ts";

export const config: Command = {
  name: "config",
  summary: "check the configuration file",
  help: `Usage: sekisho config check [--config FILE]

Reads the file as the gateway would and lists every key that breaks a rule. Exit 0 when it is valid, else 1.`,
  async run(args) {
    const { positionals, config } = parse(args, {});
    if (positionals.length !== 1 || positionals[0] !== "check")
      throw new UsageError("say what to do: check");
    print(`${config().file} is valid`);
    return EXIT.done;
  },
};

import { startGateway } from "../../workers/supervisor/main.ts";
import { createLog } from "../telemetry/log.ts";
import { EXIT, parse, type Command } from "./command.ts";

export const up: Command = {
  help: `Usage: sekisho up [--config FILE]

Runs intake, sanitizer, courier, console and janitor on this machine, with a virus scanner and, unless
lgwan.builtInMailbox is false, a mailbox in the place of the LGWAN mail server. Ends with Ctrl-C or SIGTERM:
what was accepted is kept and goes on at the next start. SIGHUP takes a changed configuration over (sekisho config
reload). Logs are JSON lines on standard error.`,
  async run(args) {
    const { config } = parse(args, {});
    const settings = config();
    const starting = startGateway(
      settings,
      createLog({ worker: "supervisor", level: "info" }),
    );
    // From the first moment, or the signal would end the start; the wish is kept until the gateway runs. Nobody could act on a
    // rejection here: log and record tell what became of it.
    process.on("SIGHUP", () => {
      void starting.then((gateway) => gateway.reload()).catch(() => undefined);
    });
    const gateway = await starting;
    await new Promise<void>((resolve) => {
      process.once("SIGINT", () => resolve());
      process.once("SIGTERM", () => resolve());
    });
    await gateway.stop();
    return EXIT.done;
  },
};

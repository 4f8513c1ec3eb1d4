import { startGateway } from "../../workers/supervisor/main.ts";
import { createLog } from "../telemetry/log.ts";
import { EXIT, parse, type Command } from "./command.ts";

export const up: Command = {
  name: "up",
  summary: "run the whole gateway on this machine",
  help: `Usage: sekisho up [--config FILE]

Runs intake, sanitizer, courier, console and janitor on this machine, with a virus scanner and, unless
lgwan.builtInMailbox is false, a mailbox in the place of the LGWAN mail server. Ends with Ctrl-C or SIGTERM:
what was accepted is kept and goes on at the next start. SIGHUP takes a changed configuration over (sekisho config
reload). Logs are JSON lines on standard error.`,
  async run(args) {
    const { config } = parse(args, {});
    const settings = config();
    const gateway = await startGateway(
      settings,
      createLog({ worker: "supervisor", level: "info" }),
    );
    // Never rejects in a way that anybody could act on: log and record tell what became of it.
    const reload = () => void gateway.reload().catch(() => undefined);
    process.on("SIGHUP", reload);
    await new Promise<void>((resolve) => {
      process.once("SIGINT", () => resolve());
      process.once("SIGTERM", () => resolve());
    });
    await gateway.stop();
    return EXIT.done;
  },
};

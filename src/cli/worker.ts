import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environmentFor, type WorkerName } from "../config/slice.ts";
import { EXIT, parse, type Command } from "./command.ts";

/** A worker as a process of its own, for sites that run them apart; they meet on Redis. */
export function workerCommand(name: WorkerName): Command {
  return {
    help: `Usage: sekisho ${name} [--config FILE]

Runs the ${name} alone. Workers that run apart meet on Redis: set queue.redis in the configuration.
The scanner must be given as scanner.socketPath. Ends with SIGTERM.`,
    async run(args) {
      const { config } = parse(args, {});
      const script = fileURLToPath(
        new URL(`../../workers/${name}/main.ts`, import.meta.url),
      );
      const child = spawn(
        process.execPath,
        [
          "--disable-warning=ExperimentalWarning",
          script,
          "--config",
          config().file,
        ],
        {
          stdio: "inherit",
          env: environmentFor(name),
        },
      );
      for (const signal of ["SIGINT", "SIGTERM"] as const)
        process.on(signal, () => child.kill(signal));
      return new Promise<number>((resolve) =>
        child.once("exit", (code) => resolve(code ?? EXIT.fault)),
      );
    },
  };
}

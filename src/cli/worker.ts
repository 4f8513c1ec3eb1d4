import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environmentFor, type WorkerName } from "../config/slice.ts";
import { EXIT, parse, type Command } from "./command.ts";

const WORKERS: Readonly<Record<Exclude<WorkerName, "mailbox">, string>> = {
  intake: "accept mail from the internet side (one worker, in the foreground)",
  sanitizer: "make new mails out of accepted ones (one worker)",
  courier: "carry cleared mails to the LGWAN side (one worker)",
  console: "pages for administrators (one worker)",
  recipients: "the page for recipients on the inner side (one worker)",
  janitor:
    "ring again for what was forgotten, clear away what is done (one worker)",
  watchman: "measure everything, tell people what is wrong (one worker)",
  viewer:
    "show held mails page by page to the console, sign certificates (one worker)",
};

/** Each worker as a process of its own, for sites that run them apart; they meet on Redis. */
export const workerCommands: readonly Command[] = Object.entries(WORKERS).map(
  ([name, summary]) => ({
    name,
    summary,
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
          env: environmentFor(name as WorkerName),
        },
      );
      for (const signal of ["SIGINT", "SIGTERM"] as const)
        process.on(signal, () => child.kill(signal));
      return new Promise<number>((resolve) =>
        child.once("exit", (code) => resolve(code ?? EXIT.fault)),
      );
    },
  }),
);

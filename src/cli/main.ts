import { Fault, toFault } from "../core/fault.ts";
import { complain, EXIT, print, UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (
    name === undefined ||
    name === "--help" ||
    name === "-h" ||
    name === "help"
  ) {
    print(overview());
    return name === undefined ? EXIT.usage : EXIT.done;
  }
  const entry = COMMANDS.find((one) => one.name === name);
  if (entry === undefined) {
    complain(`sekisho: there is no command "${name}". See: sekisho --help`);
    return EXIT.usage;
  }
  const command = await entry.load();
  if (rest.includes("--help") || rest.includes("-h")) {
    print(command.help);
    return EXIT.done;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    return explain(name, error);
  }
}

function explain(command: string, error: unknown): number {
  if (error instanceof UsageError) {
    complain(
      `sekisho ${command}: ${error.message}. See: sekisho ${command} --help`,
    );
    return EXIT.usage;
  }
  const fault = toFault(error);
  if (fault.code === "CONFIG_INVALID") complain(configComplaint(fault));
  else complain(`sekisho ${command}: ${fault.message}`);
  return EXIT.fault;
}

function configComplaint(fault: Fault): string {
  const { file, complaints } = fault.facts;
  return `The configuration ${String(file ?? "")} is not valid:\n${String(complaints ?? fault.message).replace(/^/gm, "  ")}`;
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const list = COMMANDS.map(
    ({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`,
  ).join("\n");
  return `sekisho: takes mail and files from the internet side, makes new and harmless ones (無害化)

Usage: sekisho COMMAND [OPTIONS]

${list}

Every command knows --help and --config FILE (default: SEKISHO_CONFIG, else config/sekisho.yaml).
Exit: 0 done, 1 fault, 2 wrong usage, 3 something was held (sanitize).`;
}

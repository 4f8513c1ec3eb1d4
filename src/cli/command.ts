import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { loadConfig, type Config } from "../config/load.ts";
import { Fault } from "../core/fault.ts";

/** Done; a fault; wrong usage; something was held. */
export const EXIT = { done: 0, fault: 1, usage: 2, held: 3 } as const;

export interface Command {
  /** The whole `--help`. */
  readonly help: string;
  run(args: readonly string[]): Promise<number>;
}

/** Wrong usage: told with a pointer to --help, exit 2. */
export class UsageError extends Error {}

export interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
  readonly config: () => Config;
}

/** Strict: an unknown option is wrong usage. Every command knows `--config` and `--help`. */
export function parse(
  args: readonly string[],
  options: ParseArgsOptionsConfig,
): Parsed {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...options, config: { type: "string" } },
      allowPositionals: true,
      strict: true,
    });
    const file = typeof values.config === "string" ? values.config : null;
    return {
      values: values,
      positionals,
      config: () => loadConfig(file),
    };
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new UsageError(
      error instanceof Error ? error.message : String(error),
    );
  }
}

export function text(values: Parsed["values"], name: string): string | null {
  const value = values[name];
  return typeof value === "string" ? value : null;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

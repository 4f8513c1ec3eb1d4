/** A site's own converter in the walls of a pit: what it sees of the machine is what the settings name, read-only. */
import { accessSync, constants, existsSync } from "node:fs";
import type { Converter } from "../core/converter.ts";
import { systemWindows } from "./office.ts";
import { readProgram, SCRATCH, type Program } from "./program.ts";

/** What of it is not on this machine; empty when it can be used. */
export function missingOf(converter: Converter): readonly string[] {
  const { program, folders } = converter;
  const missing = folders.filter((folder) => !existsSync(folder));
  try {
    accessSync(program, constants.X_OK);
    return missing;
  } catch {
    return [program, ...missing];
  }
}

export function converterProgram(converter: Converter): Program {
  const { program, extension, folders } = converter;
  const base = readProgram("converter");
  const order = base.main.replace(/main\.mjs$/, "order.json");
  return {
    ...base,
    files: [
      ...base.files,
      { path: order, content: JSON.stringify({ program, extension }) },
    ],
    windows: [
      ...base.windows,
      ...systemWindows(),
      ...[program, ...folders].map((path) => ({ host: path, path })),
    ],
    scratch: SCRATCH,
  };
}

/**
 * The pit, seen from outside: one fresh process a document, in walls that are proven at start. Without walls there is
 * no pit: PIT_UNAVAILABLE, and whoever asked waits or holds.
 */
import { readUpTo } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { Pit } from "../core/ports.ts";
import {
  EXTRACTOR_HEAD_BYTES,
  extractorFor,
  missingExtractors,
} from "./extractors.ts";
import { readProgram, type ProgramName } from "./program.ts";
import { proveWalls } from "./prove.ts";
import { seccompFilter } from "./seccomp.ts";
import { openSession, openUnpacking } from "./session.ts";
import { wallCommand, type Command } from "./walls.ts";

export interface PitConfig {
  readonly limits: Limits;
}

export function createPit({ limits }: PitConfig): Pit {
  const commands = new Map<ProgramName, Command>();
  const command = (name: ProgramName): Command => {
    const known = commands.get(name);
    if (known !== undefined) return known;
    const seccomp = seccompFilter(
      process.arch,
      name === "extract" ? "processes" : "one-process",
    );
    if (seccomp === null)
      throw new Fault("PIT_UNAVAILABLE", { processor: process.arch });
    const fresh = wallCommand(readProgram(name), limits, seccomp);
    commands.set(name, fresh);
    return fresh;
  };
  return {
    open: async (kind, document, password = "") =>
      openSession(command(kind), limits, {
        document,
        password,
        onPaper: kind === "pdf",
      }),
    unpack: async (document, password = "") => {
      const head = await readUpTo(document, EXTRACTOR_HEAD_BYTES);
      const extractor = extractorFor(head);
      if (extractor !== null && missingExtractors().includes(extractor))
        throw new Fault("UNPACKER_MISSING", { package: extractor });
      const program = extractor === null ? "unpack" : "extract";
      return openUnpacking(command(program), limits, { document, password });
    },
    proveWalls: async () => proveWalls(() => command("walls"), limits),
  };
}

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

export interface LocalPit extends Pit {
  /** Likewise for the walls around programs of the system, which may start processes and have a folder in memory. */
  proveExtraction(): Promise<readonly string[]>;
}

export function createPit({ limits }: PitConfig): LocalPit {
  const commands = new Map<ProgramName, Command>();
  const command = (name: ProgramName): Command => {
    const known = commands.get(name);
    if (known !== undefined) return known;
    const seccomp = seccompFilter(
      process.arch,
      name.startsWith("extract") ? "processes" : "one-process",
    );
    if (seccomp === null)
      throw new Fault("PIT_UNAVAILABLE", { processor: process.arch });
    const fresh = wallCommand(readProgram(name), limits, seccomp);
    commands.set(name, fresh);
    return fresh;
  };
  const proveExtraction = () =>
    proveWalls(() => command("extract-walls"), limits, { mayStart: true });
  let extractionProof: Promise<readonly string[]> | null = null;
  /** Its walls are others, and few need them: tried before the first use, not at every start. */
  const requireExtraction = async (): Promise<void> => {
    extractionProof ??= proveExtraction();
    const missing = await extractionProof;
    if (missing.length === 0) return;
    extractionProof = null;
    throw new Fault("PIT_UNAVAILABLE", { walls: missing.join(",") });
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
      if (program === "extract") await requireExtraction();
      return openUnpacking(command(program), limits, { document, password });
    },
    proveWalls: async () => proveWalls(() => command("walls"), limits),
    proveExtraction,
  };
}

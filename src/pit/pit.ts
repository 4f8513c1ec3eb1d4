/**
 * The pit, seen from outside: one fresh process a document, in walls that are proven at start. Without walls there is
 * no pit: PIT_UNAVAILABLE, and whoever asked waits or holds.
 */
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { Pit } from "../core/ports.ts";
import { readProgram, type ProgramName } from "./program.ts";
import { proveWalls } from "./prove.ts";
import { seccompFilter } from "./seccomp.ts";
import { openSession, openUnpacking, type Submission } from "./session.ts";
import { openShared, Processors } from "./shared.ts";
import { Spares } from "./spares.ts";
import { wallCommand, type Command } from "./walls.ts";

export interface PitConfig {
  readonly limits: Limits;
  /** How many pits for PDF stand ready once the first was used. */
  readonly spares?: number;
}

export function createPit({ limits, spares = 0 }: PitConfig): Pit {
  const commands = new Map<ProgramName, Command>();
  const command = (name: ProgramName): Command => {
    const known = commands.get(name);
    if (known !== undefined) return known;
    const seccomp = seccompFilter(process.arch);
    if (seccomp === null)
      throw new Fault("PIT_UNAVAILABLE", { processor: process.arch });
    const fresh = wallCommand(readProgram(name), limits, seccomp);
    commands.set(name, fresh);
    return fresh;
  };
  const standing = new Spares(() => command("pdf"), limits, spares);
  const processors = new Processors();
  const openPdf = (submission: Submission) =>
    openShared((share) => {
      let isOver = false;
      processors.take();
      const onEnd = () => {
        if (isOver) return;
        isOver = true;
        processors.giveBack();
        standing.replenish();
      };
      const own = { ...submission, share, onEnd };
      return openSession(standing.take(), limits, own);
    }, processors);
  return {
    open: async (kind, document, password = "", wishes) => {
      const submission = { document, password, ...wishes };
      return kind === "pdf"
        ? openPdf({ ...submission, onPaper: true })
        : openSession(command(kind), limits, { ...submission, onPaper: false });
    },
    unpack: async (document, password = "") =>
      openUnpacking(command("unpack"), limits, { document, password }),
    proveWalls: async () => proveWalls(() => command("walls"), limits),
  };
}

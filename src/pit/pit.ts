/**
 * The pit, seen from outside: one fresh process a document, in walls that are proven at start. Without walls there is
 * no pit: PIT_UNAVAILABLE, and whoever asked waits or holds.
 */
import { createHash } from "node:crypto";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { Converted, Pit } from "../core/ports.ts";
import { MINUTE } from "../core/units.ts";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import { missingOffice } from "./office.ts";
import { readProgram, type ProgramName } from "./program.ts";
import { proveWalls } from "./prove.ts";
import { seccompFilter } from "./seccomp.ts";
import {
  conversionLimits,
  openConversion,
  openSession,
  openUnpacking,
} from "./session.ts";
import { Spares } from "./spares.ts";
import { wallCommand, type Command } from "./walls.ts";

export interface PitConfig {
  readonly limits: Limits;
  /** How many pits of LibreOffice may stand ready after the first use of one; each costs about 200 MB. Preset 0. */
  readonly officeSpares?: number;
}

/** A spare that nobody came for is ended; the next document starts one anew. */
const OFFICE_IDLE_MS = 10 * MINUTE;
const PDF_IDLE_MS = MINUTE;

export interface RunningPit extends Pit {
  /** Ends what stands ready. It dies with this process in any case. */
  end(): Promise<void>;
}

/** The PDF first, then names of hidden sheets, then of each other sheet its name and its values. */
function converted({
  findings,
  untrustedFiles,
}: Awaited<ReturnType<typeof openConversion>>): Converted {
  const [pdf = new Uint8Array(), hidden, ...others] = untrustedFiles;
  const text = new TextDecoder();
  const sheets = [];
  for (let at = 0; at + 1 < others.length; at += 2)
    sheets.push({
      untrustedName: text.decode(others[at]),
      untrustedText: text.decode(others[at + 1]),
    });
  const sha256 = createHash("sha256").update(pdf).digest("hex");
  return {
    findings,
    pdf: memoryContent(pdf, sha256) as UntrustedContent,
    untrustedHidden: text.decode(hidden).split("\n").filter(Boolean),
    sheets,
  };
}

export function createPit({ limits, officeSpares = 0 }: PitConfig): RunningPit {
  const commands = new Map<ProgramName, Command>();
  const command = (name: ProgramName): Command => {
    const known = commands.get(name);
    if (known !== undefined) return known;
    const seccomp = seccompFilter(
      process.arch,
      name.startsWith("office") ? "processes" : "one-process",
    );
    if (seccomp === null)
      throw new Fault("PIT_UNAVAILABLE", { processor: process.arch });
    const fresh = wallCommand(readProgram(name), limits, seccomp);
    commands.set(name, fresh);
    return fresh;
  };
  const office = new Spares({
    ...{ limits, command, most: officeSpares },
    idleMs: OFFICE_IDLE_MS,
  });
  const next = new Spares({ limits, command, most: 1, idleMs: PDF_IDLE_MS });
  return {
    open: async (kind, document, password = "") =>
      openSession(next.take(kind), limits, {
        document,
        password,
        onPaper: kind === "pdf",
      }),
    unpack: async (document, password = "") =>
      openUnpacking(command("unpack"), limits, { document, password }),
    convert: async (document, password = "") => {
      const missing = missingOffice();
      if (missing.length > 0)
        throw new Fault("CONVERTER_MISSING", { packages: missing.join(" ") });
      const submission = { document, password };
      // What comes out of LibreOffice goes there.
      next.prepare("pdf");
      const suite = office.take("office", conversionLimits(limits));
      try {
        return converted(await openConversion(suite, limits, submission));
      } finally {
        office.prepare("office");
      }
    },
    end: async () => {
      await Promise.all([office.end(), next.end()]);
    },
    proveWalls: async () => {
      const broken = await proveWalls(() => command("walls"), limits);
      if (missingOffice().length > 0) return broken;
      const office = await proveWalls(() => command("office-walls"), limits, {
        mayStart: true,
      });
      return [...new Set([...broken, ...office])];
    },
  };
}

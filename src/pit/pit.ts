/**
 * The pit, seen from outside: one fresh process a document, in walls that are proven at start. Without walls there is
 * no pit: PIT_UNAVAILABLE, and whoever asked waits or holds.
 */
import { createHash } from "node:crypto";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { Converted, Pit } from "../core/ports.ts";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import type { Converter } from "../core/converter.ts";
import { converterProgram, missingOf } from "./converter.ts";
import { missingOffice } from "./office.ts";
import { readProgram, type ProgramName } from "./program.ts";
import { proveWalls } from "./prove.ts";
import { seccompFilter } from "./seccomp.ts";
import { openConversion, openSession, openUnpacking } from "./session.ts";
import { wallCommand, type Command } from "./walls.ts";

export interface PitConfig {
  readonly limits: Limits;
  /** Of the site; none unless given. */
  readonly converters?: readonly Converter[];
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

function filterFor(profile: "one-process" | "processes"): Uint8Array {
  const seccomp = seccompFilter(process.arch, profile);
  if (seccomp === null)
    throw new Fault("PIT_UNAVAILABLE", { processor: process.arch });
  return seccomp;
}

export function createPit({ limits, converters = [] }: PitConfig): Pit {
  const commands = new Map<ProgramName, Command>();
  const command = (name: ProgramName): Command => {
    const known = commands.get(name);
    if (known !== undefined) return known;
    const seccomp = filterFor(
      name.startsWith("office") ? "processes" : "one-process",
    );
    const fresh = wallCommand(readProgram(name), limits, seccomp);
    commands.set(name, fresh);
    return fresh;
  };
  const officeCommand = (): Command => {
    const missing = missingOffice();
    if (missing.length > 0)
      throw new Fault("CONVERTER_MISSING", { missing: missing.join(" ") });
    return command("office");
  };
  const siteCommand = (converter: Converter | undefined): Command => {
    const missing =
      converter === undefined ? ["setting"] : missingOf(converter);
    if (converter === undefined || missing.length > 0)
      throw new Fault("CONVERTER_MISSING", { missing: missing.join(" ") });
    const program = converterProgram(converter);
    return wallCommand(program, limits, filterFor("processes"));
  };
  return {
    open: async (kind, document, password = "", wishes) =>
      openSession(command(kind), limits, {
        document,
        password,
        onPaper: kind === "pdf",
        ...wishes,
      }),
    unpack: async (document, password = "") =>
      openUnpacking(command("unpack"), limits, { document, password }),
    convert: async (document, { password = "", converter } = {}) => {
      const walls =
        converter === undefined
          ? officeCommand()
          : siteCommand(converters.find(({ name }) => name === converter));
      const submission = { document, password };
      return converted(await openConversion(walls, limits, submission));
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

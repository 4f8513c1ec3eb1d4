/**
 * The pit, seen from outside: one fresh process a document, in walls that are proven at start. Without walls there is
 * no pit: PIT_UNAVAILABLE, and whoever asked waits or holds.
 */
import { createHash } from "node:crypto";
import { Fault, toFault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { Converted, Pit, ViewPit } from "../core/pit.ts";
import { MINUTE } from "../core/units.ts";
import {
  memoryContent,
  readUpTo,
  type UntrustedContent,
} from "../core/content.ts";
import type { Converter } from "../core/converter.ts";
import {
  conversionLimits,
  openConversion,
  type ConvertedFiles,
} from "./conversion.ts";
import { converterProgram, missingOf } from "./converter.ts";
import {
  EXTRACTOR_HEAD_BYTES,
  extractorFor,
  missingExtractors,
} from "./extractors.ts";
import { makeCode } from "./kept-code.ts";
import { lateProof } from "./late-proof.ts";
import { openLooking } from "./looking.ts";
import { missingOcr } from "./ocr.ts";
import { missingOffice } from "./office.ts";
import { readProgram, type ProgramName } from "./program.ts";
import type { PitProcess } from "./process.ts";
import { proveWalls } from "./prove.ts";
import { createReading } from "./reading.ts";
import { seccompFilter } from "./seccomp.ts";
import { openSession } from "./session.ts";
import { openShared, Processors } from "./shared.ts";
import { Spares } from "./spares.ts";
import type { Submission } from "./submission.ts";
import { openUnpacking } from "./unpacking.ts";
import { wallCommand, type Command } from "./walls.ts";

export interface PitConfig {
  readonly limits: Limits;
  /** Of the site; none unless given. */
  readonly converters?: readonly Converter[];
  /** How many pits of LibreOffice may stand ready after the first use of one; each costs about 200 MB. Preset 0. */
  readonly officeSpares?: number;
  /** Likewise for PDFs; about 100 MB each. Preset 0. */
  readonly pitSpares?: number;
}

/** A spare that nobody came for is ended; the next document starts one anew. */
const OFFICE_IDLE_MS = 10 * MINUTE;
const PDF_IDLE_MS = MINUTE;

export interface RunningPit extends Pit, ViewPit {
  /**
   * Pits for PDF begin quicker from then on. Takes a second or two of one processor, and a document that nobody else made.
   * Faults: those of `unpack`; without it everything works as before.
   */
  keepCode(sample: UntrustedContent): Promise<void>;
  /** Ends what stands ready. It dies with this process in any case. */
  end(): Promise<void>;
  /** Likewise `proveWalls` for the walls around the programs that unpack. */
  proveExtraction(): Promise<readonly string[]>;
}

/** The PDF first, then names of hidden sheets and of sheets that hide cells, then of each sheet that is not hidden its name and its values. */
function converted({ findings, untrustedFiles }: ConvertedFiles): Converted {
  const [pdf = new Uint8Array(), hidden, hiddenCells, ...others] =
    untrustedFiles;
  const text = new TextDecoder();
  const lines = (file: Uint8Array | undefined) =>
    text.decode(file).split("\n").filter(Boolean);
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
    untrustedHidden: lines(hidden),
    untrustedHiddenCells: lines(hiddenCells),
    sheets,
  };
}

/** ISO 32000-1 §7.5.2; what stands before it is not looked through here. */
function isPdf(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 5)).toString("latin1") === "%PDF-";
}

function filterFor(profile: "one-process" | "processes"): Uint8Array {
  const seccomp = seccompFilter(process.arch, profile);
  if (seccomp === null)
    throw new Fault("PIT_UNAVAILABLE", { processor: process.arch });
  return seccomp;
}

export function createPit({
  limits,
  converters = [],
  officeSpares = 0,
  pitSpares = 0,
}: PitConfig): RunningPit {
  const commands = new Map<ProgramName, Command>();
  let keptCode: Uint8Array | null = null;
  let learning: Promise<void> = Promise.resolve();
  const ending = new AbortController();
  const makeCommand = (name: ProgramName, code: Uint8Array | null = null) => {
    const profile = /^(?:office|extract|ocr)/.test(name)
      ? "processes"
      : "one-process";
    return wallCommand(readProgram(name, code), limits, filterFor(profile));
  };
  const command = (name: ProgramName): Command => {
    const known = commands.get(name);
    if (known !== undefined) return known;
    const fresh = makeCommand(name, name === "pdf" ? keptCode : null);
    commands.set(name, fresh);
    return fresh;
  };
  const keep = (code: Uint8Array | null) => {
    keptCode = code;
    commands.delete("pdf");
  };
  const office = new Spares({
    ...{ limits, command, most: officeSpares },
    idleMs: OFFICE_IDLE_MS,
  });
  const next = new Spares({
    ...{ limits, command, most: Math.max(1, pitSpares) },
    idleMs: PDF_IDLE_MS,
  });
  const processors = new Processors();
  const openPdf = (submission: Submission) =>
    openShared(async (share) => {
      const pit = await next.take("pdf");
      let isOver = false;
      processors.take();
      const onEnd = () => {
        if (isOver) return;
        isOver = true;
        processors.giveBack();
        // Not before a document is done: its own pit needs the processor more.
        if (pitSpares > 0 && !ending.signal.aborted) next.prepare("pdf");
      };
      const own = { ...submission, share, onEnd };
      try {
        return await openSession(pit, limits, own);
      } catch (error) {
        // A pit that could not begin: whatever it was, the next one begins without.
        if (toFault(error).code === "PIT_UNAVAILABLE") keep(null);
        throw error;
      }
    }, processors);
  const takeOffice = async (): Promise<PitProcess> => {
    const missing = missingOffice();
    if (missing.length > 0)
      throw new Fault("CONVERTER_MISSING", { missing: missing.join(" ") });
    return office.take("office", conversionLimits(limits));
  };
  const siteCommand = (converter: Converter | undefined): Command => {
    const missing =
      converter === undefined ? ["setting"] : missingOf(converter);
    if (converter === undefined || missing.length > 0)
      throw new Fault("CONVERTER_MISSING", { missing: missing.join(" ") });
    const program = converterProgram(converter);
    return wallCommand(program, limits, filterFor("processes"));
  };
  const proveExtraction = () =>
    proveWalls(() => command("extract-walls"), limits, { mayStart: true });
  const requireExtraction = lateProof(proveExtraction);
  const requireReading = lateProof(() =>
    proveWalls(() => command("ocr-walls"), limits, { mayStart: true }),
  );
  return {
    open: async (kind, document, password = "", wishes) => {
      const submission = { document, password, ...wishes };
      return kind === "pdf"
        ? openPdf({ ...submission, onPaper: true })
        : openSession(command(kind), limits, { ...submission, onPaper: false });
    },
    unpack: async (document, password = "") => {
      const head = await readUpTo(document, EXTRACTOR_HEAD_BYTES);
      const extractor = extractorFor(head);
      if (extractor !== null && missingExtractors().includes(extractor))
        throw new Fault("UNPACKER_MISSING", { package: extractor });
      const program =
        extractor !== null ? "extract" : isPdf(head) ? "pdf-files" : "unpack";
      if (program === "extract") await requireExtraction();
      return openUnpacking(command(program), limits, { document, password });
    },
    look: async (kind, document, signal) => {
      const source = kind === "pdf" ? await next.take("pdf") : command(kind);
      const onPaper = kind === "pdf";
      const submission = { document, password: "", onPaper, signal };
      return openLooking(source, limits, submission);
    },
    convert: async (document, { password = "", converter, signal } = {}) => {
      const source =
        converter === undefined
          ? await takeOffice()
          : siteCommand(converters.find(({ name }) => name === converter));
      const submission = { document, password, signal };
      // What comes out goes there.
      next.prepare("pdf");
      try {
        return converted(await openConversion(source, limits, submission));
      } finally {
        if (converter === undefined) office.prepare("office");
      }
    },
    read: createReading({
      limits,
      command: async () => {
        const missing = missingOcr();
        if (missing.length > 0)
          throw new Fault("OCR_MISSING", { missing: missing.join(" ") });
        await requireReading();
        return command("ocr");
      },
    }),
    keepCode: (sample) => {
      const { signal } = ending;
      const drawer = (code: Uint8Array | null) => makeCommand("pdf", code);
      learning = (async () => {
        signal.throwIfAborted();
        const lesson = { limits, sample, signal };
        keep(await makeCode(command("pdf-code"), drawer, lesson));
      })();
      return learning;
    },
    end: async () => {
      ending.abort();
      await learning.catch(() => undefined);
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
    proveExtraction,
  };
}

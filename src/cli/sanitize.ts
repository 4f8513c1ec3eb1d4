import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { openSanitizer, type SanitizerTools } from "../assembly/sanitizer.ts";
import { placesIn } from "../assembly/places.ts";
import type { Config } from "../config/load.ts";
import type { UntrustedContent } from "../core/content.ts";
import { toFault } from "../core/fault.ts";
import type { Log } from "../core/log.ts";
import { REASONS } from "../policy/reasons.ts";
import { createScanner } from "../scan/clamd.ts";
import { startClamd } from "../scan/clamd-process.ts";
import {
  passFile,
  type DoorAnswer,
  type DoorOutput,
} from "../stage/file-door.ts";
import { createLog } from "../telemetry/log.ts";
import {
  complain,
  EXIT,
  parse,
  print,
  text,
  UsageError,
  type Command,
} from "./command.ts";
import { progressLine } from "./progress-line.ts";

export const sanitize: Command = {
  help: `Usage: sekisho sanitize FILE... --out DIR [--password P] [--json] [--config FILE]

Makes each FILE anew into DIR: a PDF becomes a PDF of pictures, a picture a new picture, text new text, a mail (.eml)
one clean mail. What can't be made safe is held: nothing of it is written, and the reason is said.
With --json, one line a file in the order given. --password opens an encrypted document; it is never written down.
Uses the clamd of a running gateway or of the configuration; where there is none, runs one for the time of this command.
Exit 0 when all were delivered, 3 when any was held, 1 on a fault, 2 on wrong usage.`,
  async run(args) {
    const { values, positionals, config } = parse(args, {
      out: { type: "string" },
      password: { type: "string" },
      json: { type: "boolean" },
    });
    const out = text(values, "out");
    if (out === null) throw new UsageError("say where to write: --out DIR");
    if (positionals.length === 0)
      throw new UsageError("name at least one FILE");
    await mkdir(out, { recursive: true });
    const log = createLog({ worker: "sanitize", level: "silent" });
    const work = await mkdtemp(join(tmpdir(), "sekisho-"));
    const clamd = await findClamd(config(), work, log);
    try {
      const settings = config();
      const tools = openSanitizer({
        limits: settings.limits,
        converters: settings.policy.converters,
        clamdSocket: clamd.socketPath,
        maxScans: settings.scanner.maxConnections,
        workFolder: join(work, "items"),
        log,
        // For one file none would come in time.
        officeSpares: positionals.length > 1 ? 1 : 0,
      });
      const door = {
        tools,
        policy: settings.policy,
        password: text(values, "password"),
        out,
      };
      try {
        return await passAll(positionals, door, values.json === true);
      } finally {
        await tools.end();
      }
    } finally {
      await clamd.stop();
      await rm(work, { recursive: true, force: true });
    }
  },
};

interface Door {
  readonly tools: SanitizerTools;
  readonly policy: Config["policy"];
  readonly password: string | null;
  readonly out: string;
}

async function passAll(
  paths: readonly string[],
  door: Door,
  json: boolean,
): Promise<number> {
  let exit: number = EXIT.done;
  const progress = progressLine({ what: "sanitize", unit: "files" });
  for (const [at, path] of paths.entries()) {
    const startedAt = performance.now();
    if (paths.length > 1) progress.at(at, paths.length);
    try {
      const passed = await passPath(path, door);
      if (passed.answer.hold !== null && exit === EXIT.done) exit = EXIT.held;
      const ms = Math.round(performance.now() - startedAt);
      progress.hide();
      print(
        json ? JSON.stringify(report(path, passed, ms)) : line(path, passed),
      );
    } catch (error) {
      exit = EXIT.fault;
      progress.hide();
      complain(`${path}: ${toFault(error).message}`);
    }
  }
  return exit;
}

interface Passed {
  readonly content: UntrustedContent;
  readonly answer: DoorAnswer;
  readonly written: readonly (DoorOutput & { readonly path: string })[];
}

async function passPath(path: string, door: Door): Promise<Passed> {
  const content = await contentOf(path);
  const workspace = door.tools.workspace();
  try {
    const answer = await passFile(
      { name: basename(path), content },
      {
        ...door.tools,
        policy: door.policy,
        workspace,
        ...(door.password === null ? {} : { password: door.password }),
      },
    );
    const written = [];
    for (const output of answer.outputs)
      written.push({ ...output, path: await write(output, door.out) });
    return { content, answer, written };
  } finally {
    await workspace.dispose();
  }
}

async function contentOf(path: string): Promise<UntrustedContent> {
  const hash = createHash("sha256");
  const { size } = await stat(path);
  for await (const piece of createReadStream(path))
    hash.update(piece as Buffer);
  const open = () =>
    createReadStream(path, {
      highWaterMark: 256 * 1024,
    }) as AsyncIterable<Uint8Array>;
  return { bytes: size, sha256: hash.digest("hex"), open } as UntrustedContent;
}

const MAX_NAME_TRIES = 10_000;

/** Never over an existing file: a number goes before the ending instead. */
async function write(output: DoorOutput, folder: string): Promise<string> {
  const ending = extname(output.name);
  const stem = output.name.slice(0, output.name.length - ending.length);
  for (let attempt = 1; attempt < MAX_NAME_TRIES; attempt++) {
    const path = join(
      folder,
      attempt === 1 ? output.name : `${stem} (${attempt})${ending}`,
    );
    const file = await open(path, "wx").catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EEXIST") return null;
        throw error;
      },
    );
    if (file === null) continue;
    try {
      for await (const piece of output.content.open()) await file.write(piece);
    } finally {
      await file.close();
    }
    return path;
  }
  throw new UsageError(`too many files called ${output.name} in ${folder}`);
}

function report(
  path: string,
  { content, answer, written }: Passed,
  ms: number,
) {
  const { hold, verdict, findings } = answer;
  return {
    input: {
      path,
      name: basename(path),
      bytes: content.bytes,
      sha256: content.sha256,
      type: answer.kind.type,
    },
    verdict,
    disposition: hold === null ? "deliver" : "hold",
    outputs: written.map((output) => ({
      ...{ path: output.path, name: basename(output.path), type: output.type },
      ...{ bytes: output.content.bytes, sha256: output.content.sha256 },
      ...(output.pages === undefined ? {} : { pages: output.pages }),
    })),
    findings,
    reason:
      hold === null
        ? null
        : { code: hold.code, message: REASONS[hold.code].message },
    ms,
  };
}

function line(path: string, { answer, written }: Passed): string {
  if (answer.hold !== null)
    return `${path}: held (${answer.hold.code}) ${REASONS[answer.hold.code].message}`;
  return `${path}: ${answer.verdict} → ${written.map((output) => output.path).join(", ")}`;
}

interface FoundClamd {
  readonly socketPath: string;
  stop(): Promise<void>;
}

/** The running gateway's clamd, or the configured one, or one of our own for as long as this command runs. */
async function findClamd(
  config: Config,
  work: string,
  log: Log,
): Promise<FoundClamd> {
  const stop = async () => undefined;
  const known =
    config.scanner.socketPath ??
    join(placesIn(config.gateway.varFolder).clamd, "clamd.sock");
  const health = await createScanner({
    socketPath: known,
    limits: config.limits,
    maxConnections: 1,
  }).health();
  if (health !== null || config.scanner.socketPath !== null)
    return { socketPath: known, stop };
  try {
    return await startClamd({
      folder: join(work, "clamd"),
      databaseFolder: config.scanner.databaseFolder,
      limits: config.limits,
      log,
    });
  } catch {
    return { socketPath: known, stop };
  }
}

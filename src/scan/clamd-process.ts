import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Fault, toFault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { Log } from "../core/log.ts";
import { MINUTE, SECOND } from "../core/units.ts";
import { clamdConf, worstCaseBytes } from "./clamd-conf.ts";
import { askClamd } from "./command.ts";
import { lookAtSignatures, writeTestDatabase } from "./database.ts";
import { prepareTemporaryFolder } from "./temporary-folder.ts";

export interface RunningClamd {
  readonly socketPath: string;
  /** `test-only` knows EICAR and ClamAV's test file and nothing else: it protects nobody. */
  readonly signatures: "real" | "test-only";
  /** Resolves when it ends, whatever the reason. */
  readonly ended: Promise<void>;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

export interface ClamdOptions {
  /** For socket, settings and temporary files; made when absent. */
  readonly folder: string;
  /** Null: the system's signatures when there are some, else a test database. */
  readonly databaseFolder: string | null;
  readonly limits?: Limits;
  readonly log: Log;
}

export const SYSTEM_DATABASE = "/var/lib/clamav";
/** Loading the full signatures takes half a minute on a slow machine. */
const START_DEADLINE_MS = 3 * MINUTE;
const STOP_DEADLINE_MS = 10 * SECOND;
const ASK_DEADLINE_MS = SECOND;
/** `sockaddr_un` has room for no more. */
const MAX_SOCKET_PATH_BYTES = 107;
const KEPT_OUTPUT_CHARACTERS = 2000;
const PATH = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";

/** Starts a clamd of our own and resolves when it answers. Faults: CLAMD_UNREACHABLE with what to do. */
export async function startClamd(options: ClamdOptions): Promise<RunningClamd> {
  const { folder, log } = options;
  const socketPath = join(folder, "clamd.sock");
  if (Buffer.byteLength(socketPath) > MAX_SOCKET_PATH_BYTES)
    throw unreachable("the path of its socket is longer than 107 bytes");
  const version = await clamdVersion();
  const account = await ownAccount();
  const temporaryFolder = await prepareFolder(options, account);
  const database = await chooseDatabase(options.databaseFolder, folder);
  await writeFile(
    join(folder, "clamd.conf"),
    clamdConf({
      version,
      databaseFolder: database.folder,
      temporaryFolder,
      refuseOldSignatures: database.dated,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    }),
  );
  const child = launch(folder, account);
  try {
    await untilItAnswers(child, socketPath);
  } catch (error) {
    await end(child.process);
    throw error;
  }
  log.info("clamd-started", {
    pid: child.process.pid,
    signatures: database.signatures,
  });
  let stopping = false;
  const ended = once(child.process, "exit").then(([code, signal]) => {
    if (!stopping) log.error("clamd-ended", { code, signal });
  });
  return {
    socketPath,
    signatures: database.signatures,
    ended,
    async stop() {
      stopping = true;
      await end(child.process);
      await rm(resolve(folder, temporaryFolder), {
        recursive: true,
        force: true,
      });
    },
  };
}

async function clamdVersion(): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)("clamd", ["--version"], {
      env: { PATH },
      timeout: 10 * SECOND,
    });
    return Number(/^ClamAV (\d+\.\d+)/.exec(stdout)?.[1] ?? 0);
  } catch (error) {
    throw unreachable(
      "clamd is not installed; install the Debian package clamav-daemon",
      error,
    );
  }
}

/** Root hands its clamd to an account that may do nothing else. */
interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

async function ownAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const passwd = await readFile("/etc/passwd", "utf8");
  for (const name of ["clamav", "nobody"]) {
    const line = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, "m").exec(passwd);
    if (line !== null)
      return { name, uid: Number(line[1]), gid: Number(line[2]) };
  }
  throw unreachable("root has no account to run clamd with");
}

/** Returns the folder for temporary files. */
async function prepareFolder(
  { folder, limits }: ClamdOptions,
  account: Account | null,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const temporary = await prepareTemporaryFolder(
    folder,
    worstCaseBytes(limits),
  );
  await rm(join(folder, "clamd.sock"), { force: true });
  for (const path of [folder, temporary]) {
    await chmod(path, 0o750);
    if (account !== null) await chown(path, account.uid, account.gid);
  }
  // Its paths are relative: the account may not look into the folders above ours.
  return temporary.startsWith(`${folder}/`)
    ? relative(folder, temporary)
    : temporary;
}

interface Database {
  readonly folder: string;
  readonly signatures: RunningClamd["signatures"];
  readonly dated: boolean;
}

async function chooseDatabase(
  configured: string | null,
  folder: string,
): Promise<Database> {
  const wanted = configured ?? SYSTEM_DATABASE;
  const { kind, dated } = await lookAtSignatures(wanted);
  if (kind !== "none") return { folder: wanted, signatures: kind, dated };
  if (configured !== null)
    throw unreachable("scanner.databaseFolder holds no signatures");
  await writeTestDatabase(join(folder, "database"));
  return { folder: "database", signatures: "test-only", dated: false };
}

interface Launched {
  readonly process: ChildProcess;
  /** The last of what it said. */
  said(): string;
}

/**
 * Its paths are relative to its folder, because the account it runs as may not look into the folders above. `setpriv`
 * (util-linux) takes its rights and ends it when this process dies, whatever way.
 */
function launch(folder: string, account: Account | null): Launched {
  const rights =
    account === null
      ? []
      : [
          `--reuid=${account.uid}`,
          `--regid=${account.gid}`,
          "--clear-groups",
          "--inh-caps=-all",
        ];
  const child = spawn(
    "setpriv",
    ["--pdeathsig=TERM", "--no-new-privs", ...rights, "--"].concat([
      "clamd",
      "--config-file=clamd.conf",
    ]),
    { cwd: folder, env: { PATH }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  const keep = (text: string) => {
    said = (said + text).slice(-KEPT_OUTPUT_CHARACTERS);
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  child.on("error", (error) => keep(error.message));
  return { process: child, said: () => said };
}

async function untilItAnswers(
  child: Launched,
  socketPath: string,
): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (performance.now() < deadline) {
    if (hasEnded(child.process))
      throw unreachable(`clamd ended at its start: ${lastLine(child.said())}`);
    try {
      const answer = await askClamd({ socketPath }, "PING", ASK_DEADLINE_MS);
      if (answer === "PONG") return;
    } catch {
      // Not yet.
    }
    await sleep(30);
  }
  throw unreachable("clamd did not answer within 3 minutes");
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_DEADLINE_MS);
  await gone;
  clearTimeout(force);
}

function hasEnded(child: ChildProcess): boolean {
  return (
    child.pid === undefined ||
    child.exitCode !== null ||
    child.signalCode !== null
  );
}

function lastLine(said: string): string {
  return said.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
}

function unreachable(advice: string, cause?: unknown): Fault {
  return new Fault(
    "CLAMD_UNREACHABLE",
    { advice },
    cause === undefined ? undefined : toFault(cause),
  );
}

/*
NAME       pit/walls — stands where a converter would and tries to get out
ZONE       pit
READS      stdin (what to try, JSON)    WRITES  stdout (names of the walls that did not hold, JSON)
SECURITY   our own code on our own words: no document comes here
NOT HERE   limits of time and memory, which the parent keeps itself
*/
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";

/** Sent by `src/pit/prove.ts`. */
interface Attempts {
  readonly secretFile: string;
  readonly folders: readonly string[];
  readonly port: number;
  readonly parent: number;
  readonly canary: string;
}

const NOBODY = 65534;
const CONNECT_MS = 1000;

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

async function reaches(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  try {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    setTimeout(() => resolve(false), CONNECT_MS);
  } catch {
    resolve(false);
  }
  return promise;
}

function seesProcesses(parent: number): boolean {
  if (parent !== process.pid && succeeds(() => process.kill(parent, 0)))
    return true;
  return succeeds(() => {
    const others = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name));
    if (others.length === 0) throw new Error("none");
  });
}

const attempts = JSON.parse(readFileSync(0, "utf8")) as Attempts;
const broken: string[] = [];
const files = [attempts.secretFile, "/etc/passwd", "/etc/shadow", "/etc/hosts"];
if (files.some((file) => succeeds(() => readFileSync(file))))
  broken.push("files");
if (
  attempts.folders.some((folder) =>
    succeeds(() => writeFileSync(`${folder}/sekisho-probe`, "x")),
  )
)
  broken.push("disk");
if (await reaches(attempts.port)) broken.push("network");
if (attempts.canary in process.env) broken.push("environment");
if (seesProcesses(attempts.parent)) broken.push("processes");
if (spawnSync(process.execPath, ["--version"]).error === undefined)
  broken.push("spawn");
if (process.getuid?.() !== NOBODY || process.getgid?.() !== NOBODY)
  broken.push("identity");
process.stdout.write(JSON.stringify(broken), () => process.exit(0));

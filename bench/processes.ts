import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access, constants, readdir, readFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Room } from "./room.ts";

export interface Running {
  readonly pid: number;
  /** The end of what it wrote on both channels, for error messages. */
  told(): string;
  readonly child: ChildProcess;
}

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** How long it may take to end by itself after SIGTERM; 0 is SIGKILL at once. */
  readonly graceMs?: number;
  readonly folder?: string;
}

const TOLD_CHARACTERS = 4000;

/** Starts a program that runs until the room closes; it is ended by pid, and with it whatever it started. */
export function startProcess(room: Room, what: Command): Running {
  room.requireOpen();
  const child = spawn(what.command, what.args, {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: what.folder,
  });
  let told = "";
  for (const channel of [child.stdout, child.stderr]) {
    channel.setEncoding("utf8").on("data", (text: string) => {
      told = (told + text).slice(-TOLD_CHARACTERS);
    });
  }
  child.on("error", (error) => (told += String(error)));
  room.onClose(() => endTree(child, what.graceMs ?? 5000));
  return { pid: child.pid ?? 0, told: () => told, child };
}

const passing = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of passing) child.kill("SIGKILL");
});

/** Runs a program that ends by itself; what it wrote to standard output. It does not outlive us, nor its deadline. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  deadlineMs = 120_000,
): Promise<string> {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: deadlineMs,
    killSignal: "SIGKILL",
  });
  passing.add(child);
  try {
    let said = "";
    let complaint = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-TOLD_CHARACTERS);
    });
    const [code] = (await once(child, "close")) as [number | null];
    if (code === 0) return said;
    const words = lastWords({ told: () => complaint });
    throw new Error(`${command} ended with ${code ?? "a signal"}: ${words}`);
  } finally {
    passing.delete(child);
  }
}

async function endTree(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.pid === undefined) return;
  const tree = await processTree(child.pid);
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    child.kill(graceMs === 0 ? "SIGKILL" : "SIGTERM");
    await Promise.race([
      ended,
      sleep(Math.max(graceMs, 1000), undefined, { ref: false }),
    ]);
  }
  for (const seen of tree) await killIfSame(seen);
  // Folders are removed next; nobody may still write into them.
  for (const seen of tree) await untilGone(seen);
}

async function untilGone(seen: Seen): Promise<void> {
  for (let waited = 0; waited < 100; waited++) {
    const now = await look(seen.pid);
    if (now?.startedAt !== seen.startedAt || now.ended) return;
    await sleep(20);
  }
}

/** A process as /proc knows it; `startedAt` tells a number that was given again from the one we saw. */
interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly startedAt: string;
  readonly cpuMs: number;
  /** A zombie: nothing but its number is left. */
  readonly ended: boolean;
}

async function killIfSame(seen: Seen): Promise<void> {
  const now = await look(seen.pid);
  if (now?.startedAt !== seen.startedAt) return;
  try {
    process.kill(seen.pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}

/** proc(5): after the name in brackets, fields 3 …; utime stime cutime cstime are 14–17, start time 22; ticks of 10 ms. */
async function look(pid: number): Promise<Seen | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => null);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, n) => sum + Number(n), 0);
  return {
    pid,
    parent: Number(fields[1]),
    startedAt: fields[19] ?? "",
    cpuMs: ticks * 10,
    ended: fields[0] === "Z",
  };
}

async function processTree(root: number): Promise<Seen[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(pids.map((pid) => look(Number(pid))));
  const tree = all.filter((seen) => seen?.pid === root);
  for (const seen of tree) {
    tree.push(...all.filter((other) => other?.parent === seen?.pid));
  }
  return tree.filter((seen) => seen !== null);
}

/** Processor time of a program, all it started, and their ended children. */
export async function cpuMs(pid: number): Promise<number> {
  const tree = await processTree(pid);
  return tree.reduce((sum, seen) => sum + seen.cpuMs, 0);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves when something at `where` greets (SMTP) or, with `greets` false, takes a connection. */
export async function untilListening(
  where: { readonly port: number } | { readonly path: string },
  running: Running,
  options: { readonly greets: boolean; readonly deadlineMs: number },
): Promise<void> {
  const end = performance.now() + options.deadlineMs;
  while (performance.now() < end) {
    if (running.child.exitCode !== null) break;
    if (await answers(where, options.greets)) return;
    await sleep(50);
  }
  throw new Error(
    `nothing listens at ${JSON.stringify(where)}: ${lastWords(running)}`,
  );
}

async function answers(
  where: { readonly port: number } | { readonly path: string },
  greets: boolean,
): Promise<boolean> {
  const socket =
    "port" in where
      ? connect({ port: where.port, host: "127.0.0.1" })
      : connect(where.path);
  try {
    socket.setTimeout(2000, () => socket.destroy(new Error("silent")));
    await once(socket, greets ? "data" : "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.end();
    socket.destroy();
  }
}

const FOLDERS = ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin"];

/** The Debian program of that name, whatever else PATH holds; null when it is not installed. */
export async function findProgram(name: string): Promise<string | null> {
  for (const folder of FOLDERS) {
    const path = `${folder}/${name}`;
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return null;
}

/** What a program said about its end, short enough for a note: the line that names an error, else the last one. */
export function lastWords(running: Pick<Running, "told">): string {
  const lines = running
    .told()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const telling = lines.findLast((line) => /error|fatal/i.test(line));
  return (telling ?? lines.at(-1) ?? "it said nothing").slice(0, 200);
}

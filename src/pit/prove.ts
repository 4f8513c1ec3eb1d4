/** Start-up proof: a program of ours stands inside the very same walls and tries to cross each. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Limits } from "../core/limits.ts";
import { PitProcess } from "./process.ts";
import type { Command } from "./walls.ts";

/** `sandbox` when the probe could not be run at all. */
export const WALLS = [
  "sandbox",
  "files",
  "disk",
  "network",
  "environment",
  "processes",
  "spawn",
  "identity",
] as const;

const CANARY = "SEKISHO_WALL_CANARY";
const MAX_ANSWER_BYTES = 4096;
const PROBE_MS = 10_000;

export async function proveWalls(
  command: () => Command,
  limits: Limits,
  { mayStart = false }: { readonly mayStart?: boolean } = {},
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "sekisho-walls-"));
  const { server, port, connected } = await listen();
  try {
    const secretFile = join(folder, "secret");
    await writeFile(secretFile, "secret");
    const places = ["/", "/pit", "/var/tmp", "/dev/shm", "/dev", "/usr/lib"];
    const found = await probe(command(), limits, {
      secretFile,
      // Who has a folder in memory has it in the place of the host's /tmp: that the secret cannot be read there says so.
      folders: mayStart ? places : [folder, tmpdir(), "/tmp", ...places],
      port,
      parent: process.pid,
      canary: CANARY,
    });
    const broken = found.filter((wall) => !(mayStart && wall === "spawn"));
    // Both ends are asked: a probe that lies about the network is contradicted by the listener.
    return connected() ? [...new Set([...broken, "network"])] : broken;
  } catch {
    return ["sandbox"];
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function probe(
  command: Command,
  limits: Limits,
  attempts: object,
): Promise<readonly string[]> {
  const pit = await PitProcess.start(
    { ...command, environment: { [CANARY]: "1" } },
    { ...limits, pitDeadlineMs: PROBE_MS },
  );
  try {
    pit.stdin.end(JSON.stringify(attempts));
    const untrusted = Buffer.alloc(MAX_ANSWER_BYTES);
    const bytes = await pit.reader.readUpTo(untrusted);
    // Cut, it would not be read: no list ends there.
    return readAnswer(untrusted.toString("latin1", 0, bytes));
  } finally {
    await pit.end();
  }
}

function readAnswer(untrusted: string): readonly string[] {
  const names: unknown = JSON.parse(untrusted);
  if (!Array.isArray(names)) return ["sandbox"];
  return names.map((name) => WALLS.find((wall) => wall === name) ?? "sandbox");
}

async function listen(): Promise<{
  readonly server: Server;
  readonly port: number;
  readonly connected: () => boolean;
}> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return { server, port, connected: () => connections > 0 };
}

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real Redis on a port of its own, with nothing on disk that outlives it. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** On the same port, empty. */
  restart(): Promise<void>;
  /** Stops answering without closing anything; `resume` goes on. */
  freeze(): void;
  resume(): void;
  stop(): Promise<void>;
}

export async function startRedisServer(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "sekisho-redis-"));
  const port = await freePort();
  let child = await launch(port, folder);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    async restart() {
      await kill();
      child = await launch(port, folder);
    },
    freeze: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(port: number, folder: string): Promise<ChildProcess> {
  const child = spawn(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder]
      .concat(["--save", "", "--appendonly", "no"])
      .concat(["--maxmemory-policy", "noeviction"]),
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes("Ready to accept connections")) break;
  }
  if (!said.includes("Ready to accept connections"))
    throw new Error(`redis-server did not start: ${said}`);
  child.stdout.resume();
  return child;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Clamd } from "./clamd.ts";
import { freePort, startProcess, untilListening } from "./processes.ts";
import { RECIPIENT_DOMAIN } from "./relay.ts";
import type { Relay } from "./relay.ts";
import type { Room } from "./room.ts";

const PROGRAM = fileURLToPath(
  new URL("../src/cli/sekisho.mjs", import.meta.url),
);

/** Our whole line as anyone would run it, with its default settings but for where it listens and delivers. */
export async function startGateway(
  room: Room,
  sinkPort: number,
  clamd: Clamd,
): Promise<Relay> {
  const port = await freePort();
  const folder = room.path("gateway");
  await mkdir(folder, { recursive: true });
  const file = `${folder}/sekisho.yaml`;
  // JSON is YAML.
  await writeFile(
    file,
    JSON.stringify({
      gateway: { varFolder: `${folder}/var` },
      tenants: [{ id: "bench", name: "Bench", domains: [RECIPIENT_DOMAIN] }],
      smtp: { host: "127.0.0.1", port },
      lgwan: { host: "127.0.0.1", port: sinkPort, builtInMailbox: false },
      console: { host: "127.0.0.1", port: await freePort() },
      // A benchmark sends few different mails many times: what was made once must not answer for all of them.
      limits: { maxCacheBytes: 0 },
      scanner: { socketPath: clamd.socketPath },
    }),
  );
  const running = startProcess(room, {
    command: process.execPath,
    args: [PROGRAM, "up", "--config", file],
    graceMs: 30_000,
  });
  await untilListening({ port }, running, { greets: true, deadlineMs: 60_000 });
  return {
    name: "ours",
    port,
    pid: running.pid,
    scans: true,
    told: () => running.told(),
  };
}

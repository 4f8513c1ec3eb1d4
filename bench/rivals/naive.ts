import { fileURLToPath } from "node:url";
import type { Clamd } from "../clamd.ts";
import { freePort, startProcess, untilListening } from "../processes.ts";
import type { Relay } from "../relay.ts";
import type { Room } from "../room.ts";

const PROGRAM = fileURLToPath(new URL("naive-relay.ts", import.meta.url));

export async function startNaive(
  room: Room,
  sinkPort: number,
  clamd: Clamd,
): Promise<Relay> {
  const port = await freePort();
  const running = startProcess(room, {
    command: process.execPath,
    args: [PROGRAM, `${port}`, `${sinkPort}`, clamd.socketPath],
  });
  await untilListening({ port }, running, { greets: true, deadlineMs: 20_000 });
  return {
    name: "naive",
    port,
    pid: running.pid,
    scans: true,
    told: () => running.told(),
  };
}

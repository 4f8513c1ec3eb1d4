import { mkdir, writeFile } from "node:fs/promises";
import { findProgram, startProcess, untilListening } from "./processes.ts";
import type { Room } from "./room.ts";

export interface Clamd {
  readonly pid: number;
  readonly socketPath: string;
}

const EICAR =
  "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

/**
 * A real clamd with one signature. Its result cache is off: a bench sends the same few mails again and again, real
 * mails are all different.
 */
export async function startClamd(room: Room): Promise<Clamd> {
  const program = await findProgram("clamd");
  if (program === null) throw new Error("clamd is not installed");
  const folder = room.path("clamd");
  const database = `${folder}/database`;
  const socketPath = `${folder}/clamd.sock`;
  await mkdir(database, { recursive: true });
  await writeFile(
    `${database}/bench.ndb`,
    `Bench.Eicar:0:*:${Buffer.from(EICAR).toString("hex")}\n`,
  );
  await writeFile(
    `${folder}/clamd.conf`,
    [
      `DatabaseDirectory ${database}`,
      `LocalSocket ${socketPath}`,
      `TemporaryDirectory ${folder}`,
      "Foreground yes",
      "DisableCache yes",
      "MaxThreads 12",
      "StreamMaxLength 100M",
      "MaxScanSize 400M",
      "MaxFileSize 100M",
      "",
    ].join("\n"),
  );
  const running = startProcess(room, {
    command: program,
    args: [`--config-file=${folder}/clamd.conf`],
  });
  await untilListening({ path: socketPath }, running, {
    greets: false,
    deadlineMs: 60_000,
  });
  return { pid: running.pid, socketPath };
}

import { mkdir, writeFile } from "node:fs/promises";
import { clamdConf } from "../src/scan/clamd-conf.ts";
import { findProgram, startProcess, untilListening } from "./processes.ts";
import type { Room } from "./room.ts";

export interface Clamd {
  readonly pid: number;
  readonly socketPath: string;
}

const EICAR =
  "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

/**
 * A real clamd with the gateway's settings and one signature. Its result cache is off: a bench sends the same few mails again and again, real
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
  await mkdir(`${folder}/tmp`);
  const settings = clamdConf({
    databaseFolder: database,
    version: 1.4,
    refuseOldSignatures: false,
  });
  await writeFile(`${folder}/clamd.conf`, `${settings}DisableCache yes\n`);
  const running = startProcess(room, {
    command: program,
    args: [`--config-file=${folder}/clamd.conf`],
    folder,
  });
  await untilListening({ path: socketPath }, running, {
    greets: false,
    deadlineMs: 60_000,
  });
  return { pid: running.pid, socketPath };
}

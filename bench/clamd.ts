import { mkdir, rm, writeFile } from "node:fs/promises";
import { clamdConf, worstCaseBytes } from "../src/scan/clamd-conf.ts";
import { prepareTemporaryFolder } from "../src/scan/temporary-folder.ts";
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
  const temporaryFolder = await prepareTemporaryFolder(
    folder,
    worstCaseBytes(),
  );
  room.onClose(() => rm(temporaryFolder, { recursive: true, force: true }));
  const settings = clamdConf({
    databaseFolder: database,
    temporaryFolder,
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

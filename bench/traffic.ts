import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { withBareLf } from "./mails.ts";
import {
  findProgram,
  freePort,
  runToEnd,
  startProcess,
  untilListening,
} from "./processes.ts";
import { RECIPIENT_DOMAIN } from "./relay.ts";
import type { Room } from "./room.ts";

/** Postfix's own load generator and sink: about 30 µs a mail, so that two cores are left for who is measured. */

export interface Sink {
  readonly port: number;
  /** Mails it took so far. */
  received(): number;
  /** When the last one came, on the clock of `performance.now()`. */
  lastAt(): number;
}

export async function startSink(room: Room): Promise<Sink> {
  const program = await findProgram("smtp-sink");
  if (program === null) throw new Error("smtp-sink (postfix) is not installed");
  const port = await freePort();
  // It refuses to stay root.
  const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const running = startProcess(room, {
    command: program,
    args: ["-4", "-c", ...user, `127.0.0.1:${port}`, "256"],
  });
  let received = 0;
  let lastAt = 0;
  running.child.stdout?.on("data", (text: string) => {
    const counted = [...text.matchAll(/mesg=(\d+)/g)].at(-1)?.[1];
    if (counted === undefined || Number(counted) === received) return;
    received = Number(counted);
    lastAt = performance.now();
  });
  await untilListening({ port }, running, { greets: true, deadlineMs: 5000 });
  return { port, received: () => received, lastAt: () => lastAt };
}

export interface Load {
  readonly port: number;
  /** One file and one reused session for each. */
  readonly files: readonly string[];
  /** Mails in all; a multiple of the number of files. */
  readonly mails: number;
}

/** Writes each mail in the form `smtp-source` wants. */
export async function writeMails(
  room: Room,
  name: string,
  mails: readonly Buffer[],
): Promise<string[]> {
  const files = mails.map((_, at) => room.path(`${name}-${at}.eml`));
  for (const [at, file] of files.entries()) {
    await writeFile(file, withBareLf(mails[at] ?? Buffer.alloc(0)));
  }
  return files;
}

/** All sessions at once; resolves when the last mail has its 250. */
export async function sendMails(load: Load): Promise<void> {
  const program = await findProgram("smtp-source");
  if (program === null) throw new Error("smtp-source is not installed");
  const each = Math.ceil(load.mails / load.files.length);
  await Promise.all(
    load.files.map(async (file, at) => {
      const options = ["-4", "-d", "-s", "1", "-m", `${each}`, "-F", file];
      const envelope = [
        "-M",
        "sender.example",
        "-f",
        `taro${at}@sender.example`,
        "-t",
        `hanako${at}@${RECIPIENT_DOMAIN}`,
      ];
      const to = `127.0.0.1:${load.port}`;
      await runToEnd(program, [...options, ...envelope, to]);
    }),
  );
}

/** Sends and waits until the sink has them all; milliseconds from the first connection to the last arrival. */
export async function timeThrough(
  sink: Sink,
  load: Load,
  deadlineMs: number,
): Promise<number> {
  const wanted = sink.received() + load.mails;
  const begun = performance.now();
  await sendMails(load);
  while (sink.received() < wanted) {
    if (performance.now() - begun > deadlineMs) {
      const missing = wanted - sink.received();
      throw new Error(`${missing} of ${load.mails} mails did not arrive`);
    }
    await sleep(5);
  }
  return sink.lastAt() - begun;
}

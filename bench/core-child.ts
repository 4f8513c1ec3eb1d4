/**
 * One measurement of one mail reader in a process of its own:
 *   node core-child.ts CONTESTANT large FILE MILLISECONDS   MB/s from memory, in chunks
 *   node core-child.ts CONTESTANT small KIND MILLISECONDS   mails/s
 *   node core-child.ts CONTESTANT once  FILE                reads the file once from disk, for the memory it takes
 */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { isCoreContestant, loadReader } from "./core-contestants.ts";
import { smallMails } from "./mails.ts";
import { report } from "./measure.ts";
import { CHUNK_BYTES, inChunks } from "./reading.ts";
import type { MailReader, Seen } from "./reading.ts";

/** `figure` is MB/s or mails/s, 0 for `once`; `seen` is of the first mail (all mails when small). */
export interface CoreReport {
  readonly figure: number;
  readonly seen: readonly (Seen | null)[];
}

const [contestant, task, subject = "", budget = "0"] = process.argv.slice(2);
if (!isCoreContestant(contestant)) throw new Error("unknown contestant");
report(await measure(await loadReader(contestant)));

async function measure(reader: MailReader): Promise<CoreReport> {
  if (task === "large") return large(reader, await readFile(subject));
  if (task === "small" && (subject === "text" || subject === "alternative")) {
    return small(reader, smallMails(subject, 200));
  }
  if (task === "once") {
    const stream = createReadStream(subject, { highWaterMark: CHUNK_BYTES });
    const chunks = stream as AsyncIterable<Uint8Array>;
    return { figure: 0, seen: [await reader.read(chunks)] };
  }
  throw new Error("unknown task");
}

async function large(reader: MailReader, mail: Buffer): Promise<CoreReport> {
  // The first run warms the machine code up and is not counted.
  const seen = [await reader.read(inChunks(mail))];
  const begun = performance.now();
  let runs = 0;
  do {
    await reader.read(inChunks(mail));
    runs++;
  } while (performance.now() - begun < Number(budget));
  const seconds = (performance.now() - begun) / 1000;
  return { figure: (runs * mail.length) / 1e6 / seconds, seen };
}

async function small(
  reader: MailReader,
  mails: readonly Buffer[],
): Promise<CoreReport> {
  const seen: (Seen | null)[] = [];
  for (const mail of mails) seen.push(await reader.readWhole(mail));
  const warm = performance.now() + Number(budget) / 4;
  while (performance.now() < warm) {
    for (const mail of mails) await reader.readWhole(mail);
  }
  const begun = performance.now();
  let read = 0;
  do {
    for (const mail of mails) await reader.readWhole(mail);
    read += mails.length;
  } while (performance.now() - begun < Number(budget));
  return { figure: read / ((performance.now() - begun) / 1000), seen };
}

import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { wordDocument } from "../fixtures/office.ts";
import type { Bench } from "./bench.ts";
import { inFreshProcess, median } from "./measure.ts";
import type { OfficeReport } from "./office-child.ts";
import { runToEnd } from "./processes.ts";
import type { Room } from "./room.ts";

const CHILD = fileURLToPath(new URL("office-child.ts", import.meta.url));
const SOFFICE = "/usr/bin/soffice";
const ROUNDS = 15;
/** Documents do not come one on the heels of the other; a spare that is made ahead may be ready or not. */
const SECONDS_BETWEEN = 3;

const TEXT = Array.from(
  { length: 12 },
  (_, at) =>
    `${at + 1}　防災訓練のお知らせ。各課においては、参加者の名簿を期日までに総務課へ提出してください。`,
).join("\n");

export const office: Bench = {
  name: "office",
  unit: "ms, median of a small .docx (lower is better)",
  about: "a .docx of one page into an image PDF, beside a cold LibreOffice",
  aboutSeconds: 120,
  async run(room) {
    const path = room.path("letter.docx");
    await writeFile(path, wordDocument(TEXT));
    room.progress(`ours, ${ROUNDS} documents, ${SECONDS_BETWEEN} s apart`);
    const spaced = await ours(path, SECONDS_BETWEEN);
    room.progress(`ours, ${ROUNDS} documents, one after the other`);
    const close = await ours(path, 0);
    room.progress(`cold soffice, ${ROUNDS} times`);
    const cold = existsSync(SOFFICE) ? await coldRuns(room, path) : null;
    return {
      ours: spaced,
      rivals: cold === null ? {} : { "soffice-cold": cold },
      note:
        `Ours: in the pit to a PDF and in another to an image PDF, ${SECONDS_BETWEEN} s between two documents; one after the other without a pause: ${close.toFixed(0)} ms. ` +
        "soffice-cold: soffice --convert-to pdf with a fresh profile each time, and no more than that PDF.",
    };
  },
};

async function ours(path: string, between: number): Promise<number> {
  const { value } = await inFreshProcess<OfficeReport>(CHILD, [
    ...[String(between), path, String(ROUNDS)],
  ]);
  if (value.pages !== 1) throw new Error(`${value.pages} pages`);
  return median(value.ms);
}

async function coldRuns(room: Room, path: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const profile = room.path("profile");
    const out = room.path("out");
    await mkdir(out);
    const begun = performance.now();
    await runToEnd(SOFFICE, [
      ...["--headless", "--norestore", "--nolockcheck"],
      `-env:UserInstallation=file://${profile}`,
      ...["--convert-to", "pdf", "--outdir", out, path],
    ]);
    times.push(performance.now() - begun);
    if (!existsSync(`${out}/letter.pdf`)) throw new Error("soffice made none");
    await rm(profile, { recursive: true });
    await rm(out, { recursive: true });
  }
  return median(times);
}

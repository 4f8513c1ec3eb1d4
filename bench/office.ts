import { access, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { PDFDocument } from "pdf-lib";
import { wordDocument } from "../fixtures/office.ts";
import { missingOffice } from "../src/pit/office.ts";
import type { Bench, Figures } from "./bench.ts";
import { inFreshProcess, interleave, median } from "./measure.ts";
import type { OfficeReport } from "./office-child.ts";
import { runToEnd } from "./processes.ts";
import type { Room } from "./room.ts";

const CHILD = fileURLToPath(new URL("office-child.ts", import.meta.url));
const SOFFICE = "/usr/bin/soffice";
const ROUNDS = 3;
const DOCUMENTS = 4;

export const office: Bench = {
  name: "office",
  unit: "documents/s",
  about: "a small .docx into an image PDF, one at a time",
  aboutSeconds: 110,
  async run(room) {
    const missing = missingOffice();
    if (missing.length > 0)
      return {
        ours: null,
        rivals: {},
        note: `not installed: ${missing.join(", ")}`,
      };
    const path = room.path("small.docx");
    await writeFile(path, wordDocument("関所の見本です\n".repeat(20)));
    const reports: OfficeReport[] = [];
    const hasRival = await access(SOFFICE).then(
      () => true,
      () => false,
    );
    const runs = await interleave(
      ROUNDS,
      [
        {
          name: "ours",
          run: async () => {
            const told = await runOurs(room, path);
            reports.push(told);
            return told.readyMs;
          },
        },
        ...(hasRival
          ? [{ name: "soffice-cold", run: () => runCold(room, path) }]
          : []),
      ],
      room.progress,
    );
    return figures(runs, reports);
  },
};

async function runOurs(room: Room, path: string): Promise<OfficeReport> {
  const output = room.path("ours.pdf");
  const { value } = await inFreshProcess<OfficeReport>(CHILD, [
    ...[path, output],
    `${DOCUMENTS}`,
  ]);
  await checkPages(output);
  return value;
}

/** With a profile of its own each time, as whoever keeps documents apart has to. */
async function runCold(room: Room, path: string): Promise<number[]> {
  const all: number[] = [];
  for (let at = 0; at < DOCUMENTS; at++) {
    const profile = room.path("profile");
    const begun = performance.now();
    await runToEnd(SOFFICE, [
      ...["--headless", `-env:UserInstallation=file://${profile}`],
      ...["--convert-to", "pdf", "--outdir", room.folder, path],
    ]);
    all.push(performance.now() - begun);
    await checkPages(room.path("small.pdf"));
    await rm(room.path("small.pdf"));
    await rm(profile, { recursive: true, force: true });
  }
  return all;
}

async function checkPages(path: string): Promise<void> {
  const made = await PDFDocument.load(await readFile(path));
  if (made.getPageCount() !== 1)
    throw new Error(`${path} has ${made.getPageCount()} pages`);
}

function figures(
  runs: ReadonlyMap<string, readonly (readonly number[])[]>,
  reports: readonly OfficeReport[],
): Figures {
  const p50 = new Map(
    [...runs].map(([name, all]) => [name, median(all.flat())]),
  );
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  const told = [...p50].map(([name, ms]) => `${name} ${seconds(ms)}`);
  const first = median(reports.map(({ firstMs }) => firstMs));
  const busy = median(reports.map(({ busyMs }) => busyMs));
  const { ours = NaN, ...rivals } = Object.fromEntries(
    [...p50].map(([name, ms]) => [name, 1000 / ms]),
  );
  return {
    ours,
    rivals,
    note:
      `p50 of a document: ${told.join(", ")}. Ours through LibreOffice and PDFium, each behind walls, to pictures, with one LibreOffice standing ready; ` +
      `the first ${seconds(first)}, without a pause between them ${seconds(busy)} each. soffice-cold: soffice --convert-to with a fresh profile, to a PDF that is not made safe.`,
  };
}

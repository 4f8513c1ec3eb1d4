import { mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { WORKER_NODE_ARGS } from "../workers/supervisor/children.ts";
import type { Bench } from "./bench.ts";
import { firstMissing, sizeOfWhole } from "./converted.ts";
import { makePdf } from "./documents.ts";
import { inFreshProcess, interleave, median } from "./measure.ts";
import type { Contestant } from "./measure.ts";
import type { PdfReport } from "./pdf-child.ts";
import { ghostscript } from "./rivals/ghostscript.ts";
import { mutool } from "./rivals/mutool.ts";
import { popplerJpeg } from "./rivals/poppler.ts";
import { pymupdf } from "./rivals/pymupdf.ts";
import type { PageRange, Rasterizer } from "./rivals/rasterizer.ts";
import type { Room } from "./room.ts";

const CHILD = fileURLToPath(new URL("pdf-child.ts", import.meta.url));
const CORES = availableParallelism();
const ROUNDS = 3;
const LARGE_PAGES = 200;
const MANY = { documents: 12, pages: 10 };
const WARM_UP_PAGES = 100;

interface Task {
  readonly paths: readonly string[];
  readonly pages: number;
}

interface Done {
  readonly ms: number;
  readonly bytes: number;
}

/** Of one contestant: the large document, then the many. */
type Run = readonly [Done, Done];

export const pdfCores: Bench = {
  name: "pdf-cores",
  unit: "pages/s",
  about: "a PDF of 200 mixed pages, and 12 of 10, with all cores",
  aboutSeconds: 240,
  async run(room) {
    room.progress("making documents");
    const warmUp = await makeTask(room, "warm-up", 1, WARM_UP_PAGES);
    const large = await makeTask(room, "large", 1, LARGE_PAGES);
    const many = await makeTask(room, "many", MANY.documents, MANY.pages);
    const contestants: Contestant<Run>[] = [
      {
        name: "ours",
        run: async () => [
          await runOurs(room, warmUp, large),
          await runOurs(room, warmUp, many),
        ],
      },
    ];
    const absent: string[] = [];
    for (const rival of [ghostscript, pymupdf, popplerJpeg, mutool]) {
      const missing = await firstMissing(rival.needs);
      if (missing !== null) absent.push(`${rival.name} (no ${missing})`);
      else
        contestants.push({
          name: rival.name,
          run: async () => [
            await inRanges(room, rival, large),
            await atATime(room, rival, many),
          ],
        });
    }
    const runs = await interleave(ROUNDS, contestants, room.progress);
    const rate = (name: string, place: 0 | 1) => {
      const { pages } = place === 0 ? large : many;
      const all = (runs.get(name) ?? []).map((run) => run[place].ms);
      return (pages / median(all)) * 1000;
    };
    const names = [...runs.keys()];
    const told = (place: 0 | 1) =>
      names
        .map((name) => {
          const bytes = runs.get(name)?.[0]?.[place].bytes ?? 0;
          return `${name} ${rate(name, place).toFixed(1)} (${(bytes / 1e6).toFixed(1)} MB)`;
        })
        .join(", ");
    return {
      ours: rate("ours", 0),
      rivals: Object.fromEntries(
        names.slice(1).map((name) => [name, rate(name, 0)]),
      ),
      note:
        `${CORES} cores. One document of ${LARGE_PAGES} pages, six of ten text, three with charts, one with a photograph: ours as in the gateway, whose Node has made one of ${WARM_UP_PAGES} pages before and has kept machine code; rivals as ${CORES} processes with a range of pages each, whose results are left apart. ` +
        `Pages/s and size of the result: ${told(0)}. ` +
        `${MANY.documents} documents of ${MANY.pages} pages, ${CORES} at a time: ${told(1)}.` +
        (absent.length === 0 ? "" : ` Left out: ${absent.join("; ")}.`),
    };
  },
};

async function makeTask(
  room: Room,
  name: string,
  documents: number,
  pages: number,
): Promise<Task> {
  const paths: string[] = [];
  for (let seed = 1; seed <= documents; seed++) {
    const path = room.path(`${name}-${seed}.pdf`);
    await writeFile(path, await makePdf("mixed", pages, seed));
    paths.push(path);
  }
  return { paths, pages: pages * documents };
}

async function runOurs(room: Room, warmUp: Task, task: Task): Promise<Done> {
  const { value } = await inFreshProcess<PdfReport>(
    CHILD,
    [
      ...["--warm-up", ...warmUp.paths],
      ...["--at-a-time", `${Math.min(CORES, task.paths.length)}`],
      room.folder,
      ...task.paths,
    ],
    WORKER_NODE_ARGS,
  );
  const each = task.pages / task.paths.length;
  const sizes = value.map(({ output }) => sizeOfWhole(output, each));
  const began = Math.min(...value.map(({ beganMs }) => beganMs));
  const ended = Math.max(...value.map(({ beganMs, ms }) => beganMs + ms));
  return { ms: ended - began, bytes: sum(await Promise.all(sizes)) };
}

/** One document, cut among the processors. */
async function inRanges(
  room: Room,
  rival: Rasterizer,
  { paths, pages }: Task,
): Promise<Done> {
  const [input = ""] = paths;
  const each = Math.ceil(pages / CORES);
  const ranges = Array.from({ length: CORES }, (_, place) => ({
    first: place * each + 1,
    last: Math.min(pages, (place + 1) * each),
  })).filter(({ first, last }) => first <= last);
  const begun = performance.now();
  const parts = await Promise.all(
    ranges.map((range) => convert(room, rival, { input, range })),
  );
  return finish(begun, parts);
}

async function atATime(
  room: Room,
  rival: Rasterizer,
  { paths, pages }: Task,
): Promise<Done> {
  const range = { first: 1, last: pages / paths.length };
  const begun = performance.now();
  const waiting = paths.values();
  const parts: Part[] = [];
  await Promise.all(
    Array.from({ length: CORES }, async () => {
      for (const input of waiting)
        parts.push(await convert(room, rival, { input, range }));
    }),
  );
  return finish(begun, parts);
}

interface Part {
  readonly folder: string;
  readonly output: string;
  readonly pages: number;
}

let folders = 0;

async function convert(
  room: Room,
  rival: Rasterizer,
  { input, range }: { readonly input: string; readonly range: PageRange },
): Promise<Part> {
  const folder = room.path(`part-${++folders}`);
  const output = `${folder}.pdf`;
  await mkdir(folder);
  await rival.convert(input, output, folder, range);
  return { folder, output, pages: range.last - range.first + 1 };
}

async function finish(begun: number, parts: readonly Part[]): Promise<Done> {
  const ms = performance.now() - begun;
  const sizes: number[] = [];
  for (const { folder, output, pages } of parts) {
    sizes.push(await sizeOfWhole(output, pages));
    await rm(folder, { recursive: true });
    await rm(output);
  }
  return { ms, bytes: sum(sizes) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

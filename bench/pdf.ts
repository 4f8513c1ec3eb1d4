import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { WORKER_NODE_ARGS } from "../workers/supervisor/children.ts";
import type { Bench } from "./bench.ts";
import { makePdf } from "./documents.ts";
import type { DocumentKind } from "./documents.ts";
import { inFreshProcess, interleave, median } from "./measure.ts";
import type { Contestant } from "./measure.ts";
import type { PdfReport } from "./pdf-child.ts";
import { firstMissing, sizeOfWhole } from "./converted.ts";
import { ghostscript } from "./rivals/ghostscript.ts";
import { popplerJpeg, popplerPng } from "./rivals/poppler.ts";
import { pymupdf } from "./rivals/pymupdf.ts";
import type { Rasterizer } from "./rivals/rasterizer.ts";
import type { Room } from "./room.ts";

const CHILD = fileURLToPath(new URL("pdf-child.ts", import.meta.url));
const ROUNDS = 3;

interface Document {
  readonly kind: DocumentKind;
  readonly pages: number;
  readonly path: string;
}

/** Of one document by one contestant. */
interface Converted {
  readonly ms: number;
  readonly bytes: number;
}

type Runs = ReadonlyMap<string, readonly (readonly Converted[])[]>;

export const pdf: Bench = {
  name: "pdf",
  unit: "pages/s",
  about: "PDF into an image PDF at 150 dpi, documents of 15 to 40 pages",
  aboutSeconds: 110,
  async run(room) {
    const documents = await makeDocuments(room);
    const absent: string[] = [];
    const present: Contestant<Converted[]>[] = [
      { name: "ours", run: () => runOurs(room, documents) },
    ];
    for (const rival of [ghostscript, pymupdf, popplerJpeg]) {
      await addIfInstalled(rival);
    }
    const runs = new Map(await interleave(ROUNDS, present, room.progress));
    // It takes as long as all others together, and is far from the mark: once is enough.
    present.length = 0;
    await addIfInstalled(popplerPng);
    for (const [name, once] of await interleave(1, present, room.progress)) {
      runs.set(name, once);
    }
    const rivals = [...runs.keys()].filter((name) => name !== "ours");
    return {
      ours: pagesPerSecond(runs, "ours", documents),
      rivals: Object.fromEntries(
        rivals.map((name) => [name, pagesPerSecond(runs, name, documents)]),
      ),
      note: note(runs, documents, absent),
    };

    async function addIfInstalled(rival: Rasterizer): Promise<void> {
      const missing = await firstMissing(rival.needs);
      if (missing === null) {
        const run = () => runRival(room, rival, documents);
        present.push({ name: rival.name, run });
      } else absent.push(`${rival.name} (no ${missing})`);
    }
  },
};

async function makeDocuments(room: Room): Promise<readonly Document[]> {
  room.progress("making documents");
  const wanted = [
    { kind: "text", pages: 25 },
    { kind: "charts", pages: 40 },
    { kind: "photos", pages: 15 },
  ] as const;
  return Promise.all(
    wanted.map(async ({ kind, pages }) => {
      const path = room.path(`${kind}.pdf`);
      await writeFile(path, await makePdf(kind, pages));
      return { kind, pages, path };
    }),
  );
}

async function runOurs(
  room: Room,
  documents: readonly Document[],
): Promise<Converted[]> {
  const paths = documents.map(({ path }) => path);
  const { value } = await inFreshProcess<PdfReport>(
    CHILD,
    [room.folder, ...paths],
    WORKER_NODE_ARGS,
  );
  return Promise.all(
    value.map(async ({ output, ms }, at) => ({
      ms,
      bytes: await sizeOfWhole(output, documents[at]?.pages),
    })),
  );
}

async function runRival(
  room: Room,
  rival: Rasterizer,
  documents: readonly Document[],
): Promise<Converted[]> {
  const converted: Converted[] = [];
  const folder = room.path("pages");
  const output = room.path("output.pdf");
  for (const document of documents) {
    await mkdir(folder);
    const begun = performance.now();
    await rival.convert(document.path, output, folder);
    const ms = performance.now() - begun;
    converted.push({ ms, bytes: await sizeOfWhole(output, document.pages) });
    await rm(folder, { recursive: true });
    await rm(output);
  }
  return converted;
}

/** Pages of all documents by the sum of their median times. */
function pagesPerSecond(
  runs: Runs,
  name: string,
  documents: readonly Document[],
): number {
  const pages = documents.reduce((sum, document) => sum + document.pages, 0);
  const ms = documents.reduce(
    (sum, _, at) => sum + medianMs(runs, name, at),
    0,
  );
  return (pages / ms) * 1000;
}

function medianMs(runs: Runs, name: string, at: number): number {
  return median((runs.get(name) ?? []).map((run) => run[at]?.ms ?? NaN));
}

function note(
  runs: Runs,
  documents: readonly Document[],
  absent: readonly string[],
): string {
  const each = documents.map(({ kind, pages }, at) => {
    const told = [...runs].map(([name, [run]]) => {
      const rate = (pages / medianMs(runs, name, at)) * 1000;
      const megabytes = ((run?.[at]?.bytes ?? 0) / 1e6).toFixed(1);
      return `${name} ${rate.toFixed(1)} (${megabytes} MB)`;
    });
    return `${kind}, ${pages} pages: ${told.join(", ")}.`;
  });
  return (
    `One document after the other. Ours with a text layer, in a sandboxed process for each document (the first one started, later ones standing ready, the next being started meanwhile; all begin with machine code that was kept) and a Node that is already running, as in the gateway; ` +
    `rivals as whole processes; poppler-png ran once, the others ${ROUNDS} times. Pages/s and size of the result: ${each.join(" ")}` +
    (absent.length === 0 ? "" : ` Left out: ${absent.join("; ")}.`)
  );
}

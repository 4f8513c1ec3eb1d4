import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { WORKER_NODE_ARGS } from "../workers/supervisor/children.ts";
import type { Bench } from "./bench.ts";
import { makePdf } from "./documents.ts";
import { inFreshProcess, median } from "./measure.ts";
import type { ScalePoint } from "./pdf-scale-child.ts";
import type { Room } from "./room.ts";
import { scalePlot } from "./scale-plot.ts";

const CHILD = fileURLToPath(new URL("pdf-scale-child.ts", import.meta.url));
const PLOT = fileURLToPath(
  new URL("../docs/images/pdf-scale.svg", import.meta.url),
);
const ROUNDS = 3;
const SIZES = [1, 3, 10, 30, 100, 300];
const PAGES_EACH = 4;

export const pdfScale: Bench = {
  name: "pdf-scale",
  unit: "pages/s",
  about: "PDFs of 1 to 300 pages, and 1 to 8 at a time; draws the plot",
  aboutSeconds: 120,
  async run(room) {
    const bySize = await pointsOf(room, "sizes", SIZES);
    const byWorkers = await pointsOf(room, "workers", [PAGES_EACH]);
    const sizes = bySize.map(({ count, ms }) => ({
      count,
      rate: (count / ms) * 1000,
    }));
    const workers = byWorkers.map(({ count, ms }) => ({
      count,
      rate: 1000 / ms,
    }));
    await writeFile(
      PLOT,
      scalePlot([
        { title: "pages/s by pages of the document", points: sizes },
        {
          title: `documents/s of ${PAGES_EACH} pages by documents at a time`,
          points: workers,
        },
      ]),
    );
    const told = (points: typeof sizes) =>
      points
        .map(({ count, rate }) => `${count}: ${rate.toFixed(1)}`)
        .join(", ");
    return {
      ours: Math.max(...sizes.map(({ rate }) => rate)),
      rivals: {},
      note:
        `Documents of text, each in a pit of its own; the figure is the best size. Pages/s by pages of one document: ${told(sizes)}. ` +
        `Documents/s of ${PAGES_EACH} pages by documents at a time: ${told(workers)}. Plot: docs/images/pdf-scale.svg.`,
    };
  },
};

/** Medians over the rounds. */
async function pointsOf(
  room: Room,
  mode: "sizes" | "workers",
  pages: readonly number[],
): Promise<readonly ScalePoint[]> {
  const paths: string[] = [];
  for (const count of pages) {
    const path = room.path(`${mode}-${count}.pdf`);
    await writeFile(path, await makePdf("text", count));
    paths.push(path);
  }
  const runs: (readonly ScalePoint[])[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    room.progress(`${mode}, round ${round} of ${ROUNDS}`);
    const { value } = await inFreshProcess<ScalePoint[]>(
      CHILD,
      [mode, ...paths],
      WORKER_NODE_ARGS,
    );
    runs.push(value);
  }
  return (runs[0] ?? []).map(({ count }, at) => ({
    count,
    ms: median(runs.map((run) => run[at]?.ms ?? Number.NaN)),
  }));
}

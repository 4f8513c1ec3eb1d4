import { fileURLToPath } from "node:url";
import type { Bench } from "./bench.ts";
import { growthPlot } from "./growth-plot.ts";
import { GROWTHS, type GrowthPoint } from "./growth-mails.ts";
import { inFreshProcess, interleave, median } from "./measure.ts";
import { writeFile } from "node:fs/promises";

const CHILD = fileURLToPath(new URL("growth-child.ts", import.meta.url));
const PLOT = fileURLToPath(
  new URL("../docs/images/core-growth.svg", import.meta.url),
);
const ROUNDS = 3;

export const coreGrowth: Bench = {
  name: "core-growth",
  unit: "power of growth (1 is linear, lower is better)",
  about: "how the MIME core's cost grows with size, parts, headers and depth",
  aboutSeconds: 40,
  async run(room) {
    const series = await interleave(
      ROUNDS,
      GROWTHS.map(({ name }) => ({
        name,
        run: async () =>
          (await inFreshProcess<GrowthPoint[]>(CHILD, [name])).value,
      })),
      room.progress,
    );
    const curves = GROWTHS.map(({ name, label }) => {
      const runs = series.get(name) ?? [];
      const points = (runs[0] ?? []).map(({ count }, at) => ({
        count,
        ms: median(runs.map((run) => run[at]?.ms ?? Number.NaN)),
      }));
      return { name, label, points, power: powerOf(points) };
    });
    await writeFile(PLOT, growthPlot(curves));
    const told = curves.map(({ label, points, power }) => {
      const [first, last] = [points[0], points.at(-1)];
      return `${label} ${power.toFixed(2)} (${first?.count} → ${last?.count}: ${first?.ms.toFixed(2)} → ${last?.ms.toFixed(2)} ms)`;
    });
    return {
      ours: Math.max(...curves.map(({ power }) => power)),
      rivals: {},
      note:
        "Slope of processor time over amount, both logarithmic, over the upper half of each curve; the worst of the four. " +
        `${told.join("; ")}. Plot: docs/images/core-growth.svg.`,
    };
  },
};

/** Least squares over the upper half, where fixed costs no longer hide the slope. */
function powerOf(points: readonly GrowthPoint[]): number {
  const upper = points
    .slice(points.length >> 1)
    .map(({ count, ms }) => [Math.log(count), Math.log(ms)] as const);
  const mean = (pick: (pair: readonly [number, number]) => number) =>
    upper.reduce((sum, pair) => sum + pick(pair), 0) / upper.length;
  const x = mean(([value]) => value);
  const y = mean(([, value]) => value);
  const slope = upper.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return slope / upper.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

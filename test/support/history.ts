import { bucketOf, NO_TIMES } from "../../src/core/measure.ts";
import type { HistoryAddition } from "../../src/core/history.ts";
import { MINUTE } from "../../src/core/units.ts";
import { createHistory } from "../../src/store/history.ts";

const MINUTES = 58;
const LANES = [
  ["inspect", 6],
  ["sanitize", 14],
  ["deliver", 4],
] as const;

/** An hour of an ordinary morning before `now`, for pictures: a gateway that started just now has none. */
export function seedHistory(file: string, now: number): void {
  const history = createHistory(file);
  try {
    history.add({
      counts: minutes(now).flatMap(([at, swing]) =>
        ["kawa", "yama"].flatMap((tenant, place) => {
          const arrivals = Math.round((26 + 16 * swing) / (place + 1));
          return [
            { at, tenant, series: "arrivals" as const, count: arrivals },
            { at, tenant, series: "completions" as const, count: arrivals - 1 },
            {
              ...{ at, tenant, series: "held" as const },
              count: Math.max(0, Math.round(2 * swing)),
            },
          ];
        }),
      ),
      levels: minutes(now).flatMap(([at, swing]) =>
        LANES.flatMap(([lane, size]) => {
          const waiting = Math.max(1, Math.round(size * (1 + swing)));
          const level = { at, tenant: "" };
          return [
            { ...level, series: `waiting.${lane}` as const, value: waiting },
            {
              ...{ ...level, series: `oldest.${lane}` as const },
              value: waiting * 700,
            },
          ];
        }),
      ),
      times: minutes(now).map(([at, swing]) => ({
        ...{ at, stage: "through" as const },
        times: timesAround(80 + 30 * swing),
      })),
      cursors: {},
    });
  } finally {
    history.close();
  }
}

/** Each minute with a number from -1 to 1 that goes up and down. */
function minutes(now: number): readonly (readonly [number, number])[] {
  return Array.from({ length: MINUTES }, (_, index) => [
    now - (MINUTES - index) * MINUTE,
    0.6 * Math.sin(index / 7) + 0.4 * Math.sin(index * 1.7),
  ]);
}

function timesAround(ms: number): HistoryAddition["times"][number]["times"] {
  const counts = [...NO_TIMES.counts];
  counts[bucketOf(ms)] = 20;
  counts[bucketOf(ms * 4)] = 4;
  return { counts, sumMs: ms * 36 };
}

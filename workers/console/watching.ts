import { readFile } from "node:fs/promises";
import type { placesIn } from "../../src/assembly/places.ts";
import type { Watching } from "../../src/console/watching.ts";
import type { Measures } from "../../src/core/measure.ts";
import { SECOND } from "../../src/core/units.ts";
import { openHistoryReader } from "../../src/store/history.ts";
import { METRICS_TYPE, metricsText } from "../../src/telemetry/prometheus.ts";

/** The watchman writes every other second. */
const STALE_MS = 20 * SECOND;
/** However many look: the file is read so often at most. */
const READ_MS = SECOND;

/** What the watchman left in the var folder. */
export function watchingIn(
  places: Pick<ReturnType<typeof placesIn>, "measuresNow" | "history">,
  metrics: { readonly from: readonly string[]; readonly token: string | null },
): Watching {
  let read: Promise<Measures | null> = Promise.resolve(null);
  let readAt = -Infinity;
  const look = async () => {
    try {
      const text = await readFile(places.measuresNow, "utf8");
      return JSON.parse(text) as Measures;
    } catch {
      return null;
    }
  };
  return {
    async now() {
      if (performance.now() - readAt > READ_MS) {
        readAt = performance.now();
        read = look();
      }
      const measures = await read;
      // From the future: measured before the clock was set back.
      return measures !== null && Math.abs(Date.now() - measures.at) < STALE_MS
        ? measures
        : null;
    },
    history: () => openHistoryReader(places.history),
    metrics: async (measures) => ({
      ...{ text: await metricsText(measures), type: METRICS_TYPE },
    }),
    ...{ metricsFrom: metrics.from, metricsToken: metrics.token },
  };
}

/** How much of everything; what follows where it is more stands in `docs/line.md`. */
import { z } from "zod";
import { DEFAULT_LIMITS, type Limits } from "../../core/limits.ts";
import { DAY, HOUR, KIB, MIB, SECOND } from "../../core/units.ts";
import { count, section } from "../kinds.ts";

/** Lowest and highest value that may be set; outside of them the line could not keep its promises. */
const LIMIT_RANGES: Readonly<
  Record<keyof Limits, readonly [least: number, most: number]>
> = {
  maxMessageBytes: [KIB, 1024 * MIB],
  maxRecipients: [1, 1000],
  maxHeaderBytes: [KIB, 10 * MIB],
  maxHeaderLineBytes: [1000, 10 * MIB],
  maxHeaders: [10, 100_000],
  maxParts: [1, 10_000],
  maxDepth: [1, 100],
  maxParameters: [1, 10_000],
  maxParameterBytes: [256, 10 * MIB],
  // Beyond, regular expressions could run out of V8's stack (`mime/long-lines.ts`).
  maxHtmlBytes: [KIB, 4 * MIB],
  maxTextBytes: [KIB, 5 * MIB],
  maxLeafInMemoryBytes: [0, 64 * MIB],
  maxPages: [1, 10_000],
  maxSidePixels: [100, 30_000],
  maxPixels: [10_000, 250_000_000],
  maxPageCharacters: [0, 1_000_000],
  pitDeadlineMs: [SECOND, HOUR],
  pitPageMs: [10, HOUR],
  pitCpuSeconds: [1, 3600],
  pitMemoryBytes: [1024 * MIB, 64 * 1024 * MIB],
  pitOutputBytes: [MIB, 64 * 1024 * MIB],
  officeDeadlineMs: [SECOND, HOUR],
  maxOcrPages: [0, 10_000],
  ocrPageMs: [SECOND, HOUR],
  ocrDocumentMs: [SECOND, HOUR],
  maxConvertedBytes: [MIB, 1024 * MIB],
  maxUnpackedBytes: [MIB, 1024 * MIB],
  maxArchiveEntries: [1, 50_000],
  maxArchiveDepth: [1, 10],
  maxArchiveRatio: [2, 10_000],
  maxCleanPartBytes: [KIB, 1024 * MIB],
  maxCleanMessageBytes: [KIB, 2047 * MIB],
  maxCacheBytes: [0, 4096 * MIB],
  scanDeadlineMs: [SECOND, HOUR],
  scanMsPerMib: [0, DAY / 1000],
  maxAttempts: [1, 20],
};

const shape = Object.fromEntries(
  Object.entries(LIMIT_RANGES).map(([key, [least, most]]) => [
    key,
    count(least, most, DEFAULT_LIMITS[key as keyof Limits]),
  ]),
) as Record<keyof Limits, z.ZodDefault<z.ZodInt>>;

export const limitsSchema = section(shape).superRefine((limits, context) => {
  for (const [smaller, larger] of [
    ["maxHeaderBytes", "maxMessageBytes"],
    ["maxLeafInMemoryBytes", "maxMessageBytes"],
    ["maxCleanPartBytes", "maxCleanMessageBytes"],
  ] as const) {
    if (limits[smaller] <= limits[larger]) continue;
    context.addIssue({
      code: "custom",
      path: [smaller],
      message: `must not be more than limits.${larger} (${limits[smaller]} > ${limits[larger]})`,
    });
  }
});

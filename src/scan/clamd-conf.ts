import { DEFAULT_LIMITS } from "../core/limits.ts";
import type { Limits } from "../core/limits.ts";
import { MIB } from "../core/units.ts";

/** Scans at a time inside clamd; more than any scanner here opens. */
const MAX_THREADS = 12;
/** What one scan may unpack. */
const MAX_SCAN_BYTES = 400 * MIB;

export interface ClamdConfOptions {
  /** Relative to the folder clamd is started in, or absolute. */
  readonly databaseFolder: string;
  /** Likewise. */
  readonly temporaryFolder: string;
  /** Such as 1.4; some settings are newer than others, and an unknown one ends clamd. */
  readonly version: number;
  readonly limits?: Limits;
  /** Real signatures grow old; those of a test database do not. */
  readonly refuseOldSignatures: boolean;
}

/** clamd.conf for our own clamd: what it could not look at has to be said, never passed as OK. */
export function clamdConf(options: ClamdConfOptions): string {
  const { streamBytes, scanBytes } = sizes(options.limits);
  const settings: readonly (readonly [string, string | number])[] = [
    ["Foreground", "yes"],
    ["LocalSocket", "clamd.sock"],
    ["LocalSocketMode", 660],
    ["FixStaleSocket", "yes"],
    ["PidFile", "clamd.pid"],
    ["TemporaryDirectory", options.temporaryFolder],
    ["DatabaseDirectory", options.databaseFolder],
    ["MaxThreads", MAX_THREADS],
    ["MaxQueue", MAX_THREADS * 10],
    ["StreamMaxLength", streamBytes],
    // As large as the whole scan: a smaller limit for one member of an archive is passed over as OK (measured, 1.4.6).
    ["MaxFileSize", scanBytes],
    ["MaxScanSize", scanBytes],
    ["MaxScanTime", 60_000],
    // Comparing pictures costs 40 ms each (measured, 1.4.6) and serves phishing logos; every picture is made anew anyway.
    ...(options.version >= 1.2
      ? ([["ScanImageFuzzyHash", "no"]] as const)
      : []),
    // A named virus is told before a suspicion; policy/heuristics.ts builds on it.
    ["HeuristicScanPrecedence", "no"],
    ["AlertExceedsMax", "yes"],
    ["AlertEncrypted", "yes"],
    ["AlertEncryptedArchive", "yes"],
    ["AlertEncryptedDoc", "yes"],
    ...(options.refuseOldSignatures
      ? ([["FailIfCvdOlderThan", 7]] as const)
      : []),
    ...(options.version >= 1.5
      ? ([
          ["EnableShutdownCommand", "no"],
          ["EnableReloadCommand", "no"],
          ["EnableStatsCommand", "no"],
        ] as const)
      : []),
  ];
  return settings.map(([key, value]) => `${key} ${value}\n`).join("");
}

/** What all its scans together can have on disk at one time. */
export function worstCaseBytes(limits?: Limits): number {
  const { streamBytes, scanBytes } = sizes(limits);
  return MAX_THREADS * (streamBytes + scanBytes);
}

function sizes({ maxMessageBytes }: Limits = DEFAULT_LIMITS) {
  const streamBytes = maxMessageBytes + MIB;
  return { streamBytes, scanBytes: Math.max(MAX_SCAN_BYTES, streamBytes) };
}

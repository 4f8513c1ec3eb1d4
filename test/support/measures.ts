import { NO_TIMES } from "../../src/core/measure.ts";
import type { Measures } from "../../src/core/measure.ts";
import { trouble } from "../../src/policy/troubles.ts";

/** What a watchman might have measured: of everything something, in two tenants, and a scanner that does not answer. */
export function busyMeasures(at: number): Measures {
  const counts = (factor: number) => ({
    ...{ arrivals: 120 * factor, completions: 110 * factor },
    ...{ failures: factor, held: 9 * factor, malicious: 2 * factor },
  });
  const depth = (waiting: number) => ({ waiting, oldestMs: waiting * 1000 });
  const scan = { ...NO_TIMES, counts: NO_TIMES.counts.map((_, at) => at) };
  return {
    at,
    lanes: (["inspect", "sanitize", "deliver"] as const).map((lane) => ({
      ...{ lane, ...depth(30) },
      tenants: [
        { tenant: "kawa", ...depth(10) },
        { tenant: "yama", ...depth(20) },
      ],
    })),
    tenants: [
      { tenant: "kawa", ...counts(1) },
      { tenant: "yama", ...counts(2) },
    ],
    stages: [{ stage: "scan", count: 595, p50Ms: 4, p95Ms: 90 }],
    times: { scan },
    faults: { CLAMD_UNREACHABLE: 4 },
    authentications: { "spf pass": 30, "dmarc fail": 2 },
    workers: [
      {
        ...{ name: "intake", alive: true, pid: 7, startedAt: at - 9000, at },
        ...{ residentBytes: 1e8, cpuSeconds: 3.5 },
      },
    ],
    scanner: null,
    lgwan: { answers: true, untrustedDetail: "220 hello", at },
    disk: { freeBytes: 1e12, totalBytes: 2e12, minFreeBytes: 5e8 },
    held: [
      { tenant: "kawa", code: "VIRUS_FOUND", count: 2 },
      { tenant: "yama", code: "ENCRYPTED", count: 3 },
    ],
    malicious: [
      { tenant: "kawa", name: "Eicar-Test-Signature", count: 2 },
      { tenant: "yama", name: "Win.Test.EICAR_HDB-1", count: 4 },
    ],
    events: { last: 900, sent: { syslog: 880 } },
    troubles: [
      { ...trouble("SCANNER_SILENT", "止まっています。"), since: at - 60_000 },
      {
        ...trouble("SENDER_BURST", "x@example.com から 10 分間に 400 通"),
        since: at,
      },
    ],
  };
}

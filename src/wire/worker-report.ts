import { AUTH_COUNTS } from "../core/authentication.ts";
import type { AuthCount } from "../core/authentication.ts";
import { NO_TIMES, STAGES } from "../core/measure.ts";
import type {
  PeerAnswer,
  Stage,
  Times,
  WorkerReport,
} from "../core/measure.ts";
import { isRecord } from "./job.ts";

/** Reports come out of processes that meet hostile mail: names from closed lists, numbers, and nothing longer than this. */
export const MAX_REPORT_BYTES = 128 * 1024;
const MAX_FAULTS = 200;
const MAX_DETAIL_CHARACTERS = 300;

/** Null: no report. What is not understood in it is left out. */
export function parseWorkerReport(untrustedText: string): WorkerReport | null {
  let untrusted: unknown;
  try {
    untrusted = JSON.parse(untrustedText);
  } catch {
    return null;
  }
  if (!isRecord(untrusted)) return null;
  const { worker, stages, faults, authentications } = untrusted;
  if (typeof worker !== "string" || !/^[a-z]{1,20}$/.test(worker)) return null;
  const number = (name: string) => amount(untrusted[name]) ?? 0;
  return {
    ...{ worker, pid: number("pid"), startedAt: number("startedAt") },
    ...{ at: number("at"), residentBytes: number("residentBytes") },
    cpuSeconds: number("cpuSeconds"),
    faults: isRecord(faults) ? faultsIn(faults) : {},
    authentications: isRecord(authentications) ? checksIn(authentications) : {},
    stages: isRecord(stages) ? stagesIn(stages) : {},
    lgwan: peerIn(untrusted["lgwan"]),
  };
}

function faultsIn(untrusted: Readonly<Record<string, unknown>>) {
  const known = Object.entries(untrusted)
    .filter(([code]) => /^[A-Z][A-Z_]{1,50}$/.test(code))
    .slice(0, MAX_FAULTS)
    .map(([code, count]): [string, number] => [code, amount(count) ?? 0]);
  return Object.fromEntries(known);
}

function checksIn(
  untrusted: Readonly<Record<string, unknown>>,
): WorkerReport["authentications"] {
  const known = AUTH_COUNTS.flatMap((count): [AuthCount, number][] => {
    const times = amount(untrusted[count]);
    return times === null ? [] : [[count, times]];
  });
  return Object.fromEntries(known);
}

function stagesIn(
  untrusted: Readonly<Record<string, unknown>>,
): WorkerReport["stages"] {
  const known = STAGES.flatMap((stage): [Stage, Times][] => {
    const times = timesIn(untrusted[stage]);
    return times === null ? [] : [[stage, times]];
  });
  return Object.fromEntries(known);
}

export function timesIn(untrusted: unknown): Times | null {
  if (!isRecord(untrusted) || !Array.isArray(untrusted["counts"])) return null;
  const counts: readonly unknown[] = untrusted["counts"];
  if (counts.length !== NO_TIMES.counts.length) return null;
  return {
    counts: counts.map((count) => amount(count) ?? 0),
    sumMs: amount(untrusted["sumMs"]) ?? 0,
  };
}

function peerIn(untrusted: unknown): PeerAnswer | null {
  if (!isRecord(untrusted)) return null;
  const { answers, untrustedDetail, at } = untrusted;
  if (typeof answers !== "boolean" || typeof untrustedDetail !== "string")
    return null;
  const told = untrustedDetail.slice(0, MAX_DETAIL_CHARACTERS);
  return {
    ...{ answers, at: amount(at) ?? 0 },
    untrustedDetail: told.replace(/[^\x20-\x7e]/g, "?"),
  };
}

function amount(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0
    ? value
    : null;
}

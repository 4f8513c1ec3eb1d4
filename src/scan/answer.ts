import type { ScanVerdict } from "../core/verdict.ts";

/**
 * What clamd's answer to INSTREAM means. Only the exact `stream: OK` is clean; whatever is not understood is
 * unexaminable. Two families of FOUND say that clamd could not look inside, not that it found something.
 */
export function verdictOf(answer: string, engine: string): ScanVerdict {
  if (answer === "stream: OK") return { kind: "clean", engine };
  const signature = /^stream: ([^\n]+) FOUND$/.exec(answer)?.[1];
  if (signature === undefined) return notScanned(engine, answer);
  const detail = signature;
  if (signature.startsWith("Heuristics.Encrypted."))
    return { kind: "unexaminable", engine, code: "ENCRYPTED", detail };
  if (signature.startsWith("Heuristics.Limits.Exceeded"))
    return { kind: "unexaminable", engine, code: "ARCHIVE_LIMIT", detail };
  return { kind: "malicious", engine, signature };
}

export function notScanned(engine: string, reason: string): ScanVerdict {
  const detail = reason.slice(0, 200);
  return { kind: "unexaminable", engine, code: "SCANNER_UNAVAILABLE", detail };
}

import type { ScanVerdict } from "../core/verdict.ts";

/** clamd's word for "built oddly", not for a virus that somebody named. */
const HEURISTIC = /^Heuristics\./;
/** Odd in the way of a known attack on a reader: as good as a name. */
const ATTACK = /exploit|cve/i;

/** The scanner suspects and cannot name: what is drawn as pixels leaves the oddity behind. */
export function isSuspicion(scan: ScanVerdict): boolean {
  return (
    scan.kind === "malicious" &&
    HEURISTIC.test(scan.signature) &&
    !ATTACK.test(scan.signature)
  );
}

/** A virus that the scanner knows by name, or an attack. */
export function isNamedVirus(scan: ScanVerdict): boolean {
  return scan.kind === "malicious" && !isSuspicion(scan);
}

import { Fault } from "../core/fault.ts";
import type { Content } from "../core/content.ts";
import type { Log } from "../core/log.ts";
import type { Pit, ViewPit } from "../core/pit.ts";
import type { Scanner } from "../core/scanner.ts";
import { MINUTE } from "../core/units.ts";
import type { ScanVerdict } from "../core/verdict.ts";

/** How long a failed proof stands before it is tried again, and how long a scanner's good one does. */
const PROOF_LASTS_MS = MINUTE;

/**
 * A pit that is used only after each of its walls was tried from inside. Walls do not come and go while a process runs,
 * so one good proof serves; a bad one is tried again each minute. Faults: PIT_UNAVAILABLE, naming what did not hold.
 */
export function provenPit(
  pit: Pit,
  log: Log,
  prove = wallsProven(pit, log),
): Pit {
  return {
    open: async (...asked) => {
      await prove();
      return pit.open(...asked);
    },
    unpack: async (container, password) => {
      await prove();
      return password === undefined
        ? pit.unpack(container)
        : pit.unpack(container, password);
    },
    convert: async (document, how) => {
      await prove();
      return pit.convert(document, how);
    },
    ...(pit.read === undefined ? {} : { read: pit.read }),
    proveWalls: () => pit.proveWalls(),
  };
}

/** Likewise for those who look. */
export function provenViewPit(pit: Pit & ViewPit, log: Log): Pit & ViewPit {
  const prove = wallsProven(pit, log);
  return {
    ...provenPit(pit, log, prove),
    look: async (...asked) => {
      await prove();
      return pit.look(...asked);
    },
  };
}

function wallsProven(
  pit: Pick<Pit, "proveWalls">,
  log: Log,
): () => Promise<void> {
  let proof: Promise<readonly string[]> | null = null;
  const prove = async () => {
    proof ??= pit.proveWalls();
    const missing = await proof.catch((error: unknown) => {
      proof = null;
      throw error;
    });
    if (missing.length === 0) return;
    log.error("pit.open", { missing: missing.join(",") });
    setTimeout(() => (proof = null), PROOF_LASTS_MS).unref();
    throw new Fault("PIT_UNAVAILABLE", { walls: missing.join(",") });
  };
  return prove;
}

/**
 * A scanner that is believed only while it finds the test virus: one with an empty or wrong database says "clean" to
 * everything. Asked again each minute; in between its answers stand.
 */
export function provenScanner(
  scanner: Scanner,
  virus: Content,
  log: Log,
): Scanner {
  let provenAt = -Infinity;
  let proof: Promise<ScanVerdict> | null = null;
  const prove = async (): Promise<ScanVerdict> => {
    const verdict = await scanner.scan(virus);
    proof = null;
    if (verdict.kind === "malicious") provenAt = performance.now();
    else log.error("scanner.blind", { answer: verdict.kind });
    return verdict;
  };
  return {
    health: () => scanner.health(),
    scan: async (content) => {
      if (performance.now() - provenAt < PROOF_LASTS_MS)
        return scanner.scan(content);
      const answer = await (proof ??= prove());
      if (answer.kind === "malicious") return scanner.scan(content);
      const detail =
        answer.kind === "clean"
          ? "it does not find the test virus"
          : answer.detail;
      return {
        kind: "unexaminable",
        engine: answer.engine,
        code: "SCANNER_UNAVAILABLE",
        detail,
      };
    },
  };
}

/*
NAME       scan: ask the virus scanner about the whole mail and about every leaf
ZONE       airlock
READS      the original and its leaves       TALKS TO  clamd
SECURITY   only a positive "clean" passes; silence, errors and oddities are `unexaminable`
FAULTS     CLAMD_UNREACHABLE when the scanner could not look, so that the mail waits instead of being judged
NOT HERE   what follows from a verdict (policy)
*/
import type { Content } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { PartTree } from "../core/part.ts";
import type { Scanner } from "../core/scanner.ts";
import type { ScanVerdict } from "../core/verdict.ts";
import { isNamedVirus } from "../policy/heuristics.ts";

export interface ScanVerdicts {
  /** Of the whole mail, and of every other reading of it. */
  readonly whole: ScanVerdict;
  /** By part id. */
  readonly leaves: ReadonlyMap<number, ScanVerdict>;
}

/**
 * The whole catches what hides between parts; the leaves catch what the scanner's own mail reader misses. A mail that is one
 * plain text and nothing else has nothing between parts, and of it only shown text can go on: the whole speaks for it.
 */
export async function scan(
  original: Content,
  tree: PartTree,
  scanner: Scanner,
): Promise<ScanVerdicts> {
  const asked = new Map<string, Promise<ScanVerdict>>();
  const ask = (content: Content): Promise<ScanVerdict> => {
    const known = asked.get(content.sha256);
    if (known !== undefined) return known;
    const answer = scanner.scan(content);
    asked.set(content.sha256, answer);
    return answer;
  };
  const whole = ask(original);
  const alone = isOnePlainText(tree);
  const leaves = tree.parts.flatMap((part) =>
    part.leaf === null
      ? []
      : [
          (alone ? whole : ask(part.leaf.content)).then(
            (verdict) => [part.id, verdict] as const,
          ),
        ],
  );
  const readings = (tree.otherReadings?.contents ?? []).map(ask);
  const verdicts = {
    whole: worstOf(await whole, await Promise.all(readings)),
    leaves: new Map(await Promise.all(leaves)),
  };
  for (const verdict of [verdicts.whole, ...verdicts.leaves.values()]) {
    if (
      verdict.kind === "unexaminable" &&
      verdict.code === "SCANNER_UNAVAILABLE"
    ) {
      throw new Fault("CLAMD_UNREACHABLE", { detail: verdict.detail });
    }
  }
  return verdicts;
}

/** Of what is no leaf nothing goes on, so only a virus in it, or a scanner that could not look, says more than the whole. */
function worstOf(
  whole: ScanVerdict,
  readings: readonly ScanVerdict[],
): ScanVerdict {
  return (
    [whole, ...readings].find(isNamedVirus) ??
    (whole.kind === "malicious" ? whole : undefined) ??
    readings.find((verdict) => verdict.kind === "malicious") ??
    readings.find(
      (verdict) =>
        verdict.kind === "unexaminable" &&
        verdict.code === "SCANNER_UNAVAILABLE",
    ) ??
    whole
  );
}

function isOnePlainText(tree: PartTree): boolean {
  const [only] = tree.parts;
  return (
    tree.parts.length === 1 &&
    tree.outsideBytes === 0 &&
    only?.declaredType === "text/plain" &&
    only.leaf?.kind.type === "text/plain" &&
    only.untrustedName === null &&
    only.anomalies.length === 0
  );
}

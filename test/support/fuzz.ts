import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../bench/random.ts";
import { fuzzInput } from "./fuzz-input.ts";
import { FUZZ_TARGETS } from "./fuzz-targets.ts";

export const FINDS = fileURLToPath(
  new URL("../../fixtures/fuzz", import.meta.url),
);

/** Inputs that once broke something, by name; each is tried again before anything new. */
export function readFinds(): ReadonlyMap<string, Buffer> {
  return new Map(
    (existsSync(FINDS) ? readdirSync(FINDS) : [])
      .filter((name) => name.endsWith(".eml"))
      .sort()
      .map((name) => [name, readFileSync(join(FINDS, name))]),
  );
}

export interface FuzzFailure {
  readonly target: string;
  readonly seed: number;
  readonly bytes: Buffer;
  readonly message: string;
}

/** Work on 32 KiB that takes longer than this grows faster than its input. */
const SLOW_MS = 3000;

/** Null when every target takes `bytes`; `slow` also reports what takes too long. */
export async function tryTargets(
  seed: number,
  bytes: Buffer,
  slow: boolean,
): Promise<FuzzFailure | null> {
  for (const [target, run] of Object.entries(FUZZ_TARGETS)) {
    const began = performance.now();
    try {
      await run(bytes);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { target, seed, bytes, message };
    }
    const ms = performance.now() - began;
    if (slow && ms > SLOW_MS)
      return { target, seed, bytes, message: `took ${Math.round(ms)} ms` };
  }
  return null;
}

/** The same seed makes the same input, as long as the finds are the same. */
export function inputOf(seed: number, finds: readonly Buffer[]): Buffer {
  return fuzzInput(new Random(seed), finds);
}

/** Takes away what is not needed for the failure, by halves. */
export async function shrink(failure: FuzzFailure): Promise<FuzzFailure> {
  let best = failure;
  for (let size = best.bytes.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < best.bytes.length;) {
      const bytes = Buffer.concat([
        best.bytes.subarray(0, at),
        best.bytes.subarray(at + size),
      ]);
      const still = await tryTargets(best.seed, bytes, false);
      if (still?.target === best.target) best = still;
      else at += size;
    }
  }
  return best;
}

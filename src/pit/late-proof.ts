import { Fault } from "../core/fault.ts";

/**
 * Walls that few need are tried before their first use, not at every start. A good proof serves as long as this process
 * runs, a bad one is tried again.
 */
export function lateProof(
  prove: () => Promise<readonly string[]>,
): () => Promise<void> {
  let proof: Promise<readonly string[]> | null = null;
  return async () => {
    proof ??= prove();
    const missing = await proof;
    if (missing.length === 0) return;
    proof = null;
    throw new Fault("PIT_UNAVAILABLE", { walls: missing.join(",") });
  };
}

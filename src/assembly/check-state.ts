import { HOME_FOLDER } from "../config/load.ts";
import type { Checks } from "../core/check.ts";
import { loadClearPublicKey } from "../store/keys.ts";
import { verifyState } from "../store/signed-state.ts";
import type { StateAnswer } from "../store/signed-state.ts";
import type { placesIn } from "./places.ts";

const TOLD_FILES = 20;

/** Holds the program and its settings against what was signed, and puts the outcome on record. Null when nothing was signed. */
export async function checkState(
  places: ReturnType<typeof placesIn>,
  ledger: Checks,
  actor: string,
): Promise<StateAnswer | null> {
  const answer = await verifyState(
    {
      ...{ home: HOME_FOLDER, config: places.inForce },
      list: places.signedState,
    },
    await loadClearPublicKey(places.keys),
  );
  if (answer === null) return null;
  const { differing, signedAt } = answer;
  const passed = differing.length === 0;
  const told = differing.slice(0, TOLD_FILES);
  await ledger.recordCheck({
    ...{ name: "state", passed, actor },
    detail: passed
      ? ""
      : `署名した時点と違うファイルが ${differing.length} 件あります（${told.slice(0, 3).join("、")} など）。意図した変更であれば npx sekisho state sign で署名し直し、覚えがなければ運用を止めて調べてください。`,
    facts: { signedAt, count: differing.length, differing: told },
  });
  return answer;
}

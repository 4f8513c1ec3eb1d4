import { HOME_FOLDER, type Config } from "../config/load.ts";
import type { Checks } from "../core/check.ts";
import { loadClearPublicKey } from "../store/keys.ts";
import { verifyState } from "../store/signed-state.ts";
import type { StateAnswer, StatePlaces } from "../store/signed-state.ts";
import { administratorsText } from "./administrators-text.ts";
import { placesIn } from "./places.ts";

const TOLD_FILES = 20;

/** What is signed, and what it is held against later: the same for whoever does it. */
export async function stateOf(
  config: Pick<Config, "gateway" | "file">,
): Promise<StatePlaces> {
  return {
    home: HOME_FOLDER,
    config: await administratorsText(config),
    list: placesIn(config.gateway.varFolder).signedState,
  };
}

/** Holds the program and its settings against what was signed, and puts the outcome on record. Null when nothing was signed. */
export async function checkState(
  config: Pick<Config, "gateway" | "file">,
  ledger: Checks,
  actor: string,
): Promise<StateAnswer | null> {
  const answer = await verifyState(
    await stateOf(config),
    await loadClearPublicKey(placesIn(config.gateway.varFolder).keys),
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

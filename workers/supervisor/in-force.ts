import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { placesIn } from "../../src/assembly/places.ts";
import {
  changedKeys,
  configHash,
  fixedAmong,
  withLimits,
} from "../../src/config/change.ts";
import { loadConfig, type Config } from "../../src/config/load.ts";
import { Fault, toFault } from "../../src/core/fault.ts";
import type { Ledger } from "../../src/core/ports.ts";

/**
 * The configuration that the workers follow: a copy of the administrator's file, made when it was found valid. A worker that
 * is started again finds the same one, whatever stands in the administrator's file by then.
 */
export interface InForce {
  readonly config: Config;
  readonly text: string;
}

/** Limits of the emergency mode while it lasts; null otherwise. */
export type OtherLimits = Readonly<Record<string, number>> | null;

const MAX_TOLD_CHARACTERS = 1000;

export type Next =
  | {
      readonly kind: "valid";
      readonly inForce: InForce;
      readonly keys: readonly string[];
    }
  | { readonly kind: "refused"; readonly complaints: string };

/** The file as it is now, checked as at a start and against what can be followed without one. */
export async function readNext(
  source: string,
  now: InForce,
  limits: OtherLimits,
): Promise<Next> {
  const { varFolder } = now.config.gateway;
  const draft = `${placesIn(varFolder).inForce}.next`;
  try {
    const text = await readFile(source, "utf8");
    const wanted = limits === null ? text : withLimits(text, limits);
    await writeFile(draft, wanted, { mode: 0o600 });
    const config = loadConfig(draft);
    const keys = changedKeys(now.config, config);
    const fixed = fixedAmong(keys);
    if (fixed.length > 0)
      return {
        kind: "refused",
        complaints: `${fixed.join(", ")}: takes a restart of the gateway`,
      };
    return { kind: "valid", inForce: { config, text: wanted }, keys };
  } catch (error) {
    const fault = toFault(error);
    const told = fault.facts["complaints"] ?? fault.message;
    return {
      kind: "refused",
      complaints: String(told).slice(0, MAX_TOLD_CHARACTERS),
    };
  }
}

/** In one step, so that a worker that starts at this moment reads one of the two. */
export async function putInForce({ config, text }: InForce): Promise<void> {
  const { inForce } = placesIn(config.gateway.varFolder);
  const draft = `${inForce}.part`;
  await writeFile(draft, text, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, inForce);
}

/** At a start: the given configuration comes into force, and the record says what it changes against the last one. */
export async function beginWith(
  given: Config,
  ledger: Ledger,
  limits: OtherLimits,
): Promise<InForce> {
  const { inForce: file } = placesIn(given.gateway.varFolder);
  const before = existsSync(file) ? loaded(file) : null;
  const text = await readFile(given.file, "utf8");
  const wanted = limits === null ? text : withLimits(text, limits);
  await putInForce({ config: given, text: wanted });
  const config = loadConfig(file);
  await ledger.record({
    act: "configured",
    actor: "supervisor",
    facts: {
      ...{ via: "start", hash: configHash(config), file: given.file },
      keys: before === null ? [] : changedKeys(before, config),
    },
  });
  return { config, text: wanted };
}

function loaded(file: string): Config | null {
  try {
    return loadConfig(file);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

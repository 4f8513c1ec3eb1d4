import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { placesIn } from "../../src/assembly/places.ts";
import {
  brokenPairs,
  certificateHashes,
  renewedFiles,
  type CertificateHashes,
} from "../../src/config/certificates.ts";
import {
  changedKeys,
  configHash,
  fixedAmong,
  withDisaster,
} from "../../src/config/change.ts";
import { loadConfig, type Config } from "../../src/config/load.ts";
import { Fault, toFault } from "../../src/core/fault.ts";
import type { Ledger } from "../../src/core/ledger.ts";

/**
 * The configuration that the workers follow: a copy of the administrator's file, made when it was found valid. A worker that
 * is started again finds the same one, whatever stands in the administrator's file by then.
 */
export interface InForce {
  readonly config: Config;
  readonly text: string;
  /** As the administrator wrote it: without what the emergency mode changes. */
  readonly base: string;
  readonly isDisaster: boolean;
  /** Of the certificates, as they were when it came into force. */
  readonly certificates: CertificateHashes;
}

const MAX_TOLD_CHARACTERS = 1000;

export type Next =
  | {
      readonly kind: "valid";
      readonly inForce: InForce;
      readonly keys: readonly string[];
      /** Settings whose file has another certificate or key by now. */
      readonly renewed: readonly string[];
    }
  | { readonly kind: "refused"; readonly complaints: string };

/**
 * A text, checked as at a start and against what can be followed without one. `readText` gives the administrator's file, or
 * what is in force already when only the emergency mode begins or ends.
 */
export async function readNext(
  readText: () => Promise<string>,
  now: InForce,
  isDisaster: boolean,
): Promise<Next> {
  const { varFolder } = now.config.gateway;
  const draft = `${placesIn(varFolder).inForce}.next`;
  try {
    const base = await readText();
    const { config, text } = await checked(draft, base, isDisaster);
    const keys = changedKeys(now.config, config);
    const fixed = fixedAmong(keys);
    if (fixed.length > 0)
      return {
        kind: "refused",
        complaints: `${fixed.join(", ")}: takes a restart of the gateway`,
      };
    const certificates = certificateHashes(config);
    const renewed = renewedFiles(now.certificates, certificates);
    const broken = brokenPairs(config, renewed);
    if (broken.length > 0)
      return { kind: "refused", complaints: broken.join("\n") };
    const inForce = { config, text, base, isDisaster, certificates };
    return { kind: "valid", inForce, keys, renewed };
  } catch (error) {
    const fault = toFault(error);
    const told = fault.facts["complaints"] ?? fault.message;
    return {
      kind: "refused",
      complaints: String(told).slice(0, MAX_TOLD_CHARACTERS),
    };
  }
}

async function checked(
  draft: string,
  base: string,
  isDisaster: boolean,
): Promise<{ readonly config: Config; readonly text: string }> {
  await writeFile(draft, base, { mode: 0o600 });
  const config = loadConfig(draft);
  if (!isDisaster) return { config, text: base };
  const text = withDisaster(base, config);
  await writeFile(draft, text, { mode: 0o600 });
  return { config: loadConfig(draft), text };
}

/** Each in one step, so that a worker that starts at this moment reads one of the two. */
export async function putInForce({
  config,
  text,
  base,
}: Pick<InForce, "config" | "text" | "base">): Promise<void> {
  const places = placesIn(config.gateway.varFolder);
  await putFile(places.base, base);
  await putFile(places.inForce, text);
}

async function putFile(path: string, text: string): Promise<void> {
  const draft = `${path}.part`;
  await writeFile(draft, text, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
}

/** At a start: the given configuration comes into force, and the record says what it changes against the last one. */
export async function beginWith(
  given: Config,
  ledger: Ledger,
): Promise<InForce> {
  const { inForce: file } = placesIn(given.gateway.varFolder);
  const before = existsSync(file) ? loaded(file) : null;
  const base = await readFile(given.file, "utf8");
  await ledger.closeDisaster();
  const isDisaster = (await ledger.disaster()).kind === "on";
  const { config: draft, text } = await checked(
    `${file}.next`,
    base,
    isDisaster,
  );
  await putInForce({ config: draft, text, base });
  const config = loadConfig(file);
  await ledger.record({
    act: "configured",
    actor: "supervisor",
    facts: {
      ...{ via: "start", hash: configHash(config), file: given.file },
      keys: before === null ? [] : changedKeys(before, config),
    },
  });
  const certificates = certificateHashes(config);
  return { config, text, base, isDisaster, certificates };
}

function loaded(file: string): Config | null {
  try {
    return loadConfig(file);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

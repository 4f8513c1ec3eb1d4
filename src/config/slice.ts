import type { Config } from "./load.ts";

/** What each worker may know of the settings. Secrets go only to those who use them. */
const SLICES = {
  intake: ["gateway", "tenants", "smtp", "queue", "limits", "workers"],
  sanitizer: [
    "gateway",
    "tenants",
    "scanner",
    "queue",
    "limits",
    "policy",
    "lgwan",
    "workers",
  ],
  courier: ["gateway", "lgwan", "queue", "limits", "workers"],
  console: ["gateway", "tenants", "console", "queue", "scanner", "limits"],
  janitor: ["gateway", "queue", "janitor", "limits", "workers"],
} as const satisfies Record<string, readonly (keyof Config)[]>;

const SECRETS = {
  intake: ["redisPassword"],
  sanitizer: ["redisPassword", "sealKey", "vaultKey"],
  courier: ["redisPassword", "sealKey"],
  console: ["redisPassword", "vaultKey"],
  janitor: ["redisPassword"],
} as const satisfies Record<string, readonly (keyof Config["secrets"])[]>;

export type WorkerName = keyof typeof SLICES;

export type ConfigSlice<Worker extends WorkerName> = Pick<
  Config,
  (typeof SLICES)[Worker][number] | "failpoint"
> & {
  readonly secrets: Pick<Config["secrets"], (typeof SECRETS)[Worker][number]>;
};

export function sliceOf<Worker extends WorkerName>(
  config: Config,
  worker: Worker,
): ConfigSlice<Worker> {
  const pick = (from: object, keys: readonly string[]) =>
    Object.freeze(
      Object.fromEntries(
        keys.map((key) => [key, (from as Record<string, unknown>)[key]]),
      ),
    );
  return Object.freeze({
    ...pick(config, SLICES[worker]),
    failpoint: config.failpoint,
    secrets: pick(config.secrets, SECRETS[worker]),
  }) as ConfigSlice<Worker>;
}

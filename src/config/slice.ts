import { SECRET_VARIABLES } from "./environment.ts";
import type { Config } from "./load.ts";

/** What each worker may know of the settings. */
const SLICES = {
  intake: ["gateway", "tenants", "smtp", "limits", "workers"],
  sanitizer: [
    ...(["gateway", "tenants", "scanner", "limits", "policy"] as const),
    ...(["workers", "recipients", "authentication"] as const),
  ],
  courier: ["gateway", "lgwan", "workers"],
  console: [
    ...(["gateway", "tenants", "lgwan", "console", "limits"] as const),
    ...(["policy", "disaster", "queue"] as const),
  ],
  janitor: [
    ...(["gateway", "tenants", "policy", "janitor", "retention"] as const),
    ...(["smtp", "selfTest", "events", "file"] as const),
  ],
  mailbox: ["gateway", "lgwan"],
  viewer: ["gateway", "scanner", "limits", "policy", "tenants", "viewer"],
  recipients: ["gateway", "tenants", "policy", "recipients"],
  watchman: [
    ...(["gateway", "smtp", "lgwan", "console", "scanner"] as const),
    ...(["queue", "limits", "alerts", "events", "file"] as const),
    "recipients",
  ],
} as const satisfies Record<string, readonly (keyof Config)[]>;

/** Secrets go only to those who use them. The courier has the public half of the seal key, which is no secret. */
const SECRETS = {
  intake: ["redisPassword"],
  sanitizer: ["redisPassword", "sealKey", "vaultKey"],
  courier: ["redisPassword"],
  console: ["redisPassword", "oidcSecret", "metricsToken"],
  janitor: ["redisPassword"],
  mailbox: [],
  viewer: ["redisPassword", "vaultKey"],
  recipients: [],
  watchman: ["redisPassword", "alertsMailPassword", "alertsWebhookKey"],
} as const satisfies Record<string, readonly (keyof Config["secrets"])[]>;

export type WorkerName = keyof typeof SLICES;

export type ConfigSlice<Worker extends WorkerName> = Pick<
  Config,
  (typeof SLICES)[Worker][number]
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
    secrets: pick(config.secrets, SECRETS[worker]),
  }) as ConfigSlice<Worker>;
}

/** What a worker's process is started with: everything but the secrets that it has no use for. */
export function environmentFor(
  worker: WorkerName,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string | undefined> {
  const known: readonly string[] = SECRETS[worker];
  const hidden = Object.entries(SECRET_VARIABLES).flatMap(
    ([secret, variable]) => (known.includes(secret) ? [] : [variable]),
  );
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !hidden.includes(name)),
  );
}

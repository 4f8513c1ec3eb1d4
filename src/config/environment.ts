import { Secret } from "./secret.ts";
import type { Complaint } from "./complaint.ts";

/** What may stand in the environment: the file's place and secrets, nothing else. */
export interface Environment {
  readonly configPath: string | null;
  readonly secrets: Secrets;
  /** A named point at which a test makes the program die or fail; null outside of tests. */
  readonly failpoint: string | null;
}

export interface Secrets {
  /** Seed of the key that signs outbox entries: 64 hexadecimal digits. Null: the store keeps a key file of its own. */
  readonly sealKey: Secret | null;
  /** Encrypts held originals: 64 hexadecimal digits. Null: the store keeps a key file of its own. */
  readonly vaultKey: Secret | null;
  readonly redisPassword: Secret | null;
  /** Lets in whoever asks for the metrics from elsewhere: 16 characters or more. */
  readonly metricsToken: Secret | null;
  /** For alerts.mail.user. */
  readonly alertsMailPassword: Secret | null;
  /** Signs what goes to alerts.webhooks: 16 characters or more. */
  readonly alertsWebhookKey: Secret | null;
  /** Of `console.oidc`. Null: a public client. */
  readonly oidcSecret: Secret | null;
}

const KNOWN = new Set([
  "SEKISHO_CONFIG",
  "SEKISHO_SEAL_KEY",
  "SEKISHO_VAULT_KEY",
  "SEKISHO_REDIS_PASSWORD",
  "SEKISHO_METRICS_TOKEN",
  "SEKISHO_ALERTS_MAIL_PASSWORD",
  "SEKISHO_ALERTS_WEBHOOK_KEY",
  "SEKISHO_OIDC_SECRET",
  "SEKISHO_FAILPOINT",
]);

export const SECRET_VARIABLES: Readonly<Record<keyof Secrets, string>> = {
  sealKey: "SEKISHO_SEAL_KEY",
  vaultKey: "SEKISHO_VAULT_KEY",
  redisPassword: "SEKISHO_REDIS_PASSWORD",
  metricsToken: "SEKISHO_METRICS_TOKEN",
  alertsMailPassword: "SEKISHO_ALERTS_MAIL_PASSWORD",
  alertsWebhookKey: "SEKISHO_ALERTS_WEBHOOK_KEY",
  oidcSecret: "SEKISHO_OIDC_SECRET",
};

/** Kubernetes sets these by itself for a service called `sekisho`. */
const SERVICE_LINK = /^SEKISHO_(\w+_)?(SERVICE_HOST|(SERVICE_)?PORT(_\w+)?)$/;

export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  complain: (complaint: Complaint) => void,
): Environment {
  const key = (name: string): Secret | null => {
    const value = env[name];
    if (value === undefined) return null;
    if (!/^[0-9a-f]{64}$/i.test(value))
      complain({ key: name, rule: "must be 64 hexadecimal digits" });
    return new Secret(value);
  };
  const words = (name: string, leastCharacters: number): Secret | null => {
    const value = env[name];
    if (value === undefined) return null;
    if (value.length < leastCharacters)
      complain({
        key: name,
        rule: `must be at least ${leastCharacters} characters`,
      });
    return new Secret(value);
  };
  for (const name of Object.keys(env))
    if (
      name.startsWith("SEKISHO_") &&
      !KNOWN.has(name) &&
      !SERVICE_LINK.test(name)
    )
      complain({ key: name, rule: "is not a variable of Sekisho" });
  const testing = env.NODE_ENV === "test";
  if (env.SEKISHO_FAILPOINT !== undefined && !testing)
    complain({
      key: "SEKISHO_FAILPOINT",
      rule: "is for tests only and needs NODE_ENV=test",
    });
  const redisPassword = env.SEKISHO_REDIS_PASSWORD;
  const oidcSecret = env.SEKISHO_OIDC_SECRET;
  return {
    configPath: env.SEKISHO_CONFIG ?? null,
    secrets: {
      sealKey: key("SEKISHO_SEAL_KEY"),
      vaultKey: key("SEKISHO_VAULT_KEY"),
      redisPassword:
        redisPassword === undefined ? null : new Secret(redisPassword),
      metricsToken: words("SEKISHO_METRICS_TOKEN", 16),
      alertsMailPassword: words("SEKISHO_ALERTS_MAIL_PASSWORD", 1),
      alertsWebhookKey: words("SEKISHO_ALERTS_WEBHOOK_KEY", 16),
      oidcSecret: oidcSecret === undefined ? null : new Secret(oidcSecret),
    },
    failpoint: testing ? (env.SEKISHO_FAILPOINT ?? null) : null,
  };
}

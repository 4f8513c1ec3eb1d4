import { describe, expect, it } from "@jest/globals";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { parse } from "yaml";
import { Fault } from "../core/fault.ts";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { HOME_FOLDER, loadConfig } from "./load.ts";
import { environmentFor, sliceOf, type WorkerName } from "./slice.ts";

const SHIPPED = join(HOME_FOLDER, "config/sekisho.yaml");
const BAD = join(HOME_FOLDER, "fixtures/config/bad");
const KEY = "0f".repeat(32);

function complaintsOf(
  path: string | null,
  env: Record<string, string> = {},
): string[] {
  try {
    loadConfig(path, env);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    expect(error.code).toBe("CONFIG_INVALID");
    return String(error.facts.complaints).split("\n");
  }
  return [];
}

function withFile<T>(text: string | Uint8Array, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "sekisho-config-"));
  try {
    const path = join(folder, "sekisho.yaml");
    writeFileSync(path, text);
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All names of a tree of settings, such as `smtp.port`. */
function namesIn(value: unknown, above = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [above];
  return Object.entries(value).flatMap(([key, inner]) =>
    namesIn(inner, above === "" ? key : `${above}.${key}`),
  );
}

describe("settings", () => {
  it("stand by default on loopback ports 2525, 2526 and 8080, one tenant, core's limits", () => {
    const config = withFile("", (path) => loadConfig(path, {}));
    expect(config.smtp).toMatchObject({ host: "127.0.0.1", port: 2525 });
    expect(config.lgwan).toMatchObject({ host: "127.0.0.1", port: 2526 });
    expect(config.console).toMatchObject({
      ...{ host: "127.0.0.1", port: 8080, origin: null, tls: null },
      ...{ proxies: [], idleMinutes: 20, absoluteHours: 10, linkHours: 24 },
    });
    expect(config.tenants).toEqual([
      {
        ...{ id: "default", name: "Example Town" },
        domains: ["town.example.lg.jp"],
        digests: {
          ...{ every: "none", hour: 8, quietHours: null },
          ...{ audience: "recipients", dutyAddress: null },
        },
      },
    ]);
    expect(config.limits).toEqual(DEFAULT_LIMITS);
    expect(config.gateway.varFolder).toBe(join(HOME_FOLDER, "var"));
  });

  it("are all listed in config/sekisho.yaml with their presets, and no others", () => {
    const shown = readFileSync(SHIPPED, "utf8").replace(/^( *)#(?! )/gm, "$1");
    const presets = withFile("", (path) => loadConfig(path, {}));
    const uncommented = withFile(shown, (path) => loadConfig(path, {}));
    const { secrets, failpoint, file, ...settings } = presets;
    expect({ secrets, failpoint, file }).toBeTruthy();
    expect({ ...uncommented, file }).toEqual({ ...presets, file });
    expect(namesIn(parse(shown)).sort()).toEqual(namesIn(settings).sort());
  });

  it("load from the shipped file when nothing else is named", () => {
    expect(loadConfig(null, {}).file).toBe(SHIPPED);
  });

  it("come from --config before SEKISHO_CONFIG", () => {
    withFile("smtp: {port: 25}", (first) =>
      withFile("smtp: {port: 26}", (second) => {
        const env = { SEKISHO_CONFIG: second };
        expect(loadConfig(first, env).smtp.port).toBe(25);
        expect(loadConfig(null, env).smtp.port).toBe(26);
      }),
    );
  });

  it("cannot be changed at any depth", () => {
    const config = loadConfig(null, {});
    expect(() => {
      (config.smtp as { port: number }).port = 1;
    }).toThrow(TypeError);
    expect(() => (config.tenants[0]!.domains as string[]).push("x")).toThrow(
      TypeError,
    );
  });
});

describe("wrong settings", () => {
  it.each(readdirSync(BAD))("%s is refused with what it expects", (name) => {
    const path = join(BAD, name);
    const expected = [
      ...readFileSync(path, "utf8").matchAll(/^# expect: (.*)$/gm),
    ].map((match) => match[1]!);
    expect(expected).not.toHaveLength(0);
    expect(complaintsOf(path).sort()).toEqual(expected.sort());
  });

  it("are told by what cannot be read: absent, not UTF-8, above 1 MiB", () => {
    expect(complaintsOf("/nowhere/sekisho.yaml")).toEqual([
      "the file cannot be read (ENOENT)",
    ]);
    withFile(Uint8Array.of(0xff, 0xfe), (path) =>
      expect(complaintsOf(path)).toEqual(["the file is not UTF-8"]),
    );
    withFile("#".repeat(1024 * 1024 + 1), (path) =>
      expect(complaintsOf(path)).toEqual(["the file is larger than 1 MiB"]),
    );
  });
});

describe("the environment", () => {
  it("gives secrets that do not show themselves in JSON, text or inspection", () => {
    const config = loadConfig(null, {
      SEKISHO_SEAL_KEY: KEY,
      SEKISHO_REDIS_PASSWORD: "hunter2",
    });
    const { sealKey, redisPassword } = config.secrets;
    expect(sealKey?.reveal()).toBe(KEY);
    expect(redisPassword?.reveal()).toBe("hunter2");
    expect(config.secrets.vaultKey).toBeNull();
    const shown = `${JSON.stringify(config)} ${inspect(config, { depth: 9 })} ${String(sealKey)}`;
    expect(shown).not.toContain(KEY);
    expect(shown).not.toContain("hunter2");
  });

  it("is refused with a malformed key, without repeating it", () => {
    expect(complaintsOf(null, { SEKISHO_VAULT_KEY: "hunter2" })).toEqual([
      "SEKISHO_VAULT_KEY must be 64 hexadecimal digits",
    ]);
  });

  it("is refused with an unknown SEKISHO_ name, except those Kubernetes makes", () => {
    expect(complaintsOf(null, { SEKISHO_SEAL_KY: KEY })).toEqual([
      "SEKISHO_SEAL_KY is not a variable of Sekisho",
    ]);
    expect(
      complaintsOf(null, {
        SEKISHO_PORT: "tcp://10.0.0.1:25",
        SEKISHO_SERVICE_HOST: "10.0.0.1",
        SEKISHO_PORT_25_TCP_ADDR: "10.0.0.1",
      }),
    ).toEqual([]);
  });

  it("arms a failpoint only with NODE_ENV=test", () => {
    const armed = { NODE_ENV: "test", SEKISHO_FAILPOINT: "commit-a:kill" };
    expect(loadConfig(null, armed).failpoint).toBe("commit-a:kill");
    expect(complaintsOf(null, { SEKISHO_FAILPOINT: "commit-a:kill" })).toEqual([
      "SEKISHO_FAILPOINT is for tests only and needs NODE_ENV=test",
    ]);
  });
});

const WORKERS = [
  ...(["intake", "sanitizer", "courier"] as const),
  ...(["console", "janitor", "mailbox", "viewer"] as const),
];

describe("a worker's slice", () => {
  const secret = {
    SEKISHO_SEAL_KEY: KEY,
    SEKISHO_VAULT_KEY: KEY,
    SEKISHO_REDIS_PASSWORD: "hunter2",
  };

  it("holds what the worker uses and no more: intake, courier and janitor have no key", () => {
    const config = loadConfig(null, secret);
    const secretsOf = (worker: WorkerName) =>
      Object.keys(sliceOf(config, worker).secrets).sort();
    for (const worker of ["intake", "courier", "janitor"] as const)
      expect(secretsOf(worker)).toEqual(["redisPassword"]);
    expect(secretsOf("console")).toEqual([
      ...["metricsToken", "oidcSecret", "redisPassword"],
    ]);
    expect(secretsOf("watchman")).toEqual([
      ...["alertsMailPassword", "alertsWebhookKey", "redisPassword"],
    ]);
    expect(secretsOf("sanitizer")).toEqual([
      ...["redisPassword", "sealKey", "vaultKey"],
    ]);
    expect(secretsOf("viewer")).toEqual(["redisPassword", "vaultKey"]);
    expect(sliceOf(config, "intake")).not.toHaveProperty("lgwan");
    expect(sliceOf(config, "courier").lgwan).toBe(config.lgwan);
  });

  it.each(WORKERS)(
    "of %s has what its program names, and no more",
    (worker) => {
      const { secrets, ...slice } = sliceOf(loadConfig(null, {}), worker);
      expect(secrets).toBeTruthy();
      const main = readFileSync(
        join(HOME_FOLDER, `workers/${worker}/main.ts`),
        "utf8",
      );
      const named = new Set(
        [...main.matchAll(/\bconfig\.(\w+)|\{ (\w+) \} = config\b/g)].map(
          (match) => match[1] ?? match[2] ?? "",
        ),
      );
      named.delete("secrets");
      expect(Object.keys(slice).sort()).toEqual([...named].sort());
    },
  );

  it("begins in the environment of its process: only the sanitizer's has the keys, the mailbox's no secret", () => {
    const env = { PATH: "/bin", ...secret };
    expect(environmentFor("sanitizer", env)).toEqual(env);
    expect(environmentFor("janitor", env)).toEqual({
      ...{ PATH: "/bin", SEKISHO_REDIS_PASSWORD: "hunter2" },
    });
    expect(environmentFor("mailbox", env)).toEqual({ PATH: "/bin" });
  });
});

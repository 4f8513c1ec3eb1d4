import { describe, expect, it } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changedKeys, configHash, fixedAmong, withSettings } from "./change.ts";
import { loadConfig } from "./load.ts";
import type { Config } from "./load.ts";

function config(text: string): Config {
  const folder = mkdtempSync(join(tmpdir(), "sekisho-change-"));
  try {
    writeFileSync(join(folder, "a.yaml"), text);
    return loadConfig(join(folder, "a.yaml"), {});
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const PLAIN = "smtp:\n  maxConnections: 10\n";

describe("a changed configuration", () => {
  it("is told by the names of what changed, lists as one", () => {
    const after = config(
      "tenants:\n  - {id: a, name: A, domains: [a.example]}\npolicy:\n  pages: {dpi: 300}\n",
    );
    expect(changedKeys(config(PLAIN), after)).toEqual([
      ...["policy.pages.dpi", "smtp.maxConnections", "tenants"],
    ]);
  });

  it("has the same hash when only comments and order change, another one for another value", () => {
    const same = config("# a word\nlimits: {}\nsmtp: {maxConnections: 10}\n");
    expect(configHash(same)).toBe(configHash(config(PLAIN)));
    expect(configHash(config("smtp: {maxConnections: 11}"))).not.toBe(
      configHash(same),
    );
  });

  it("can't be followed where it moves ports, folders, queue or scanner", () => {
    const keys = ["smtp.port", "queue.redis.url", "limits.maxPages", "tenants"];
    expect(fixedAmong(keys)).toEqual(["smtp.port", "queue.redis.url"]);
  });

  it.each(["", "limits:\n", "limits:\n  maxPages: 7 # few\n", PLAIN])(
    "takes other limits into %j",
    (text) => {
      const { limits } = config(
        withSettings(text, { limits: { maxPages: 900 } }),
      );
      expect(limits.maxPages).toBe(900);
    },
  );
});

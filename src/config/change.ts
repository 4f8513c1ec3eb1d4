import { createHash } from "node:crypto";
import { isMap, parseDocument } from "yaml";
import type { Config } from "./load.ts";

/** What two configurations differ in, and what of it a running gateway can't follow. */

/** Not settings of the file. */
const OUTSIDE: readonly string[] = ["secrets", "failpoint", "file"];

/**
 * Places where others expect the gateway, and what it shares with all its processes. A change of these asks for a restart of
 * the whole; everything else a running gateway takes over, worker by worker.
 */
const FIXED: readonly string[] = [
  ...["gateway.varFolder", "smtp.host", "smtp.port"],
  ...["console.host", "console.port", "lgwan.builtInMailbox"],
  "recipients.origin",
  ...["queue.redis", "scanner.socketPath", "scanner.databaseFolder"],
];

/** Names such as `smtp.maxConnections`; lists are one setting. */
export function changedKeys(before: Config, after: Config): readonly string[] {
  const [old, now] = [flat(settingsOf(before)), flat(settingsOf(after))];
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].filter((name) => old.get(name) !== now.get(name)).sort();
}

export function fixedAmong(keys: readonly string[]): readonly string[] {
  return keys.filter((key) =>
    FIXED.some((fixed) => key === fixed || key.startsWith(`${fixed}.`)),
  );
}

/** The same for two files that set the same, whatever their comments and order say. Lower-case hex. */
export function configHash(config: Config): string {
  const lines = [...flat(settingsOf(config))].sort().map(String);
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

function settingsOf(config: Config): object {
  return Object.fromEntries(
    Object.entries(config).filter(([name]) => !OUTSIDE.includes(name)),
  );
}

function flat(value: object, above = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    const key = above === "" ? name : `${above}.${name}`;
    const isGroup =
      typeof inner === "object" && inner !== null && !Array.isArray(inner);
    if (!isGroup) found.set(key, JSON.stringify(inner));
    else for (const entry of flat(inner, key)) found.set(...entry);
  }
  return found;
}

/** What the emergency mode changes while it lasts. */
export function withDisaster(text: string, config: Config): string {
  const { disaster, workers } = config;
  const firstSenders = [...workers.firstSenders, ...disaster.senders];
  return withSettings(text, {
    limits: disaster.limits,
    workers: { firstSenders },
  });
}

/** The text of a configuration file with other settings in it; comments stay. */
export function withSettings(
  text: string,
  settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): string {
  const document = parseDocument(text);
  for (const [section, values] of Object.entries(settings)) {
    if (!isMap(document.get(section)))
      document.set(section, document.createNode({}));
    for (const [name, value] of Object.entries(values))
      document.setIn([section, name], value);
  }
  return document.toString();
}

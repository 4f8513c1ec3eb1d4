import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { Config } from "./load.ts";

export interface TlsPair {
  /** Of the settings, such as `smtp.tls`. */
  readonly name: string;
  readonly keyFile: string;
  readonly certificateFile: string;
}

/** Keys and certificates that our own listeners show. */
export function tlsPairs({
  smtp,
  console,
  recipients,
}: Pick<Config, "smtp" | "console" | "recipients">): readonly TlsPair[] {
  return Object.entries({ smtp, console, recipients }).flatMap(
    ([name, { tls }]) =>
      tls === null ? [] : [{ name: `${name}.tls`, ...tls }],
  );
}

/** Lower-case hex of SHA-256 of what stands in the files, by the name of the setting. */
export type CertificateHashes = Readonly<Record<string, string>>;

/** A certificate is renewed in the same file: the settings then say nothing of it. What can't be read is left out. */
export function certificateHashes(config: Config): CertificateHashes {
  const { lgwan, events } = config;
  const files = {
    ...Object.fromEntries(
      tlsPairs(config).flatMap(({ name, keyFile, certificateFile }) => [
        [`${name}.keyFile`, keyFile],
        [`${name}.certificateFile`, certificateFile],
      ]),
    ),
    "lgwan.certificateAuthorityFile": lgwan.certificateAuthorityFile,
    "events.syslog.certificateAuthorityFile":
      events.syslog?.certificateAuthorityFile ?? null,
  };
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, file]) => {
      const hash = file === null ? null : hashOf(file);
      return hash === null ? [] : [[name, hash]];
    }),
  );
}

function hashOf(file: string): string | null {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return null;
  }
}

/** Settings whose file was there before and holds something else now, or is gone. */
export function renewedFiles(
  before: CertificateHashes,
  after: CertificateHashes,
): readonly string[] {
  return Object.keys(before).filter((name) => before[name] !== after[name]);
}

/** Why a listener could not start with what stands in these files now; empty when it can. */
export function brokenPairs(
  config: Config,
  names: readonly string[],
): readonly string[] {
  return tlsPairs(config)
    .filter((pair) => names.some((name) => name.startsWith(`${pair.name}.`)))
    .flatMap(({ name, keyFile, certificateFile }) => {
      try {
        const [key, cert] = [keyFile, certificateFile].map((file) =>
          readFileSync(file),
        );
        createSecureContext({ key, cert });
        return [];
      } catch (error) {
        return [`${name}: ${(error as Error).message}`];
      }
    });
}

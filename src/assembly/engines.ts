import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import type { Engines } from "../stage/made-record.ts";

/** What Debian knows of its packages. */
const DPKG_STATUS = "/var/lib/dpkg/status";
const LIBREOFFICE =
  /^Package: libreoffice-core(?:-nogui)?\n(?:[^\n]+\n)*?Version: (?:\d+:)?(\S+)$/m;

/** Versions of what makes new things here, each read once, when first needed. */
export function engines(): Engines {
  return {
    sekisho: once(() => versionIn("..")),
    pdfium: once(() => versionIn("@embedpdf/pdfium")),
    sharp: once(() => versionIn("sharp")),
    libreoffice: once(libreOfficeVersion),
  };
}

function once(read: () => string): () => string {
  let known: string | null = null;
  return () => (known ??= read());
}

/** No mail waits for a number: what cannot be told is told so. */
const UNKNOWN = "unknown";

function versionIn(specifier: string): string {
  try {
    const path = findPackageJSON(specifier, import.meta.url);
    if (path === undefined) return UNKNOWN;
    const told = JSON.parse(readFileSync(path, "utf8")) as {
      version?: unknown;
    };
    return typeof told.version === "string" ? told.version : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

function libreOfficeVersion(): string {
  try {
    return LIBREOFFICE.exec(readFileSync(DPKG_STATUS, "utf8"))?.[1] ?? UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

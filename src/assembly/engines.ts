import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import type { Engines } from "../stage/made-record.ts";

/** What Debian knows of its packages. */
const DPKG_STATUS = "/var/lib/dpkg/status";
const VERSION = /\n(?:[^\n]+\n)*?Version: (?:\d+:)?(\S+)$/m.source;
const debian = (packages: string) =>
  new RegExp(`^Package: ${packages}${VERSION}`, "m");
const LIBREOFFICE = debian("libreoffice-core(?:-nogui)?");
const TESSERACT = debian("tesseract-ocr");
/** What it has learned of Japanese, which decides as much. */
const LEARNED = debian("tesseract-ocr-jpn");

/** Versions of what makes new things here, each read once, when first needed. */
export function engines(): Engines {
  return {
    sekisho: once(() => versionIn("..")),
    pdfium: once(() => versionIn("@embedpdf/pdfium")),
    sharp: once(() => versionIn("sharp")),
    libreoffice: once(() => debianVersion(LIBREOFFICE)),
    tesseract: once(() =>
      [TESSERACT, LEARNED].map(debianVersion).join(", jpn "),
    ),
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

function debianVersion(row: RegExp): string {
  try {
    return row.exec(readFileSync(DPKG_STATUS, "utf8"))?.[1] ?? UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

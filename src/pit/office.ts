/** What LibreOffice needs to see of the machine: itself, the libraries of the system, fonts. Read-only, and no more than that. */
import { existsSync } from "node:fs";
import type { Window } from "./program.ts";

/** Where Debian puts it. */
const FOLDER = "/usr/lib/libreoffice";

const NEEDED = [FOLDER, "/usr/share/libreoffice", "/etc/libreoffice"];

/** What every program of the system needs that draws text. */
const SYSTEM = [
  "/etc/fonts",
  "/usr/share/fonts",
  // The PDF export refuses to work without.
  "/dev/null",
  "/dev/urandom",
];
const WELCOME = [
  "/usr/share/fontconfig",
  // Without it every font is read at every start.
  "/var/cache/fontconfig",
  // Where a site puts fonts of its own, such as IPAmj明朝.
  "/usr/local/share/fonts",
  "/var/lib/libreoffice",
  // Without it no name with other letters than A–Z can be written.
  "/usr/lib/locale/C.utf8",
];

const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  x64: ["/usr/lib/x86_64-linux-gnu"],
  arm64: ["/usr/lib/aarch64-linux-gnu"],
};

/** What has to be there for a kind of document to be converted, as the Debian package that brings it. */
const MODULES: Readonly<Record<string, string>> = {
  "libreoffice-writer-nogui": `${FOLDER}/program/libswlo.so`,
  "libreoffice-calc-nogui": `${FOLDER}/program/libsclo.so`,
  "libreoffice-impress-nogui": `${FOLDER}/program/libsdlo.so`,
};

/** The packages to install before office documents can be converted; empty when all is there. */
export function missingOffice(): readonly string[] {
  return Object.entries(MODULES)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
}

export function officeWindows(): readonly Window[] {
  return [...windowsOn(NEEDED), ...systemWindows()];
}

export function systemWindows(): readonly Window[] {
  return windowsOn([...SYSTEM, ...(LIBRARIES[process.arch] ?? []), ...WELCOME]);
}

function windowsOn(paths: readonly string[]): readonly Window[] {
  return paths
    .filter((path) => existsSync(path))
    .map((path) => ({ host: path, path, device: path.startsWith("/dev/") }));
}

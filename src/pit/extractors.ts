/** The program of the system that unpacks archives, and what of the machine it needs to see. Read-only, and no more than that. */
import { existsSync } from "node:fs";
import type { Window } from "./program.ts";

const SEVEN_ZIP = { package: "7zip", file: "/usr/bin/7zz" } as const;
/** First bytes of what it is for. A disc image says it elsewhere: CD001 at 32,769. */
const STARTS = ["7z\xbc\xaf\x27\x1c", "MSCF\0\0\0\0", "\xfd7zXZ\0", "BZh"];
/** It is started by this one, so that no file grows without end. */
const PRLIMIT = "/usr/bin/prlimit";
/** Without it names are no UTF-8. */
const LOCALE = "/usr/lib/locale/C.utf8";
const LIBRARIES: Readonly<Record<string, string>> = {
  x64: "/usr/lib/x86_64-linux-gnu",
  arm64: "/usr/lib/aarch64-linux-gnu",
};
const ISO_MARK = "CD001";
const ISO_MARK_AT = 0x8001;
export const EXTRACTOR_HEAD_BYTES = ISO_MARK_AT + ISO_MARK.length;

/** The Debian package whose program opens this archive; null for what is read by code of our own. */
export function extractorFor(head: Uint8Array): string | null {
  const text = Buffer.from(
    head.buffer,
    head.byteOffset,
    Math.min(head.byteLength, EXTRACTOR_HEAD_BYTES),
  ).toString("latin1");
  const isImage =
    text.endsWith(ISO_MARK) && text.length === EXTRACTOR_HEAD_BYTES;
  const isSevenZips = STARTS.some((start) => text.startsWith(start)) || isImage;
  return isSevenZips ? SEVEN_ZIP.package : null;
}

/** The packages to install before all archives can be unpacked; empty when all is there. */
export function missingExtractors(): readonly string[] {
  return existsSync(SEVEN_ZIP.file) ? [] : [SEVEN_ZIP.package];
}

export function extractorWindows(): readonly Window[] {
  const library = LIBRARIES[process.arch] ?? "";
  return [SEVEN_ZIP.file, PRLIMIT, LOCALE, library]
    .filter((path) => existsSync(path))
    .map((path) => ({ host: path, path }));
}

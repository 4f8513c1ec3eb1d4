/** Programs of the system that unpack archives, and what of the machine they need to see. Read-only, and no more than that. */
import { existsSync } from "node:fs";
import type { Window } from "./program.ts";

/** First bytes of what each is for. RAR is libarchive's, all else 7-Zip's. */
interface Extractor {
  readonly package: string;
  readonly file: string;
  /** Another one may lie anywhere: CD001 at 32,769. */
  readonly starts: readonly string[];
}

const EXTRACTORS: readonly Extractor[] = [
  {
    package: "7zip",
    file: "/usr/bin/7zz",
    starts: ["7z\xbc\xaf\x27\x1c", "MSCF\0\0\0\0", "\xfd7zXZ\0", "BZh"],
  },
  { package: "libarchive-tools", file: "/usr/bin/bsdtar", starts: ["Rar!"] },
];
/** They are started by it, so that no file grows without end. */
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
  const found = EXTRACTORS.find(({ starts }) =>
    starts.some((start) => text.startsWith(start)),
  );
  if (found !== undefined) return found.package;
  return text.endsWith(ISO_MARK) && text.length === EXTRACTOR_HEAD_BYTES
    ? "7zip"
    : null;
}

/** The packages to install before all archives can be unpacked; empty when all is there. */
export function missingExtractors(): readonly string[] {
  return EXTRACTORS.filter(({ file }) => !existsSync(file)).map(
    (one) => one.package,
  );
}

export function extractorWindows(): readonly Window[] {
  const library = LIBRARIES[process.arch] ?? "";
  return [...EXTRACTORS.map(({ file }) => file), PRLIMIT, LOCALE, library]
    .filter((path) => existsSync(path))
    .map((path) => ({ host: path, path }));
}

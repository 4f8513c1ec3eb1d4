/** The program of the system that reads letters off a picture, and what of the machine it needs to see. Read-only, and no more than that. */
import { existsSync } from "node:fs";
import type { Window } from "./program.ts";

const TESSERACT = "/usr/bin/tesseract";
/** Where Debian puts what it has learned. */
const LEARNED = "/usr/share/tesseract-ocr/5/tessdata";

const NEEDED: Readonly<Record<string, string>> = {
  "tesseract-ocr": TESSERACT,
  "tesseract-ocr-jpn": `${LEARNED}/jpn.traineddata`,
};
const VERTICAL = `${LEARNED}/jpn_vert.traineddata`;

/** It is started by it, so that its answer does not grow without end. */
const PRLIMIT = "/usr/bin/prlimit";
const LOCALE = "/usr/lib/locale/C.utf8";
const LIBRARIES: Readonly<Record<string, string>> = {
  x64: "/usr/lib/x86_64-linux-gnu",
  arm64: "/usr/lib/aarch64-linux-gnu",
};

/** The packages to install before letters can be read; empty when all is there. */
export function missingOcr(): readonly string[] {
  return Object.entries(NEEDED)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
}

/** Whether lines that run downwards can be read, too (`tesseract-ocr-jpn-vert`). */
export function readsDownwards(): boolean {
  return existsSync(VERTICAL);
}

export function ocrWindows(): readonly Window[] {
  const library = LIBRARIES[process.arch] ?? "";
  return [TESSERACT, LEARNED, PRLIMIT, LOCALE, library]
    .filter((path) => existsSync(path))
    .map((path) => ({ host: path, path }));
}

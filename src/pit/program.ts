/** What the walls let in: our program, the packages it needs, the Node that runs it and the libraries of that Node. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { MIB } from "../core/units.ts";
import { extractorWindows } from "./extractors.ts";
import { ocrWindows } from "./ocr.ts";
import { officeWindows } from "./office.ts";

export type ProgramName =
  | "pdf"
  | "pdf-code"
  | "image"
  | "pdf-files"
  | "unpack"
  | "extract"
  | "office"
  | "converter"
  | "ocr"
  | "walls"
  | "office-walls"
  | "extract-walls"
  | "ocr-walls";

/** A file written anew inside the walls. */
export interface ProgramFile {
  /** Absolute, inside the walls. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** A file or folder of the host, seen read-only inside the walls. */
export interface Window {
  readonly host: string;
  readonly path: string;
  readonly device?: boolean;
}

export interface Program {
  readonly main: string;
  readonly files: readonly ProgramFile[];
  readonly windows: readonly Window[];
  /** For who cannot work without files: a folder in memory, the only place to write to. */
  readonly scratch?: { readonly path: string; readonly bytes: number };
  /** Whatever else wants the processor goes first. */
  readonly givesWay?: true;
}

const ROOT = "/pit";
const repository = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(import.meta.url);

const WIRE = [
  "src/wire/pit.ts",
  "src/wire/pit-codes.ts",
  "src/wire/pit-frame.ts",
  "src/wire/pit-text.ts",
];
const SPEAK = ["workers/pit/speak.ts", ...WIRE];

const PDFIUM = [
  "workers/pit/pdf/colourless.ts",
  "workers/pit/pdf/compiled.ts",
  "workers/pit/pdf/document.ts",
  "workers/pit/pdf/draw.ts",
  "workers/pit/pdf/fonts.ts",
  "workers/pit/pdf/pdfium.ts",
  "workers/pit/pdf/seal.ts",
  "workers/pit/pdf/text.ts",
  "workers/pit/pdf/web-assembly.ts",
];

const SOURCES: Readonly<Record<ProgramName, readonly string[]>> = {
  pdf: [
    "workers/pit/pdf/main.ts",
    "workers/pit/pdf/blank.ts",
    "workers/pit/pdf/findings.ts",
    ...PDFIUM,
    ...SPEAK,
  ],
  "pdf-code": ["workers/pit/pdf-code/main.ts", ...PDFIUM, ...SPEAK],
  image: [
    "workers/pit/image/main.ts",
    "workers/pit/image/bmp.ts",
    "workers/pit/image/bmp-rle.ts",
    "workers/pit/image/decode.ts",
    "workers/pit/image/heif.ts",
    "workers/pit/image/look.ts",
    "workers/pit/image/svg.ts",
    "workers/pit/image/vips.ts",
    ...SPEAK,
  ],
  "pdf-files": [
    "workers/pit/pdf-files/main.ts",
    "workers/pit/pdf-files/attached.ts",
    "workers/pit/pdf/findings.ts",
    ...PDFIUM,
    "workers/pit/unpack/allowance.ts",
    "workers/pit/unpack/item.ts",
    "workers/pit/unpack/mail.ts",
    "workers/pit/unpack/say-item.ts",
    ...SPEAK,
  ],
  unpack: [
    "workers/pit/unpack/main.ts",
    "workers/pit/unpack/bytes.ts",
    "workers/pit/unpack/compound-file.ts",
    "workers/pit/unpack/compressed-rtf.ts",
    "workers/pit/unpack/item.ts",
    "workers/pit/unpack/mail.ts",
    "workers/pit/unpack/mapi.ts",
    "workers/pit/unpack/message.ts",
    "workers/pit/unpack/outlook-message.ts",
    "workers/pit/unpack/rtf-text.ts",
    "workers/pit/unpack/say-item.ts",
    "workers/pit/unpack/tnef.ts",
    "workers/pit/unpack/allowance.ts",
    "workers/pit/unpack/names.ts",
    "workers/pit/unpack/zip.ts",
    "workers/pit/unpack/zip-directory.ts",
    "workers/pit/unpack/zip-encryption.ts",
    "workers/pit/unpack/gzip.ts",
    "workers/pit/unpack/rar.ts",
    "workers/pit/unpack/unrar.ts",
    "workers/pit/unpack/tar.ts",
    "workers/pit/unpack/lzh.ts",
    "workers/pit/unpack/lzh-codes.ts",
    "src/mime/charset-guess.ts",
    ...SPEAK,
  ],
  extract: [
    "workers/pit/extract/main.ts",
    "workers/pit/extract/listing.ts",
    "workers/pit/extract/seven-zip.ts",
    "workers/pit/extract/tool.ts",
    "workers/pit/unpack/allowance.ts",
    "workers/pit/unpack/gzip.ts",
    "workers/pit/unpack/item.ts",
    "workers/pit/unpack/mail.ts",
    "workers/pit/unpack/names.ts",
    "workers/pit/unpack/say-item.ts",
    "workers/pit/unpack/tar.ts",
    "src/mime/charset-guess.ts",
    ...SPEAK,
  ],
  office: [
    "workers/pit/office/main.ts",
    "workers/pit/office/compound.ts",
    "workers/pit/office/fonts.ts",
    "workers/pit/office/font-map.ts",
    "workers/pit/office/glyphs.ts",
    "workers/pit/office/letters.ts",
    "workers/pit/office/look.ts",
    "workers/pit/office/macro.ts",
    "workers/pit/office/packages.ts",
    "workers/pit/office/profile.ts",
    "workers/pit/office/soffice.ts",
    "workers/pit/office/zip.ts",
    "workers/pit/unpack/bytes.ts",
    "workers/pit/unpack/compound-file.ts",
    ...SPEAK,
  ],
  converter: ["workers/pit/converter/main.ts", ...SPEAK],
  ocr: [
    "workers/pit/ocr/main.ts",
    "workers/pit/ocr/characters.ts",
    "workers/pit/ocr/grey.ts",
    "workers/pit/ocr/table.ts",
    "workers/pit/extract/tool.ts",
    "src/wire/pit-sheet.ts",
    ...SPEAK,
  ],
  walls: ["workers/pit/walls/main.ts"],
  "office-walls": ["workers/pit/walls/main.ts"],
  "extract-walls": ["workers/pit/walls/main.ts"],
  "ocr-walls": ["workers/pit/walls/main.ts"],
};

/** What PDFium begins with is `keptCode`, if there is any (`workers/pit/pdf/seal.ts`). */
export function readProgram(
  name: ProgramName,
  keptCode: Uint8Array | null = null,
): Program {
  const sources = SOURCES[name];
  const isOffice = name === "office" || name === "office-walls";
  const extracts = name === "extract" || name === "extract-walls";
  const reads = name === "ocr" || name === "ocr-walls";
  return {
    main: inside(sources[0]!),
    files: [
      ...sources.map((source) => ({
        path: inside(source),
        content: plainJavaScript(
          readFileSync(join(repository, source), "utf8"),
        ),
      })),
      ...(name === "image" ? [FONT_LIST] : []),
      ...(keptCode === null
        ? []
        : [{ path: `${ROOT}/pdfium.code`, content: keptCode }]),
    ],
    windows: [
      { host: process.execPath, path: `${ROOT}/node` },
      ...systemLibraries(),
      ...packages(name),
      ...(isOffice ? officeWindows() : []),
      ...(extracts ? extractorWindows() : []),
      ...(reads ? ocrWindows() : []),
    ],
    ...(isOffice ? { scratch: SCRATCH } : {}),
    ...(extracts ? { scratch: EXTRACT_SCRATCH } : {}),
    ...(reads ? { scratch: OCR_SCRATCH } : {}),
    ...(reads || name === "pdf-code" ? { givesWay: true } : {}),
  };
}

/** Letters in drawings: the only fonts in there are ours, whatever name is asked for. */
const FONT_LIST: ProgramFile = {
  path: "/etc/fonts/fonts.conf",
  content: `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${ROOT}/node_modules/@embedpdf/fonts-jp/fonts</dir></fontconfig>`,
};

export const NODE_INSIDE = `${ROOT}/node`;

function inside(source: string): string {
  return `${ROOT}/${source.replace(/\.ts$/, ".mjs")}`;
}

/** Types are taken off here and once, not in every pit: that costs 35 of its 100 ms. */
function plainJavaScript(source: string): string {
  return withoutWarning(() => stripTypeScriptTypes(source)).replace(
    /(from\s+"\.[^"]*)\.ts"/g,
    '$1.mjs"',
  );
}

/** Node says once that the function is new. Synchronous, so no other warning can fall in between. */
function withoutWarning<T>(work: () => T): T {
  const { process: speaker } = globalThis;
  const own = Object.getOwnPropertyDescriptor(speaker, "emitWarning");
  speaker.emitWarning = () => undefined;
  try {
    return work();
  } finally {
    if (own !== undefined) Object.defineProperty(speaker, "emitWarning", own);
  }
}

/** Where everything that is written during a conversion lies. LibreOffice keeps its socket in /tmp, wherever else it works. */
export const SCRATCH = { path: "/tmp", bytes: 384 * MIB };
/** The archive, and what comes out of it, in memory. */
const EXTRACT_SCRATCH = { path: "/tmp", bytes: 512 * MIB };
/** One grey page of the most pixels that settings allow, and what is read off it. */
const OCR_SCRATCH = { path: "/tmp", bytes: 288 * MIB };

/** Exactly what this Node has loaded from the system, and the resolver that libvips links to. */
function systemLibraries(): readonly Window[] {
  const libraries = loadedLibraries().filter(
    (path) =>
      path.startsWith("/") && !path.includes(`${sep}node_modules${sep}`),
  );
  const libc = libraries.find((path) => path.includes("libc.so"));
  if (libc !== undefined) libraries.push(join(dirname(libc), "libresolv.so.2"));
  return [...new Set(libraries)]
    .filter((path) => existsSync(path))
    .map((path) => ({ host: path, path }));
}

/** What of Node's report is used here; its types do not know the switches. */
interface Report {
  excludeNetwork: boolean;
  excludeEnv: boolean;
  getReport(): { readonly sharedObjects: readonly string[] };
}

function loadedLibraries(): string[] {
  const report = process.report as unknown as Report;
  const { excludeNetwork, excludeEnv } = report;
  report.excludeNetwork = true;
  report.excludeEnv = true;
  const { sharedObjects } = report.getReport();
  report.excludeNetwork = excludeNetwork;
  report.excludeEnv = excludeEnv;
  return [...sharedObjects];
}

function packages(name: ProgramName): readonly Window[] {
  switch (name) {
    case "pdf":
    case "pdf-code":
    case "pdf-files": {
      const pdfium = packageFolder("@embedpdf/pdfium");
      const fonts = packageFolder("@embedpdf/fonts-jp");
      return [
        window("@embedpdf/pdfium/package.json", pdfium, "package.json"),
        window("@embedpdf/pdfium/dist/index.js", pdfium, "dist/index.js"),
        window("@embedpdf/pdfium/dist/pdfium.wasm", pdfium, "dist/pdfium.wasm"),
        window("@embedpdf/fonts-jp/fonts", fonts, "fonts"),
      ];
    }
    case "image": {
      const sharp = packageFolder("sharp");
      const modules = dirname(sharp);
      const needed = ["sharp", "@img", "detect-libc", "semver", "libheif-js"];
      const fonts = packageFolder("@embedpdf/fonts-jp");
      return [
        ...needed.map((folder) => window(folder, modules, folder)),
        window("@embedpdf/fonts-jp/fonts", fonts, "fonts"),
      ];
    }
    case "unpack": {
      const unrar = packageFolder("node-unrar-js");
      const needed = ["package.json", "dist/js/unrar.js", "dist/js/unrar.wasm"];
      return needed.map((file) => window(`node-unrar-js/${file}`, unrar, file));
    }
    case "office":
    case "converter":
    case "extract":
    case "extract-walls":
    case "ocr":
    case "ocr-walls":
    case "walls":
    case "office-walls":
      return [];
  }
}

function window(name: string, folder: string, file: string): Window {
  return { host: join(folder, file), path: `${ROOT}/node_modules/${name}` };
}

/** The folder of a package whose main file lies anywhere below it. */
function packageFolder(name: string): string {
  const main = require.resolve(name);
  const mark = `${sep}node_modules${sep}${name.replace("/", sep)}`;
  return main.slice(0, main.lastIndexOf(mark) + mark.length);
}

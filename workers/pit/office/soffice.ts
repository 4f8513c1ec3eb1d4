/** One run of LibreOffice on one document. It ends when our macro has written its last word, and is then killed. */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { PitRefusal } from "../speak.ts";
import { fontsText } from "./fonts.ts";
import { DONE_FILE, HIDDEN_FILE, PDF_FILE } from "./macro.ts";
import { MACRO_URL, profileFiles } from "./profile.ts";

const PROGRAM = "/usr/lib/libreoffice/program";
const SCRATCH = "/tmp";
const PROFILE = `${SCRATCH}/profile`;
const OUT = `${SCRATCH}/out`;
const FONTS = `${SCRATCH}/fonts.conf`;
const DOCUMENT = `${SCRATCH}/document`;
const LOOK_MS = 10;
export const MAX_SHEETS = 100;

export interface Order {
  readonly document: Uint8Array;
  readonly filter: string | null;
  readonly password: string;
  readonly maxPages: number;
}

export interface Conversion {
  readonly pdf: Uint8Array;
  readonly sheets: readonly {
    readonly name: Uint8Array;
    readonly values: Uint8Array;
  }[];
  /** Names of hidden sheets, one a line. */
  readonly hidden: Uint8Array;
}

/** Null when LibreOffice did not open it. */
export async function runSoffice(order: Order): Promise<Conversion | null> {
  writeFileSync(DOCUMENT, order.document);
  mkdirSync(OUT);
  const task = {
    documentPath: DOCUMENT,
    outFolder: OUT,
    filter: order.filter,
    password: order.password,
    maxPages: order.maxPages + 1,
    maxSheets: MAX_SHEETS,
  };
  for (const { path, text } of profileFiles(buildOf(), task)) {
    mkdirSync(dirname(`${PROFILE}/${path}`), { recursive: true });
    writeFileSync(`${PROFILE}/${path}`, text);
  }
  writeFileSync(FONTS, fontsText());
  await untilDone();
  const word = readFileSync(`${OUT}/${DONE_FILE}`, "utf8");
  if (word === "closed") return null;
  if (word !== "ok" || !existsSync(`${OUT}/${PDF_FILE}`))
    throw new PitRefusal("DOCUMENT_UNREADABLE");
  return collect();
}

function buildOf(): string {
  const versions = readFileSync(`${PROGRAM}/versionrc`, "utf8");
  return /^buildid=(.*)$/m.exec(versions)?.[1]?.trim() ?? "";
}

/** The parent keeps the deadline; here only the death of the suite is looked for. */
async function untilDone(): Promise<void> {
  const murmur = openSync(`${SCRATCH}/murmur`, "w+");
  const suite = spawn(
    `${PROGRAM}/soffice.bin`,
    [
      "--headless",
      "--invisible",
      "--norestore",
      "--nolockcheck",
      "--nodefault",
      "--nologo",
      `-env:UserInstallation=file://${PROFILE}`,
      MACRO_URL,
    ],
    {
      cwd: SCRATCH,
      // Without /proc the loader does not know where a program lies, so it is told where its libraries are.
      env: {
        LD_LIBRARY_PATH: PROGRAM,
        HOME: SCRATCH,
        LANG: "C.UTF-8",
        FONTCONFIG_FILE: FONTS,
      },
      // Files, not pipes: nothing here has to be listened to.
      stdio: [murmur, murmur, murmur],
    },
  );
  let gone = false;
  suite.once("exit", (_, signal) => {
    gone = true;
    // The limit of processor time is each process's own; the parent has to see by what it ended.
    if (signal === "SIGXCPU") process.kill(process.pid, signal);
  });
  suite.once("error", () => (gone = true));
  const done = `${OUT}/${DONE_FILE}`;
  const isDone = () => existsSync(done) && statSync(done).size > 0;
  while (!isDone()) {
    if (gone) throw new PitRefusal("DOCUMENT_UNREADABLE");
    await pause(LOOK_MS);
  }
  suite.kill("SIGKILL");
}

function collect(): Conversion {
  const sheets = [];
  for (let sheet = 1; existsSync(`${OUT}/name-${sheet}`); sheet++) {
    const folder = `${OUT}/values-${sheet}`;
    const [file] = existsSync(folder) ? readdirSync(folder) : [];
    if (file === undefined) continue;
    sheets.push({
      name: readFileSync(`${OUT}/name-${sheet}`),
      values: readFileSync(`${folder}/${file}`),
    });
  }
  const hidden = `${OUT}/${HIDDEN_FILE}`;
  return {
    pdf: readFileSync(`${OUT}/${PDF_FILE}`),
    sheets,
    hidden: existsSync(hidden) ? readFileSync(hidden) : new Uint8Array(),
  };
}

/** One run of LibreOffice for one document, which may come later. It ends when our macro has written its last word, and is then killed. */
import { spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { PitRefusal } from "../speak.ts";
import { fontsText } from "./fonts.ts";
import {
  DONE_FILE,
  HIDDEN_CELLS_FILE,
  HIDDEN_FILE,
  PDF_FILE,
  taskText,
} from "./macro.ts";
import { MACRO_URL, profileFiles } from "./profile.ts";

const PROGRAM = "/usr/lib/libreoffice/program";
const SCRATCH = "/tmp";
const PROFILE = `${SCRATCH}/profile`;
const OUT = `${SCRATCH}/out`;
const FONTS = `${SCRATCH}/fonts.conf`;
const DOCUMENT = `${SCRATCH}/document`;
const TASK = `${SCRATCH}/task`;
const LOOK_MS = 10;

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
  /** Likewise of visible ones that hide rows or columns. */
  readonly hiddenCells: Uint8Array;
}

export interface Suite {
  /** Null when LibreOffice did not open it. May be called once. */
  convert(order: Order): Promise<Conversion | null>;
}

/** Starts LibreOffice, which then waits for its one document. */
export function startSuite(): Suite {
  mkdirSync(OUT);
  const place = {
    ...{ documentPath: DOCUMENT, outFolder: OUT },
    taskPath: TASK,
  };
  for (const { path, text } of profileFiles(buildOf(), place)) {
    mkdirSync(dirname(`${PROFILE}/${path}`), { recursive: true });
    writeFileSync(`${PROFILE}/${path}`, text);
  }
  writeFileSync(FONTS, fontsText());
  const suite = runSuite();
  return {
    convert: async ({ document, filter, password, maxPages }) => {
      writeFileSync(DOCUMENT, document);
      const task = { filter, password, maxPages: maxPages + 1 };
      writeFileSync(`${TASK}.new`, taskText(task));
      renameSync(`${TASK}.new`, TASK);
      // On a busy machine it now and then dies while it starts, whatever the document; twice is the document.
      if (!(await isDoneBy(suite)) && !(await isDoneBy(runAgain())))
        throw new PitRefusal("DOCUMENT_UNREADABLE");
      const word = readFileSync(`${OUT}/${DONE_FILE}`, "utf8");
      if (word === "closed") return null;
      if (word !== "ok" || !existsSync(`${OUT}/${PDF_FILE}`))
        throw new PitRefusal("DOCUMENT_UNREADABLE");
      return collect();
    },
  };
}

function buildOf(): string {
  const versions = readFileSync(`${PROGRAM}/versionrc`, "utf8");
  return /^buildid=(.*)$/m.exec(versions)?.[1]?.trim() ?? "";
}

interface Running {
  readonly process: ChildProcess;
  gone: boolean;
}

function runSuite(): Running {
  const murmur = openSync(`${SCRATCH}/murmur`, "w+");
  const child = spawn(
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
  const suite: Running = { process: child, gone: false };
  child.once("exit", () => (suite.gone = true));
  child.once("error", () => (suite.gone = true));
  return suite;
}

function runAgain(): Running {
  rmSync(OUT, { recursive: true });
  mkdirSync(OUT);
  return runSuite();
}

/** False when it died before. The parent keeps the deadline. */
async function isDoneBy(suite: Running): Promise<boolean> {
  const done = `${OUT}/${DONE_FILE}`;
  const isDone = () => existsSync(done) && statSync(done).size > 0;
  while (!isDone()) {
    if (suite.gone) return isDone();
    await pause(LOOK_MS);
  }
  suite.process.kill("SIGKILL");
  return true;
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
  const namesIn = (file: string) =>
    existsSync(`${OUT}/${file}`)
      ? readFileSync(`${OUT}/${file}`)
      : new Uint8Array();
  return {
    pdf: readFileSync(`${OUT}/${PDF_FILE}`),
    sheets,
    hidden: namesIn(HIDDEN_FILE),
    hiddenCells: namesIn(HIDDEN_CELLS_FILE),
  };
}

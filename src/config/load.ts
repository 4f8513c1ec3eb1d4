import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import { LineCounter, parseDocument, visit } from "yaml";
import { Fault } from "../core/fault.ts";
import { MIB } from "../core/units.ts";
import { complaintsOf, complaintText } from "./complaint.ts";
import type { Complaint } from "./complaint.ts";
import { readEnvironment } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { fileSchema, type Settings } from "./schema.ts";
import { Secret } from "./secret.ts";

type DeepReadonly<T> = T extends Secret
  ? T
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** Every setting of this process. Paths are absolute. Frozen through and through. */
export type Config = DeepReadonly<
  Settings & {
    readonly secrets: Environment["secrets"];
    readonly failpoint: string | null;
    /** Where the settings came from, for people. */
    readonly file: string;
  }
>;

/** Relative paths, here and in the file, begin where package.json stands. */
export const HOME_FOLDER = fileURLToPath(new URL("../..", import.meta.url));

const DEFAULT_FILE = resolve(HOME_FOLDER, "config/sekisho.yaml");
const MAX_FILE_BYTES = MIB;

/**
 * The one reading of the file and the environment. `path` comes from the command line, else SEKISHO_CONFIG, else
 * `config/sekisho.yaml`. Faults: CONFIG_INVALID, whose fact `complaints` lists every key and rule, one a line.
 */
export function loadConfig(
  path: string | null,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const complaints: Complaint[] = [];
  const environment = readEnvironment(env, (told) => complaints.push(told));
  const given = path ?? environment.configPath;
  const file = given === null ? DEFAULT_FILE : resolve(given);
  const settings = readSettings(file, complaints);
  if (settings === null || complaints.length > 0)
    throw new Fault("CONFIG_INVALID", {
      file,
      complaints: complaints.map(complaintText).join("\n"),
    });
  const { secrets, failpoint } = environment;
  return deepFreeze({
    ...absolutePaths(settings),
    secrets,
    failpoint,
    file,
  });
}

function readSettings(file: string, complaints: Complaint[]): Settings | null {
  const text = readText(file, complaints);
  if (text === null) return null;
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
  });
  for (const problem of [...document.errors, ...document.warnings]) {
    const { line } = lines.linePos(problem.pos[0]);
    complaints.push({ key: `line ${line}`, rule: yamlRule(problem.code) });
  }
  if (complaints.some(({ key }) => key.startsWith("line "))) return null;
  if (hasAlias(document)) {
    complaints.push({ key: "", rule: "uses an alias (*name); write it out" });
    return null;
  }
  const checked = fileSchema.safeParse(document.toJS(), { reportInput: true });
  if (checked.success) return checked.data;
  complaints.push(...complaintsOf(checked.error.issues));
  return null;
}

function readText(file: string, complaints: Complaint[]): string | null {
  try {
    const bytes = readFileSync(file);
    if (bytes.byteLength <= MAX_FILE_BYTES)
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    complaints.push({ key: "", rule: "the file is larger than 1 MiB" });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    complaints.push({
      key: "",
      rule: code.startsWith("ERR_ENCODING")
        ? "the file is not UTF-8"
        : `the file cannot be read (${code})`,
    });
  }
  return null;
}

/** A settings file has no use for aliases, and each is a way to grow. */
function hasAlias(document: ReturnType<typeof parseDocument>): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** The parser's own words quote the file; ours do not. */
function yamlRule(code: string): string {
  if (code === "DUPLICATE_KEY") return "names a setting twice";
  if (code === "TAB_AS_INDENT") return "is indented with a tab, use blanks";
  return `is not YAML (${code.toLowerCase().replaceAll("_", " ")})`;
}

function absolutePaths(settings: Settings): Settings {
  const at = <T extends string | null>(path: T): T =>
    (path === null ? null : resolve(HOME_FOLDER, path)) as T;
  const { gateway, smtp, lgwan, scanner, console } = settings;
  const { recipients, events, retention } = settings;
  const tlsAt = (tls: typeof smtp.tls) =>
    tls && {
      keyFile: at(tls.keyFile),
      certificateFile: at(tls.certificateFile),
    };
  return {
    ...settings,
    gateway: { ...gateway, varFolder: at(gateway.varFolder) },
    smtp: {
      ...smtp,
      tls: tlsAt(smtp.tls),
    },
    retention: { ...retention, archiveFolder: at(retention.archiveFolder) },
    console: { ...console, tls: tlsAt(console.tls) },
    recipients: { ...recipients, tls: tlsAt(recipients.tls) },
    events: {
      file: events.file && { ...events.file, path: at(events.file.path) },
      syslog: events.syslog && {
        ...events.syslog,
        certificateAuthorityFile: at(events.syslog.certificateAuthorityFile),
      },
    },
    lgwan: {
      ...lgwan,
      certificateAuthorityFile: at(lgwan.certificateAuthorityFile),
    },
    scanner: {
      ...scanner,
      socketPath: at(scanner.socketPath),
      databaseFolder: at(scanner.databaseFolder),
    },
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value))
    return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

/** The shape of the source tree as rules over its files: who may import whom, and words that stand in one place only. */

export interface SourceFile {
  /** From the repository's root, such as `src/mime/base64.ts`. */
  readonly path: string;
  readonly text: string;
}

interface Import {
  readonly line: number;
  readonly words: string;
  readonly from: string;
  readonly typesOnly: boolean;
}

const FLOORS: readonly (readonly string[])[] = [
  ["core"],
  ["mime", "policy", "wire", "verify"],
  [
    ...["config", "store", "queue", "scan"],
    ...["pit", "render", "smtp", "telemetry", "socket"],
    "authentication",
  ],
  ["stage", "console"],
  ["assembly", "cli"],
];

/** Node modules and packages of the pure floors: they compute and do nothing else. */
const PURE_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  mime: [
    // Of node:crypto the hash alone.
    ...["node:buffer", "node:crypto", "iconv-lite", "encoding-japanese"],
    ...["libmime", "html-to-text", "file-type"],
  ],
  policy: [],
  wire: [],
  verify: [],
};

/** Packages with one importer, so that changing one's mind is one folder's work. */
const ONLY_IN: Readonly<Record<string, string>> = {
  bullmq: "src/queue/",
  ioredis: "src/queue/",
  mailauth: "src/authentication/",
  pino: "src/telemetry/",
  yaml: "src/config/",
};

interface Word {
  readonly pattern: RegExp;
  readonly rule: string;
  readonly allowed: (path: string) => boolean;
}

const WORDS: readonly Word[] = [
  {
    pattern: /\bas\s+(unknown\s+as\s+)?ClearedMessage\b/,
    rule: "only src/stage/clear.ts makes a ClearedMessage",
    allowed: (path) => path === "src/stage/clear.ts",
  },
  {
    pattern: /\bas\s+(unknown\s+as\s+)?CleanContent\b/,
    rule: "only src/stage/sanitize.ts and src/render make a CleanContent",
    allowed: (path) =>
      path === "src/stage/sanitize.ts" || path.startsWith("src/render/"),
  },
  {
    pattern: /\bas\s+(unknown\s+as\s+)?SealedMessage\b/,
    rule: "only src/store/outbox.ts makes a SealedMessage",
    allowed: (path) => path === "src/store/outbox.ts",
  },
  {
    pattern: /\bprocess\s*(\.\s*env\b|\[\s*["']env["']\s*\])/,
    rule: "only src/config reads the environment",
    // Inside the walls there is no configuration, and an environment to prove empty.
    allowed: (path) =>
      path.startsWith("src/config/") || path.startsWith("workers/pit/"),
  },
];

const NAMELESS = /(^|\/)(utils?|helpers?|common|lib|types|services|managers)\//;

export function isTest(path: string): boolean {
  return /\.test\.ts$|\/conformance\.ts$/.test(path);
}

/** One line for each broken rule, beginning with `path:line`. */
export function complaintsAbout(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [
    ...(NAMELESS.test(file.path)
      ? [`${file.path}:1 a folder needs a better name than that`]
      : []),
    ...(isTest(file.path)
      ? []
      : [...importComplaints(file), ...wordComplaints(file)]),
  ]);
}

function importComplaints(file: SourceFile): string[] {
  return importsOf(file.text).flatMap((one) => {
    const rule = brokenBy(file.path, one);
    return rule === null
      ? []
      : [`${file.path}:${one.line} ${rule}: ${one.words}`];
  });
}

function brokenBy(path: string, { from, typesOnly }: Import): string | null {
  const [top = "", folder = ""] = path.split("/");
  const isPage = path.startsWith(PAGES);
  if (!from.startsWith("."))
    return isPage ? pagePackageRule(path, from) : packageRule(path, from);
  const target = resolved(path, from);
  if (isPage) return pageRule(target);
  if (target.startsWith(PAGES) && !target.startsWith(`${PAGES}dist/`))
    return "the pages are made into files, and imported by nothing";
  const [targetTop = "", targetFolder = ""] = target.split("/");
  if (targetTop !== "src" && targetTop !== "workers")
    return targetTop === "" || targetTop === "test" || targetTop === "fixtures"
      ? "what runs imports nothing from there"
      : null;
  if (top === "workers") return workerRule(folder, targetTop, targetFolder);
  if (targetTop === "workers")
    return folder === "cli" ? null : "src does not know the workers";
  return floorRule(folder, targetFolder, typesOnly);
}

/** What becomes the files that browsers load: a floor of its own, over the two pure folders whose words it shows. */
const PAGES = "src/console/web/";
const BUILDER = `${PAGES}build.mjs`;

function pagePackageRule(path: string, from: string): string | null {
  return from.startsWith("node:") && path !== BUILDER
    ? `the pages run in a browser and do not import ${from}`
    : null;
}

function pageRule(target: string): string | null {
  const isAllowed = [PAGES, "src/core/", "src/policy/"].some((folder) =>
    target.startsWith(folder),
  );
  if (isAllowed) return null;
  const [, folder = ""] = target.split("/");
  return `the pages do not import src/${folder}`;
}

function packageRule(path: string, from: string): string | null {
  const name = from.startsWith("@")
    ? from.split("/").slice(0, 2).join("/")
    : from.split("/")[0]!;
  const home = ONLY_IN[name];
  if (home !== undefined && !path.startsWith(home))
    return `only ${home} imports ${name}`;
  const [top, folder = ""] = path.split("/");
  const allowed = top === "src" ? PURE_IMPORTS[folder] : undefined;
  if (allowed === undefined || allowed.includes(name)) return null;
  return `${folder} is pure and does not import ${name}`;
}

function workerRule(
  worker: string,
  targetTop: string,
  targetFolder: string,
): string | null {
  if (targetTop !== "workers" || targetFolder === worker) return null;
  return `worker ${worker} does not import worker ${targetFolder}`;
}

function floorRule(
  folder: string,
  target: string,
  typesOnly: boolean,
): string | null {
  if (folder === target) return null;
  const from = floorOf(folder);
  const to = floorOf(target);
  if (from === -1) return `folder ${folder} stands on no floor`;
  if (to === -1) return `folder ${target} stands on no floor`;
  if (from === 4) return null;
  if (to >= from) return `floor ${from} (${folder}) may not import ${target}`;
  if (from === 3 && to === 2 && !typesOnly)
    return `floor 3 (${folder}) may import only types of ${target}`;
  return null;
}

function floorOf(folder: string): number {
  return FLOORS.findIndex((names) => names.includes(folder));
}

function resolved(path: string, from: string): string {
  return new URL(from, `file:///${path}`).pathname.slice(1);
}

const IMPORT =
  /(?:^|[\n;}])[ \t]*(?<kind>import|export)\b(?<what>[^;'"()]*?)(?:\bfrom\s*)?["'](?<from>[^"'\n]+)["']|\bimport\s*\(\s*["'](?<dynamic>[^"'\n]+)["']/g;

export function importsOf(text: string): Import[] {
  const found: Import[] = [];
  for (const match of withoutComments(text).matchAll(IMPORT)) {
    const { what = "", from, dynamic, kind } = match.groups!;
    if (kind === "export" && !/\bfrom\s*$/.test(match[0].split(/["']/)[0]!))
      continue;
    const words = match[0].trim().replace(/\s+/g, " ");
    const begin = match.index + match[0].search(/\S/);
    found.push({
      line: text.slice(0, begin).split("\n").length,
      words: words.slice(0, 120),
      from: from ?? dynamic ?? "",
      typesOnly: dynamic === undefined && isTypesOnly(what),
    });
  }
  return found;
}

function isTypesOnly(what: string): boolean {
  if (/^\s*type\b/.test(what)) return true;
  const names = /^\s*\{([^}]*)\}/.exec(what)?.[1];
  return (
    names !== undefined &&
    names
      .split(",")
      .filter((name) => name.trim() !== "")
      .every((name) => /^\s*type\s/.test(name))
  );
}

/** Same length, so that line numbers hold. A `//` behind a colon is an address, not a comment. */
function withoutComments(text: string): string {
  const blank = (comment: string) => comment.replace(/[^\n]/g, " ");
  return text
    .replace(/\/\*[\s\S]*?\*\//g, blank)
    .replace(/(^|[^:"'`])\/\/[^\n]*/g, blank);
}

function wordComplaints(file: SourceFile): string[] {
  const text = withoutComments(file.text);
  return WORDS.flatMap(({ pattern, rule, allowed }) => {
    if (allowed(file.path)) return [];
    return [...text.matchAll(new RegExp(pattern, "g"))].map((match) => {
      const line = text.slice(0, match.index).split("\n").length;
      return `${file.path}:${line} ${rule}: ${match[0]}`;
    });
  });
}

import { describe, expect, it } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { complaintsAbout, importsOf, isTest } from "./support/floors.ts";
import type { SourceFile } from "./support/floors.ts";

const HOME = fileURLToPath(new URL("..", import.meta.url));

function sourceFiles(): SourceFile[] {
  return ["src", "workers"].flatMap((top) =>
    readdirSync(join(HOME, top), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|tsx|mjs|js)$/.test(name))
      .filter((name) => !name.startsWith("console/web/dist/"))
      .map((name) => join(top, name))
      .map((path) => ({ path, text: readFileSync(join(HOME, path), "utf8") })),
  );
}

describe("the source tree", () => {
  it("imports one way, floor by floor, and keeps what is made in one place in that place", () => {
    const files = sourceFiles();
    expect(files.filter(({ path }) => !isTest(path)).length).toBeGreaterThan(
      20,
    );
    expect(complaintsAbout(files)).toEqual([]);
  });

  it.each<[string, string, string]>([
    [
      "src/core/x.ts",
      'import { join } from "node:path";',
      "core is pure and does not import node:path",
    ],
    [
      "src/policy/x.ts",
      'import { z } from "zod";',
      "policy is pure and does not import zod",
    ],
    [
      "src/core/x.ts",
      'import { a } from "../mime/a.ts";',
      "floor 0 (core) may not import mime",
    ],
    [
      "src/wire/x.ts",
      'import type { A } from "../mime/a.ts";',
      "floor 1 (wire) may not import mime",
    ],
    [
      "src/store/x.ts",
      'import {\n  type A,\n} from "../scan/a.ts";',
      "floor 2 (store) may not import scan",
    ],
    [
      "src/store/below/x.ts",
      'export * from "../../scan/a.ts";',
      "floor 2 (store) may not import scan",
    ],
    [
      "src/stage/x.ts",
      'import { type A, b } from "../store/a.ts";',
      "floor 3 (stage) may import only types of store",
    ],
    [
      "src/stage/x.ts",
      'const a = await import("../store/a.ts");',
      "floor 3 (stage) may import only types of store",
    ],
    [
      "src/stage/x.ts",
      'import "../console/a.ts";',
      "floor 3 (stage) may not import console",
    ],
    [
      "src/smtp/x.ts",
      'import { a } from "../lost/a.ts";',
      "folder lost stands on no floor",
    ],
    [
      "src/smtp/x.ts",
      'import { a } from "../../workers/intake/main.ts";',
      "src does not know the workers",
    ],
    [
      "src/smtp/x.ts",
      'import { a } from "../../test/support/a.ts";',
      "what runs imports nothing from there",
    ],
    [
      "workers/intake/x.ts",
      'import { a } from "../courier/a.ts";',
      "worker intake does not import worker courier",
    ],
    [
      "src/store/x.ts",
      'import { Queue } from "bullmq";',
      "only src/queue/ imports bullmq",
    ],
    [
      "src/stage/deliver.ts",
      "const a = x as unknown as ClearedMessage;",
      "only src/stage/clear.ts makes a ClearedMessage",
    ],
    [
      "src/stage/rebuild.ts",
      "const a = x as CleanContent;",
      "only src/stage/sanitize.ts and src/render make a CleanContent",
    ],
    [
      "workers/courier/x.ts",
      "const a = process.env.HOME;",
      "only src/config reads the environment",
    ],
    ["src/mime/utils/x.ts", "", "a folder needs a better name than that"],
    [
      "src/console/web/x.tsx",
      'import { a } from "../../stage/a.ts";',
      "the pages do not import src/stage",
    ],
    [
      "src/console/web/x.tsx",
      'import { a } from "../words.ts";',
      "the pages do not import src/console",
    ],
    [
      "src/console/web/x.tsx",
      'import { readFile } from "node:fs/promises";',
      "the pages run in a browser and do not import node:fs/promises",
    ],
    [
      "src/console/x.ts",
      'import { a } from "./web/a.ts";',
      "the pages are made into files, and imported by nothing",
    ],
  ])("would be told apart: %s with %j", (path, text, rule) => {
    const complaints = complaintsAbout([{ path, text }]);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain(rule);
    expect(complaints[0]).toContain(`${path}:1 `);
  });

  it.each<[string, string]>([
    ["src/core/x.ts", 'import { a } from "./a.ts"; // from "node:fs"'],
    ["src/mime/x.ts", 'import { Buffer } from "node:buffer";'],
    ["src/stage/x.ts", 'import type { A } from "../store/a.ts";'],
    ["src/stage/x.ts", 'import { type A, type B } from "../store/a.ts";'],
    ["src/stage/x.ts", 'import { a } from "../verify/a.ts";'],
    ["src/assembly/x.ts", 'import { a } from "../store/a.ts";'],
    ["src/cli/x.ts", 'import { a } from "../../workers/supervisor/main.ts";'],
    ["src/store/x.test.ts", 'import { a } from "../queue/a.ts";'],
    ["src/console/web/a/x.tsx", 'import { a } from "../../../policy/a.ts";'],
    ["src/console/web/x.tsx", 'import { Link } from "wouter";'],
    ["src/core/x.ts", '/* import { a } from "node:fs"; */ export const a = 1;'],
  ])("may stand: %s with %j", (path, text) => {
    expect(complaintsAbout([{ path, text }])).toEqual([]);
  });

  it("is read with the right line of each import", () => {
    const text =
      '/* a\n b */\nimport {\n  type A,\n} from "./a.ts";\n\nexport { b } from "./b.ts";\nexport const c = "x";\n';
    expect(importsOf(text)).toMatchObject([
      { line: 3, from: "./a.ts", typesOnly: true },
      { line: 7, from: "./b.ts", typesOnly: false },
    ]);
  });
});

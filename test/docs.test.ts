import { describe, expect, it } from "@jest/globals";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EXAMPLES, exampleList, writeExamples } from "../fixtures/build.ts";
import { COMMANDS } from "../src/cli/commands.ts";
import { FAULTS, type FaultCode, type FaultRow } from "../src/core/fault.ts";
import { TRANSITIONS } from "../src/core/item.ts";
import { DEFAULT_LIMITS } from "../src/core/limits.ts";
import { holdFor } from "../src/policy/fault-holds.ts";
import { SEVERITY_WORDS } from "../src/policy/alert-words.ts";
import { REASONS } from "../src/policy/reasons.ts";
import { TROUBLES } from "../src/policy/troubles.ts";
import {
  linksIn,
  pathsIn,
  rowsOf,
  section,
  slugsOf,
  withoutCode,
} from "./support/markdown.ts";
import { citationsIn, settingsOf } from "./support/sources.ts";

const HOME = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(HOME, path), "utf8");
const faults = read("docs/faults.md");
const line = read("docs/line.md");
const states = read("docs/states.md");

function pages(): string[] {
  const docs = readdirSync(join(HOME, "docs"), {
    recursive: true,
    encoding: "utf8",
  });
  return [
    "README.md",
    "fixtures/README.md",
    ...docs.filter((name) => name.endsWith(".md")).map((one) => `docs/${one}`),
  ];
}

function sources(): { path: string; text: string }[] {
  return ["src", "workers"].flatMap((top) =>
    readdirSync(join(HOME, top), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|mjs)$/.test(name))
      .filter((name) => !/\.(test|testing|fixture)\.ts$/.test(name))
      // Made into files before anything runs; its packages are there for that alone.
      .filter((name) => !name.startsWith("console/web/"))
      .map((name) => ({
        path: `${top}/${name}`,
        text: read(`${top}/${name}`),
      })),
  );
}

const FAULT_ROWS = Object.entries(FAULTS) as [FaultCode, FaultRow][];

describe("docs/faults.md", () => {
  it("has a row for every fault and no other, with its retry, blame, reply and hold", () => {
    const told = rowsOf(section(faults, "Faults"))
      .map(([code, retry, blame, reply, hold]) => [
        ...[code, retry, blame, reply],
        hold,
      ])
      .sort();
    const known = FAULT_ROWS.map(([code, row]) => {
      const { reply } = row;
      const words =
        reply === null ? "–" : `${reply.code} ${reply.enhanced} ${reply.text}`;
      return [code, row.retry, row.blame, words, holdFor(code) ?? "–"];
    });
    expect(told).toEqual(known.sort());
  });

  it("gives each fault a meaning and an advice", () => {
    for (const [code, , , , , meaning, advice] of rowsOf(
      section(faults, "Faults"),
    ))
      expect([code, meaning === "", advice === ""]).toEqual([
        code,
        false,
        false,
      ]);
  });

  it("has every hold and no other, with the very words that staff read", () => {
    expect(rowsOf(section(faults, "Holds")).sort()).toEqual(
      Object.entries(REASONS)
        .map(([code, { title, message, advice }]) => [
          ...[code, title, message, advice],
        ])
        .sort(),
    );
  });

  it.each(FAULT_ROWS.filter(([, { reply }]) => reply !== null))(
    "%s pairs 4xx with later and 4.x.x, 5xx with never and 5.x.x",
    (_, { retry, reply }) => {
      const kind = retry === "later" ? "4" : "5";
      expect(String(reply?.code)).toMatch(new RegExp(`^${kind}\\d\\d$`));
      expect(reply?.enhanced).toMatch(
        new RegExp(`^${kind}\\.\\d{1,3}\\.\\d{1,3}$`),
      );
    },
  );

  it("leaves to the operators' guide every trouble that people are told of, in its words", () => {
    const guide = read("docs/operators.ja.md");
    expect(rowsOf(section(guide, "起きていること一覧")).sort()).toEqual(
      Object.entries(TROUBLES)
        .map(([code, { title, severity, advice }]) => [
          ...[code, title, SEVERITY_WORDS[severity], advice],
        ])
        .sort(),
    );
  });

  it("is what the operators' guide tells about each hold, too", () => {
    const guide = read("docs/operators.ja.md");
    for (const [code, { title }] of Object.entries(REASONS)) {
      const row = rowsOf(section(guide, "6. よくある保留理由と対応")).find(
        ([first]) => first?.includes(code),
      );
      expect([code, row?.[0]]).toEqual([code, expect.stringContaining(title)]);
    }
  });
});

describe("docs/states.md", () => {
  it("has every state of an item and no other", () => {
    const told = rowsOf(section(states, "Items")).map(([state]) => state);
    expect(told.sort()).toEqual(Object.keys(TRANSITIONS).sort());
  });

  it("has every move and no other", () => {
    const told = rowsOf(section(states, "Moves")).map(
      ([from, to]) => `${from} → ${to}`,
    );
    const known = Object.entries(TRANSITIONS).flatMap(([from, all]) =>
      all.map((to) => `${from} → ${to}`),
    );
    expect(told.sort()).toEqual(known.sort());
  });
});

describe("docs/line.md", () => {
  it("has every limit and no other, with its default", () => {
    const told = rowsOf(section(line, "Limits")).map(([name, preset]) => [
      name,
      Number(preset?.split(" ")[0]),
    ]);
    expect(Object.fromEntries(told)).toEqual(DEFAULT_LIMITS);
  });

  it("has every anomaly and no other, and says of each whether it holds the mail", () => {
    const quoted = (path: string, from: RegExp) =>
      [...(from.exec(read(path))?.[1] ?? "").matchAll(/"([a-z0-9-]+)"/g)].map(
        (match) => match[1],
      );
    const rows = rowsOf(section(line, "Anomalies"));
    expect(rows.map(([name]) => name).sort()).toEqual(
      quoted("src/core/part.ts", /type Anomaly =([^;]+);/).sort(),
    );
    const holding = rows.filter((row) => row[2]?.includes("mail is held"));
    expect(holding.map(([name]) => name).sort()).toEqual(
      quoted("src/policy/decide.ts", /DISAGREEING[^=]+=([^;]+);/).sort(),
    );
  });
});

describe("docs/configuration.md", () => {
  const page = read("docs/configuration.md");

  it("has every setting and no other, with its default and range", () => {
    const told = rowsOf(section(page, "Keys")).map(([key, , preset, range]) => [
      ...[key, preset?.replaceAll("`", ""), range],
    ]);
    const known = settingsOf().map(({ key, preset, range }) => [
      ...[key, preset, range],
    ]);
    expect(told.sort()).toEqual(known.sort());
  });

  it("has every variable of the environment and no other", () => {
    const list = /KNOWN = new Set\(\[([^\]]+)\]/.exec(
      read("src/config/environment.ts"),
    );
    const known = [...(list?.[1] ?? "").matchAll(/"(\w+)"/g)].map(
      (match) => match[1],
    );
    const told = rowsOf(section(page, "Environment")).map(([name]) => name);
    expect(known.length).toBeGreaterThan(3);
    expect(told.sort()).toEqual(known.sort());
  });
});

describe("docs/specifications.md", () => {
  const rows = rowsOf(read("docs/specifications.md")).filter(([first]) =>
    first?.startsWith("RFC "),
  );
  const cited = citationsIn(sources());

  it("has every RFC that the code cites and no other", () => {
    const told = rows.map(([rfc]) => rfc?.slice(4));
    expect(told.sort()).toEqual([...cited.keys()].sort());
  });

  it("has the sections that the code cites and no other", () => {
    for (const [rfc = "", told = ""] of rows) {
      const sections = [...(cited.get(rfc.slice(4))?.sections ?? [])];
      expect([rfc, told.split(", ").sort()]).toEqual([
        rfc,
        sections.length === 0
          ? ["whole"]
          : sections.map((one) => `§${one}`).sort(),
      ]);
    }
  });

  it("names files that cite the RFC", () => {
    for (const row of rows) {
      const files = pathsIn(row.at(-1) ?? "");
      const citing = cited.get(row[0]?.slice(4) ?? "")?.files ?? new Set();
      expect(files).not.toEqual([]);
      expect(files.filter((file) => !citing.has(file))).toEqual([]);
    }
  });
});

describe("decision 007", () => {
  const manifest = JSON.parse(read("package.json")) as Record<
    string,
    Record<string, string>
  >;

  it("has a line for every dependency and no other", () => {
    const known = ["", "optional", "dev"].flatMap((kind) =>
      Object.keys(
        manifest[kind === "" ? "dependencies" : `${kind}Dependencies`] ?? {},
      ),
    );
    const told = rowsOf(read("docs/decisions/007-dependencies.md")).flatMap(
      ([names = ""]) => names.split(", "),
    );
    expect(told.sort()).toEqual(known.sort());
  });
});

describe("package.json", () => {
  const manifest = JSON.parse(read("package.json")) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const all = { ...manifest.dependencies, ...manifest.devDependencies };

  it.each(Object.entries(all))("pins %s to one version, %s", (_, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each(Object.keys(all))(
    "has %s for what runs if and only if what runs names it",
    (name) => {
      const quoted = new RegExp(`"${name}["/]`);
      const runs = sources().some(({ text }) => quoted.test(text));
      expect(runs).toBe(name in manifest.dependencies);
    },
  );
});

describe("docs/requirements.md", () => {
  it("goes from S1 to S24 and leaves none out", () => {
    const told = rowsOf(read("docs/requirements.md")).map(([id]) => id);
    expect(told).toEqual(Array.from({ length: 24 }, (_, at) => `S${at + 1}`));
  });
});

describe("examples", () => {
  it("are listed in fixtures/README.md, each with what comes of it", () => {
    expect(rowsOf(section(read("fixtures/README.md"), "Examples"))).toEqual(
      rowsOf(exampleList()),
    );
  });

  it("are all written, none empty, with a list", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sekisho-examples-"));
    try {
      await writeExamples(folder);
      expect(readdirSync(folder).sort()).toEqual(
        [...EXAMPLES.map(({ name }) => name), "README.md"].sort(),
      );
      for (const name of readdirSync(folder))
        expect([name, statSync(join(folder, name)).size]).not.toEqual([
          name,
          0,
        ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("every page", () => {
  it.each(pages())("%s links to what is there, headings included", (page) => {
    const dead = linksIn(withoutCode(read(page))).filter((link) => {
      if (/^(https?|mailto):/.test(link)) return false;
      const [path = "", slug] = link.split("#");
      const target =
        path === "" ? page : relative(HOME, resolve(HOME, dirname(page), path));
      if (!existsSync(join(HOME, target))) return true;
      return slug !== undefined && !slugsOf(read(target)).includes(slug);
    });
    expect(dead).toEqual([]);
  });

  it.each(pages())("%s names files that are there", (page) => {
    const gone = pathsIn(read(page)).filter(
      (path) => path !== "fixtures/out" && !existsSync(join(HOME, path)),
    );
    expect(gone).toEqual([]);
  });

  it.each(pages())("%s names commands that there are", (page) => {
    const named = [...read(page).matchAll(/\bsekisho ([a-z-]*[a-z])/g)].map(
      (match) => match[1]!,
    );
    const commands = COMMANDS.map(({ name }) => name);
    expect(commands).toContain("intake");
    expect(named.filter((name) => !commands.includes(name))).toEqual([]);
  });

  it.each(pages())("%s names scripts that package.json has", (page) => {
    const { scripts } = JSON.parse(read("package.json")) as {
      scripts: Record<string, string>;
    };
    const named = [
      ...read(page).matchAll(/\bnpm (?:run ([a-z]+)|(start|test)\b)/g),
    ].map((match) => match[1] ?? match[2]!);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

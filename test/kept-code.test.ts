/** Real pits; and outside of walls, where it can be asked, what V8 has of what was kept. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "@jest/globals";
import { memoryContent, type UntrustedContent } from "../src/core/content.ts";
import { DEFAULT_LIMITS } from "../src/core/limits.ts";
import { makeCode } from "../src/pit/kept-code.ts";
import { createPit } from "../src/pit/pit.ts";
import { NODE_INSIDE, readProgram } from "../src/pit/program.ts";
import { seccompFilter } from "../src/pit/seccomp.ts";
import { openSession } from "../src/pit/session.ts";
import { wallCommand } from "../src/pit/walls.ts";
import { sampleDocument } from "../src/render/sample-document.ts";
import { describeWith } from "./support/programs.ts";

const MODULES = fileURLToPath(new URL("../node_modules", import.meta.url));

const commandOf = (...[name, code]: Parameters<typeof readProgram>) =>
  wallCommand(
    readProgram(name, code),
    DEFAULT_LIMITS,
    seccompFilter(process.arch, "one-process")!,
  );

describeWith(["bwrap"], "machine code that a pit wrote down", () => {
  let sample: UntrustedContent;
  let code: Uint8Array;
  beforeAll(async () => {
    const bytes = await sampleDocument();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    sample = memoryContent(bytes, sha256) as UntrustedContent;
    code = await makeCode(commandOf("pdf-code"), drawer, lesson());
  }, 60_000);

  const drawer = (kept: Uint8Array | null) => commandOf("pdf", kept);
  const lesson = () => ({
    ...{ limits: DEFAULT_LIMITS, sample },
    signal: new AbortController().signal,
  });

  /** Of the dots and the characters of all pages. */
  const drawn = async (kept: Uint8Array | null) => {
    const hash = createHash("sha256");
    const submission = { document: sample, password: "", onPaper: true };
    const command = commandOf("pdf", kept);
    const { pages } = await openSession(command, DEFAULT_LIMITS, submission);
    for await (const page of pages) {
      hash.update(page.pixels).update(JSON.stringify(page.text));
      page.release?.();
    }
    return hash.digest("hex");
  };

  it("draws the same dots and finds the same characters; damaged or empty it does no harm", async () => {
    const without = await drawn(null);
    expect(await drawn(code)).toBe(without);
    expect(await drawn(flipped(code, code.length >> 1))).toBe(without);
    expect(await drawn(new Uint8Array(0))).toBe(without);
  });

  it("is not given where pits that begin with it do not draw the same", async () => {
    const crash = { ...commandOf("pdf"), args: ["false"] };
    const making = makeCode(
      commandOf("pdf-code"),
      (kept) => (kept === null ? commandOf("pdf") : crash),
      lesson(),
    );
    await expect(making).rejects.toMatchObject({ code: "PIT_UNAVAILABLE" });
  });

  it("is what V8 has at once in a process that begins with it, and else it has nothing yet", () => {
    expect(knownAtOnce(null)).toBe(0);
    expect(knownAtOnce(code)).toBeGreaterThan(100_000);
    expect(knownAtOnce(flipped(code, 40))).toBe(0);
  });

  it("is given up when the gateway ends meanwhile", async () => {
    const pit = createPit({ limits: DEFAULT_LIMITS });
    const learning = pit.keepCode(sample);
    const outcome = expect(learning).rejects.toMatchObject({
      code: "PIT_UNEXPECTED",
    });
    await pit.end();
    await outcome;
  });
});

function flipped(code: Uint8Array, place: number): Uint8Array {
  return code.with(place, code[place]! ^ 1);
}

/** Bytes that V8 would write down of a PDFium that did nothing yet: 0 where it has none, since then it ends the process. */
function knownAtOnce(kept: Uint8Array | null): number {
  const folder = mkdtempSync(join(tmpdir(), "sekisho-kept-code-"));
  try {
    for (const { path, content } of readProgram("pdf", kept).files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    symlinkSync(MODULES, join(folder, "pit/node_modules"));
    const compiled = join(folder, "pit/workers/pit/pdf/compiled.mjs");
    const script = `import { compilePdfium, writeDown } from ${JSON.stringify(compiled)};
      process.stdout.write(String(writeDown(compilePdfium())?.length ?? 0));`;
    const { args } = commandOf("pdf");
    const switches = args.slice(args.lastIndexOf(NODE_INSIDE) + 1, -1);
    const { stdout } = spawnSync(
      process.execPath,
      [...switches, "--input-type=module", "-e", script],
      { encoding: "utf8" },
    );
    return Number(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Pits that lie about what they converted: a small program without walls stands where LibreOffice would. */
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { UntrustedContent } from "../core/content.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import { PIT_FINDINGS } from "../wire/pit-codes.ts";
import { encodeFrame, type Frame } from "../wire/pit-frame.ts";
import { openConversion } from "./conversion.ts";

const LIMITS: Limits = { ...DEFAULT_LIMITS, maxConvertedBytes: 1000 };
const MARK = `sekisho-lying-conversion-${process.pid}`;
const READY: Frame = { kind: "ready" };
const DONE: Frame = { kind: "done", pages: 1 };

const files = (pageCount: number, findings = 0): Frame => ({
  ...{ kind: "document", pageCount },
  findings,
});
const piece = (bytes: number): Frame => ({ kind: "bytes", bytes });

const document = {
  ...{ bytes: 5, sha256: "" },
  open: async function* () {
    yield Buffer.from("hello");
  },
} as unknown as UntrustedContent;

/** Says these, then does `last`. */
function liar(says: readonly (Frame | string)[], last = "") {
  const bytes = Buffer.concat(
    says.map((one) =>
      typeof one === "string" ? Buffer.from(one) : encodeFrame(one),
    ),
  ).toString("base64");
  const script = `/* ${MARK} */ process.stdin.resume(); const said = Buffer.from("${bytes}", "base64");
    let at = 0; while (at < said.length) { try { at += require("fs").writeSync(1, said, at); } catch (e) { if (e.code !== "EAGAIN") throw e; } } ${last}`;
  return { file: process.execPath, args: ["-e", script], descriptors: [] };
}

async function outcome(
  command: ReturnType<typeof liar>,
  limits: Partial<Limits> = {},
) {
  try {
    const submission = { document, password: "" };
    const made = await openConversion(
      command,
      { ...LIMITS, ...limits },
      submission,
    );
    return [
      made.findings,
      ...made.untrustedFiles.map((file) => Buffer.from(file).toString()),
    ];
  } catch (error) {
    return (error as { readonly code: unknown }).code;
  }
}

function survivors(): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^[0-9]+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(MARK);
    } catch {
      return false;
    }
  });
}

const FOREVER = "setInterval(() => {}, 1000);";

afterEach(() => {
  expect(survivors()).toEqual([]);
});

describe("a conversion that speaks well", () => {
  it("gives its files whole, in order, and ends a pit that would stay", async () => {
    const bit = 1 << PIT_FINDINGS.indexOf("office-macro");
    const says = [
      ...[READY, files(3, bit)],
      ...[piece(3), "abc", piece(2), "de", { kind: "done", pages: 2 } as const],
      ...[{ kind: "done", pages: 0 } as const],
      ...[piece(1), "f", DONE],
    ];
    expect(await outcome(liar(says, FOREVER))).toEqual([
      ["office-macro"],
      ...["abcde", "", "f"],
    ]);
  });
});

describe("a conversion that lies", () => {
  it.each<readonly [string, readonly (Frame | string)[], string]>([
    ["garbage", ["x".repeat(100)], "PIT_PROTOCOL"],
    ["no file at all", [READY, files(0)], "PIT_PROTOCOL"],
    ["204 files", [READY, files(204)], "PIT_PROTOCOL"],
    ["findings on no list", [READY, files(1, 0x80000000)], "PIT_PROTOCOL"],
    ["a page", [READY, files(1), piece(1), "a", READY], "PIT_PROTOCOL"],
    ["a wrong count of pieces", [READY, files(1), DONE], "PIT_PROTOCOL"],
    ["a piece over 1 MiB", [READY, files(1), piece(1_048_577)], "PIT_PROTOCOL"],
    [
      "1,001 bytes of 1,000",
      [READY, files(1), piece(900), "a".repeat(900), piece(101)],
      "PIT_OUTPUT",
    ],
    ["exit 0 and nothing", [], "PIT_UNAVAILABLE"],
    ["exit 0 after its promise", [READY, files(1)], "PIT_PROTOCOL"],
    [
      "exit 0 in the middle of a piece",
      [READY, files(1), piece(9), "ab"],
      "PIT_PROTOCOL",
    ],
  ])("with %s is a fault", async (_, says, code) => {
    expect(await outcome(liar(says, "process.exit(0)"))).toBe(code);
  });

  it("with 200 small files of which each is within bounds is a fault all the same", async () => {
    const one = [piece(100), "a".repeat(100), DONE];
    const says = [
      ...[READY, files(200)],
      ...Array.from({ length: 200 }, () => one).flat(),
    ];
    expect(await outcome(liar(says, FOREVER))).toBe("PIT_OUTPUT");
  });

  it("with endless output is ended by the bound of one file", async () => {
    const endless = `const f = said.subarray(${32 * 2}); setInterval(() => { for (let i = 0; i < 100; i++) process.stdout.write(f); }, 1);`;
    const says = [READY, files(1), piece(100), "a".repeat(100)];
    expect(await outcome(liar(says, endless))).toBe("PIT_OUTPUT");
  });

  it("that never ends is ended by its own deadline, not by that of drawn pages", async () => {
    const limits = { officeDeadlineMs: 1000, pitDeadlineMs: 3_600_000 };
    const says = [READY, files(1), piece(1), "a"];
    expect(await outcome(liar(says, FOREVER), limits)).toBe("PIT_DEADLINE");
  });
});

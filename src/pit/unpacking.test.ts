/** Both sides of a pit that unpacks: true archives through the walls, and pits that lie about what they found. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { makeZip } from "../../fixtures/archives.ts";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import { encodeError } from "../wire/pit-codes.ts";
import { encodeFrame, type Frame } from "../wire/pit-frame.ts";
import { extractorFor } from "./extractors.ts";
import { openUnpacking } from "./unpacking.ts";

const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  maxUnpackedBytes: 10_000,
  pitOutputBytes: 100_000,
  pitDeadlineMs: 1500,
};
const READY: Frame = { kind: "ready" };
const DOCUMENT: Frame = { kind: "document", pageCount: 1, findings: 0 };
const piece = (bytes: number): Frame => ({ kind: "bytes", bytes });
const done = (pages: number): Frame => ({ kind: "done", pages });

function content(bytes: Uint8Array): UntrustedContent {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return memoryContent(bytes, sha256) as UntrustedContent;
}

/** Says these, then does `last`. Numbers are so many bytes. */
function liar(
  says: readonly (Frame | number | string)[],
  last = "process.exit(0)",
) {
  const bytes = Buffer.concat(
    says.map((one) => {
      if (typeof one === "number") return Buffer.alloc(one, 65);
      return typeof one === "string" ? Buffer.from(one) : encodeFrame(one);
    }),
  ).toString("base64");
  const script = `process.stdin.resume(); const said = Buffer.from("${bytes}", "base64");
    let at = 0; while (at < said.length) { try { at += require("fs").writeSync(1, said, at); } catch (e) { if (e.code !== "EAGAIN") throw e; } } ${last}`;
  return { file: process.execPath, args: ["-e", script], descriptors: [] };
}

async function outcome(command: ReturnType<typeof liar>, limits = LIMITS) {
  try {
    const submission = { document: content(makeZip([])), password: "" };
    let bytes = 0;
    for await (const one of await openUnpacking(command, limits, submission))
      bytes += one.length;
    return bytes;
  } catch (error) {
    return (error as { readonly code: unknown }).code;
  }
}

const FOREVER = "setInterval(() => {}, 1000)";
const ENDLESS = `const f = Buffer.from("${Buffer.concat([encodeFrame(piece(1000)), Buffer.alloc(1000)]).toString("base64")}", "base64"); for (;;) { try { require("fs").writeSync(1, f); } catch (e) { if (e.code !== "EAGAIN") throw e; } }`;

describe("a pit that lies about an archive", () => {
  it.each([
    ["tells the truth", liar([READY, DOCUMENT, piece(5), 5, done(1)]), 5],
    [
      "garbage",
      liar([READY, DOCUMENT, "x".repeat(32)], FOREVER),
      "PIT_PROTOCOL",
    ],
    [
      "pages instead of bytes",
      liar([READY, DOCUMENT, DOCUMENT], FOREVER),
      "PIT_PROTOCOL",
    ],
    [
      "a wrong count",
      liar([READY, DOCUMENT, piece(5), 5, done(2)], FOREVER),
      "PIT_PROTOCOL",
    ],
    [
      "fewer bytes than it said",
      liar([READY, DOCUMENT, piece(5), 4]),
      "PIT_PROTOCOL",
    ],
    [
      "a piece beyond every size",
      liar([READY, DOCUMENT, piece(0xffffffff)], FOREVER),
      "PIT_PROTOCOL",
    ],
    [
      "more than an archive may hold",
      liar([READY, DOCUMENT, piece(9000), 9000, piece(9000), 9000], FOREVER),
      "UNPACKED_TOO_BIG",
    ],
    ["without end", liar([READY, DOCUMENT], ENDLESS), "UNPACKED_TOO_BIG"],
    ["nothing, and exits with 0", liar([]), "PIT_UNAVAILABLE"],
    [
      "nothing behind its first word, and exits with 0",
      liar([READY]),
      "PIT_PROTOCOL",
    ],
    ["nothing, and never ends", liar([READY], FOREVER), "PIT_DEADLINE"],
    [
      "an error of no list",
      liar([READY, { kind: "error", code: 200 }], FOREVER),
      "PIT_UNEXPECTED",
    ],
    [
      "that it overlaps",
      liar(
        [READY, { kind: "error", code: encodeError("ARCHIVE_OVERLAPPING") }],
        FOREVER,
      ),
      "ARCHIVE_OVERLAPPING",
    ],
  ] as const)("says %s", async (_what, command, said) => {
    expect(await outcome(command)).toBe(said);
  });
});

describe("who opens an archive", () => {
  const iso = Buffer.alloc(0x8006);
  iso.write("CD001", 0x8001);
  it.each([
    ["7z", Buffer.from("377abcaf271c0004", "hex"), "7zip"],
    ["CAB", Buffer.from("MSCF\0\0\0\0"), "7zip"],
    ["ISO", iso, "7zip"],
    ["RAR", Buffer.from("Rar!\x1a\x07\x01\0"), null],
    ["ZIP", makeZip([]), null],
    ["nothing", Buffer.alloc(0), null],
  ] as const)("%s: %#", (_kind, head, wanted) => {
    expect(extractorFor(head)).toBe(wanted);
  });
});

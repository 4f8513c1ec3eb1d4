import { createHash } from "node:crypto";
import {
  memoryContent,
  type UntrustedContent,
} from "../../src/core/content.ts";
import { Fault } from "../../src/core/fault.ts";
import { DEFAULT_LIMITS } from "../../src/core/limits.ts";
import type { Pit } from "../../src/core/pit.ts";
import type { Render } from "../../src/core/render.ts";
import type { Scanner } from "../../src/core/scanner.ts";
import type { Workspace } from "../../src/core/stores.ts";
import { decodeText } from "../../src/mime/charset.ts";
import { cleanText } from "../../src/mime/clean-text.ts";
import { OTHER_DIALECTS, USUAL, type Dialect } from "../../src/mime/dialect.ts";
import { removeEncodedBlocks } from "../../src/mime/encoded-blocks.ts";
import { findEncodedFiles } from "../../src/mime/encoded-files.ts";
import {
  decodeHeaderText,
  encodeHeaderText,
} from "../../src/mime/encoded-word.ts";
import { htmlToText } from "../../src/mime/html-text.ts";
import { cut, readChunks } from "../../src/mime/mail-reading.testing.ts";
import { StrayReader } from "../../src/mime/stray-reader.ts";
import { DEFAULT_POLICY } from "../../src/policy/policy.ts";
import { createClear } from "../../src/stage/clear.ts";
import { passFile } from "../../src/stage/file-door.ts";
import { createMadeBefore } from "../../src/stage/made-before.ts";

/** Throws when something is wrong with what is made of `bytes`. */
export type FuzzTarget = (bytes: Buffer) => Promise<void> | void;

export const FUZZ_TARGETS: Readonly<Record<string, FuzzTarget>> = {
  /** The same events in any chunks, or the same fault of the content. */
  reader: (bytes) => {
    for (const dialect of [USUAL, ...OTHER_DIALECTS]) {
      const whole = told([bytes], dialect);
      if (told(cut(bytes, 7), dialect) !== whole)
        throw new Error("chunks make a difference");
    }
  },
  stray: (bytes) => {
    const reader = new StrayReader(50);
    let events = 0;
    for (const chunk of cut(bytes, 1000))
      events += [...reader.write(chunk)].length;
    events += [...reader.finish()].length;
    if (events > 50 * bytes.length + 1000) throw new Error("too many events");
  },
  text: (bytes) => {
    for (const charset of [null, "iso-2022-jp", "shift_jis", "euc-jp", "utf-8"])
      requireClean(decodeText(bytes, charset).text);
  },
  html: (bytes) => {
    const { text } = decodeText(bytes, null);
    requireClean(htmlToText(`<p>${text}`, DEFAULT_LIMITS).text);
  },
  header: (bytes) => {
    const text = decodeHeaderText(bytes.toString("latin1", 0, 2000));
    const written = encodeHeaderText(cleanText(text).text, 9);
    if (/[^\r\n\x20-\x7e]/.test(written)) throw new Error("not 7-bit");
  },
  files: (bytes) => {
    let made = 0;
    for (const file of findEncodedFiles(bytes)) made += file.bytes.length;
    if (made > 8 * bytes.length) throw new Error("more out than may be");
  },
  /** All of the line but scanner and pit: whatever comes in, both last readers agree on what goes out, or it is held. */
  line: async (bytes) => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const content = memoryContent(bytes, sha256) as UntrustedContent;
    const answer = await passFile({ name: "fuzz.eml", content }, TOOLS);
    if (answer.hold?.code === "VERIFIER_REFUSED")
      throw new Error(`verifier: ${answer.hold.detail}`);
  },
};

function told(chunks: readonly Uint8Array[], dialect: Dialect): string {
  try {
    const { nodes, outsideBytes } = readChunks(chunks, DEFAULT_LIMITS, dialect);
    return JSON.stringify([
      outsideBytes,
      nodes.map(({ part, body, anomalies }) => [
        part,
        [...part.parameters],
        [...part.dispositionParameters],
        body.toString("latin1"),
        anomalies,
      ]),
    ]);
  } catch (error) {
    if (error instanceof Fault && error.row.blame === "content")
      return error.code;
    throw error;
  }
}

/** What may be shown: cleaning it once more changes nothing. */
function requireClean(text: string): void {
  const once = removeEncodedBlocks(cleanText(text).text).text;
  if (cleanText(once).text !== once)
    throw new Error("not clean after cleaning");
  if (!once.isWellFormed()) throw new Error("half a character");
}

const workspace: Workspace = {
  hold: () => {
    const pieces: Uint8Array[] = [];
    return {
      get bytes() {
        return pieces.reduce((sum, piece) => sum + piece.length, 0);
      },
      add: (piece) => void pieces.push(Buffer.from(piece)),
      finish: async () => {
        const bytes = Buffer.concat(pieces);
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        return memoryContent(bytes, sha256);
      },
    };
  },
  dispose: async () => undefined,
};
const unused = async () => {
  throw new Fault("DOCUMENT_UNREADABLE");
};
const pit: Pit = {
  open: unused,
  unpack: unused,
  convert: unused,
  proveWalls: async () => [],
};
const render: Render = { pdf: unused, picture: unused };
const scanner: Scanner = {
  scan: async () => ({ kind: "clean", engine: "none" }),
  health: async () => null,
};
const TOOLS = {
  ...{ scanner, pit, render, workspace },
  madeBefore: createMadeBefore(0),
  clear: createClear({ limits: DEFAULT_LIMITS }),
  limits: DEFAULT_LIMITS,
  policy: DEFAULT_POLICY,
};

import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { decodeText } from "./charset.ts";
import { cleanText } from "./clean-text.ts";
import { decodeHeaderText, decodeParameterText } from "./encoded-word.ts";
import { cleanFileName, uniqueNames } from "./file-name.ts";
import { rebuildHeaders } from "./header-set.ts";
import { cut, readChunks } from "./mail-reading.testing.ts";
import { writeMessage, type NewMessage } from "./message-writer.ts";

/** What a mail says, however it is written. */
interface Said {
  readonly subject: string;
  readonly text: string;
  readonly files: readonly (readonly [
    name: string,
    type: string,
    sha256: string,
  ])[];
}

const sha256 = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");
/** Line ends as LF, none at the end: how the last line ends is the transfer's matter. */
const lines = (text: string) =>
  text.replaceAll("\r\n", "\n").replace(/\n+$/, "");

const words = fc
  .array(
    fc.oneof(
      fc.constantFrom("会議", "①㈱髙", "--", "From ", ".", " ", "=", "\n", "é"),
      fc.string({ unit: "grapheme", maxLength: 20 }),
      fc.string({ maxLength: 90 }),
    ),
    { maxLength: 12 },
  )
  .map((all) => cleanText(all.join("")).text);
const file = fc.record({
  name: fc.string({ unit: "grapheme", maxLength: 80 }),
  type: fc.constantFrom("text/csv", "application/pdf", "image/png"),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 400 }),
});
const message = fc.record({
  subject: words,
  text: words,
  files: fc.array(file, { maxLength: 4 }),
});

const ENDINGS: Readonly<Record<string, string>> = {
  "text/csv": "csv",
  "application/pdf": "pdf",
  "image/png": "png",
};

function draft(given: {
  readonly subject: string;
  readonly text: string;
  readonly files: readonly {
    readonly name: string;
    readonly type: string;
    readonly bytes: Uint8Array;
  }[];
}): NewMessage {
  const names = uniqueNames(
    given.files.map(({ name, type }, at) =>
      cleanFileName(name, ENDINGS[type] ?? "bin", `file${at}`),
    ),
  );
  const utf8 = Buffer.from(given.subject.replaceAll("\n", " "));
  return {
    headers: rebuildHeaders([
      { name: "Subject", untrustedValue: utf8.toString("latin1") },
      { name: "From", untrustedValue: "a@b.example" },
    ]),
    text: given.text,
    attachments: given.files.map(({ type, bytes }, at) => ({
      name: names[at] ?? "",
      type,
      bytes,
    })),
    boundarySeed: "0123456789abcdef0123456789abcdef",
  };
}

async function written(message: NewMessage): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeMessage(message)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function meant(message: NewMessage): Said {
  const subject = message.headers.find(([name]) => name === "Subject")?.[1];
  return {
    subject: decodeHeaderText((subject ?? "").replace(/\r\n(?=[ \t])/g, "")),
    text: lines(message.text),
    files: message.attachments.map(({ name, type, bytes }) => [
      name,
      type,
      sha256(bytes as Uint8Array),
    ]),
  };
}

function weRead(bytes: Buffer, step: number): Said {
  const { nodes, outsideBytes } = readChunks(cut(bytes, step), DEFAULT_LIMITS);
  expect(outsideBytes).toBe(0);
  expect(nodes.flatMap(({ anomalies }) => anomalies)).toEqual([]);
  const [text, ...files] = nodes.filter(({ part }) => part.isLeaf);
  const charset = text?.part.parameters.get("charset")?.value ?? null;
  const subject = nodes[0]?.part.headers.find(({ name }) => name === "Subject");
  return {
    subject: decodeHeaderText(subject?.untrustedValue ?? ""),
    text: lines(decodeText(text?.body ?? Buffer.alloc(0), charset).text),
    files: files.map(({ part, body }) => {
      const name = part.dispositionParameters.get("filename");
      return [
        name === undefined ? "" : decodeParameterText(name),
        part.type,
        sha256(body),
      ];
    }),
  };
}

async function mailparserReads(bytes: Buffer): Promise<Said> {
  const read = await simpleParser(bytes, {
    skipTextToHtml: true,
    skipTextLinks: true,
  });
  expect(read.html).toBe(false);
  return {
    subject: read.subject ?? "",
    text: lines(read.text ?? ""),
    files: read.attachments.map(({ filename, contentType, content }) => [
      filename ?? "",
      contentType,
      sha256(content),
    ]),
  };
}

describe("what our writer writes", () => {
  it("gives our reader back its subject, text and files, in any chunks, with nothing in doubt", async () => {
    await fc.assert(
      fc.asyncProperty(
        message,
        fc.constantFrom(1, 5, 64, 1e6),
        async (given, step) => {
          const made = draft(given);
          expect(weRead(await written(made), step)).toEqual(meant(made));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("gives mailparser the same", async () => {
    await fc.assert(
      fc.asyncProperty(message, async (given) => {
        const made = draft(given);
        const { subject, ...rest } = await mailparserReads(await written(made));
        const wanted = meant(made);
        expect(rest).toEqual({ text: wanted.text, files: wanted.files });
        expect(subject.trim()).toBe(wanted.subject.trim());
      }),
      { numRuns: 100 },
    );
  });

  it("is the same again when what was read is written once more", async () => {
    await fc.assert(
      fc.asyncProperty(message, async (given) => {
        const first = await written(draft(given));
        const { nodes } = readChunks([first], DEFAULT_LIMITS);
        const leaves = nodes.filter(({ part }) => part.isLeaf);
        const again = await written({
          ...draft(given),
          headers: rebuildHeaders(nodes[0]?.part.headers ?? []),
          text: decodeText(leaves[0]?.body ?? Buffer.alloc(0), "utf-8").text,
          attachments: draft(given).attachments.map((attachment, at) => ({
            ...attachment,
            bytes: leaves[at + 1]?.body ?? Buffer.alloc(0),
          })),
        });
        expect(again.equals(first)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

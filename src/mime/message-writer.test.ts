import { Buffer } from "node:buffer";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { Fault } from "../core/fault.ts";
import { cleanFileName } from "./file-name.ts";
import { writeMessage } from "./message-writer.ts";
import type { NewMessage } from "./message-writer.ts";

const SEED = "0123456789abcdef0123456789abcdef";
const HEADERS: NewMessage["headers"] = [
  ["From", "Taro <t@e.jp>"],
  ["Subject", "=?UTF-8?B?6Zai5omA?="],
];

async function chunks(message: Partial<NewMessage>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const chunk of writeMessage({
    headers: HEADERS,
    text: "",
    attachments: [],
    boundarySeed: SEED,
    ...message,
  }))
    all.push(Buffer.from(chunk));
  return all;
}

const write = async (message: Partial<NewMessage>): Promise<string> =>
  Buffer.concat(await chunks(message)).toString("latin1");

async function* streamed(
  bytes: Uint8Array,
  size: number,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size)
    yield bytes.subarray(at, at + size);
}

describe("writeMessage", () => {
  it("writes plain ASCII as 7bit", async () => {
    expect(await write({ text: "Hello\nthere" })).toBe(
      "From: Taro <t@e.jp>\r\nSubject: =?UTF-8?B?6Zai5omA?=\r\nMIME-Version: 1.0\r\n" +
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHello\r\nthere\r\n",
    );
  });

  it("writes everything else as base64 of CRLF text", async () => {
    const text = await write({ text: "関所\n" });
    expect(
      text.endsWith(
        "Content-Transfer-Encoding: base64\r\n\r\n6Zai5omADQo=\r\n",
      ),
    ).toBe(true);
    for (const line of ["--x", "From me", ".", "x ", "a".repeat(77)])
      expect(await write({ text: line })).toContain(
        "Transfer-Encoding: base64",
      );
  });

  it("writes attachments in the one form the verifier knows", async () => {
    expect(
      await write({
        text: "a",
        attachments: [
          { name: "a b.csv", type: "text/csv", bytes: Buffer.from("1,2") },
          {
            name: "見積書.pdf",
            type: "application/pdf",
            bytes: Buffer.from("%PDF-"),
          },
        ],
      }),
    ).toBe(
      [
        "From: Taro <t@e.jp>",
        "Subject: =?UTF-8?B?6Zai5omA?=",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed;",
        ` boundary="=_sekisho_${SEED}"`,
        "",
        `--=_sekisho_${SEED}`,
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 7bit",
        "",
        "a",
        "",
        `--=_sekisho_${SEED}`,
        "Content-Type: text/csv; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;",
        ' filename="a b.csv"',
        "",
        "MSwy",
        `--=_sekisho_${SEED}`,
        "Content-Type: application/pdf",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment;",
        " filename*=UTF-8''%E8%A6%8B%E7%A9%8D%E6%9B%B8.pdf",
        "",
        "JVBERi0=",
        `--=_sekisho_${SEED}--`,
        "",
      ].join("\r\n"),
    );
  });

  it("gives small mails in one chunk and the same bytes however an attachment comes in", async () => {
    expect(await chunks({ text: "あ" })).toHaveLength(1);
    const bytes = Buffer.alloc(300_000, "sekisho");
    const whole = await write({
      attachments: [{ name: "x.pdf", type: "application/pdf", bytes }],
    });
    for (const size of [1000, 57, 65_536, 65_663, 299_999])
      expect(
        await write({
          attachments: [
            {
              name: "x.pdf",
              type: "application/pdf",
              bytes: streamed(bytes, size),
            },
          ],
        }),
      ).toBe(whole);
    expect(whole.split("\r\n").every((line) => line.length <= 76)).toBe(true);
  });

  it("takes 5 MB of text in any shape", async () => {
    for (const piece of ["a\n", "a", "あ", "\n", "-", " "])
      expect(
        (await write({ text: piece.repeat(5e6 / piece.length) })).length,
      ).toBeGreaterThan(5e6);
  });

  it("refuses headers that break the grammar", async () => {
    const bad: readonly (readonly [string, string])[] = [
      ["Subject", "a\r\nBcc: x@y.jp"],
      ["Subject", "a\nb"],
      ["Subject", "a\rb"],
      ["Subject", "a\0b"],
      ["Subject", "関所"],
      ["Subject", "a\r\n \r\n b"],
      ["Subject", "a\r\n b\r\n"],
      ["Subject", "a\r\n  b"],
      ["Subject", "a \r\n b"],
      ["Subject", " a"],
      ["Subject", ""],
      ["Subject", "x".repeat(999)],
      ["Sub ject", "a"],
      ["Subject:", "a"],
      ["Content-Type", "text/html"],
      ["MIME-Version", "1.0"],
    ];
    for (const header of bad)
      await expect(write({ headers: [header] })).rejects.toBeInstanceOf(Fault);
    await expect(
      write({
        headers: [
          ["To", "a@b.jp"],
          ["TO", "c@d.jp"],
        ],
      }),
    ).rejects.toBeInstanceOf(Fault);
  });

  it("refuses types, names and seeds that break the grammar", async () => {
    const bytes = Buffer.from("x");
    for (const type of [
      "text/plain; x=y",
      "multipart/mixed",
      "message/rfc822",
      "a",
      "a/b\r\nX: y",
    ])
      await expect(
        write({ attachments: [{ name: "x", type, bytes }] }),
      ).rejects.toBeInstanceOf(Fault);
    for (const name of ["", "a\r\nb", "a/b", 'a"b', "a\\b"])
      await expect(
        write({ attachments: [{ name, type: "image/png", bytes }] }),
      ).rejects.toBeInstanceOf(Fault);
    await expect(
      write({
        boundarySeed: "x",
        attachments: [{ name: "x", type: "image/png", bytes }],
      }),
    ).rejects.toBeInstanceOf(Fault);
  });

  it("for any text and names: mailparser reads back what was given, and every line is ASCII of at most 76", async () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({
        unit: fc.constantFrom("a", "\n", "-", "あ", " ", "From ", "."),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.string({ unit: "grapheme", maxLength: 120 }),
        fc.uint8Array({ maxLength: 300 }),
        async (body, rawName, bytes) => {
          const given = body.replace(/[\r\u0000]/g, "");
          const name = cleanFileName(rawName, "pdf", "添付1");
          const written = await write({
            text: given,
            attachments: [{ name, type: "application/pdf", bytes }],
          });
          expect(written).toMatch(/^[\x20-\x7e\r\n\t]*$/);
          expect(written.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
          expect(written.split("\r\n").every((line) => line.length <= 76)).toBe(
            true,
          );
          const parsed = await simpleParser(written);
          const ended =
            given === "" || given.endsWith("\n") ? given : `${given}\n`;
          expect((parsed.text ?? "").replace(/\n$/, "")).toBe(
            ended.replace(/\n$/, ""),
          );
          expect(parsed.attachments).toHaveLength(1);
          expect(parsed.attachments[0]?.filename).toBe(name);
          expect(
            parsed.attachments[0]?.content.equals(Buffer.from(bytes)),
          ).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

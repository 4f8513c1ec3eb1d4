import type { HeaderField } from "../core/part.ts";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { cleanText } from "../mime/clean-text.ts";
import { removeEncodedBlocks } from "../mime/encoded-blocks.ts";
import { decodeHeaderText } from "../mime/encoded-word.ts";
import { cleanFileName, uniqueNames } from "../mime/file-name.ts";
import { rebuildHeaders } from "../mime/header-set.ts";
import { writeMessage, type NewAttachment } from "../mime/message-writer.ts";
import { verifyMail, type VerifiedMail } from "./mail.ts";
import { FILE_ENDINGS } from "./name.ts";
import { verifyText } from "./text.ts";

const TRACE = {
  by: `${"a".repeat(60)}.example.lg.jp`,
  item: "0123456789abcdefghjkmnpqrs",
};

/** The writer of the line and the verifier share no code: here they meet. */
async function written(message: {
  readonly headers?: readonly HeaderField[];
  readonly text: string;
  readonly attachments?: readonly NewAttachment[];
}): Promise<VerifiedMail> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeMessage({
    headers: [
      ...rebuildHeaders(message.headers ?? [], { trace: TRACE }),
      ["X-Sekisho-Item", "0123456789abcdefghjkmnpqrs"],
      ["X-Sekisho-Verdict", "cleaned"],
      ["X-Sekisho-Certificate", "0123456789abcdef".repeat(4)],
    ],
    text: message.text,
    attachments: message.attachments ?? [],
    boundarySeed: "0123456789abcdef".repeat(2),
  }))
    pieces.push(piece);
  return verifyMail(Buffer.concat(pieces));
}

const unix = (text: string) =>
  text.replaceAll("\r\n", "\n").replace(/\n+$/, "");
/** Japanese, ASCII, and now and then any code point at all. */
const untrusted = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "会議",
        "のお知らせ",
        "ｶﾅ",
        "﨑",
        "葛\u{e0100}",
        "👪\ufe0f",
        "=?UTF-8?B?5Lya?=",
        "\r\n",
        "\n",
        "\t",
        " ",
        ".",
        "..",
        "--",
        "From ",
        "\u202e",
        "\u200b",
        "%",
        "/",
        "\\",
        '"',
        "<a@b>",
        ",",
        "\0",
      ),
      fc.string({ maxLength: 12 }),
      fc.string({ unit: "binary", maxLength: 6 }),
    ),
    { maxLength: 24 },
  )
  .map((pieces) => pieces.join(""));

/** What belongs in header fields, whole and broken. */
const fragment = fc.constantFrom(
  "<a.b@example.jp>",
  "a..b.@docomo.example",
  "user@例え.jp",
  "<@relay:a@b.example>",
  "group: a@b.example;",
  '"x, y" <q@example.jp>',
  "a@[192.0.2.1]",
  "(comment)",
  "=?ISO-2022-JP?B?GyRCMnE1RBsoQg==?=",
  "=?UTF-8?Q?a=0D=0ABcc:_x@y?=",
  "=?UTF-8?B?PT9VVEYtOD9CPzVMeWE/PQ==?=",
  "=?x?B?",
  "?=",
  "Sat, 21 Nov 2026 09:55:32 +0900",
  "21 Nov 98 9:5 JST",
  "Sat, 31 Feb 2026 25:61:61 +9999",
  "<id@[x]>",
  "<a b@c>",
  "auto-replied; x=y",
  "name <list.example.jp>",
);

describe("what the writer of the line makes", () => {
  it("is verified and read back, for any text", async () => {
    await fc.assert(
      fc.asyncProperty(untrusted, async (dirty) => {
        const { text } = removeEncodedBlocks(cleanText(dirty).text);
        const mail = await written({ text });
        expect(unix(mail.text)).toBe(unix(text));
      }),
      { numRuns: 250 },
    );
  });

  it("is verified, its subject read back, for any header", async () => {
    const name = fc.constantFrom(
      "Date",
      "From",
      "Sender",
      "Reply-To",
      "To",
      "Cc",
      "Subject",
      "Message-ID",
      "In-Reply-To",
      "References",
      "List-Id",
      "Auto-Submitted",
      "Received",
      "Bcc",
      "X-Any",
    );
    const value = fc
      .array(fc.oneof(fragment, untrusted), { maxLength: 6 })
      .map((pieces) => Buffer.from(pieces.join(" ")).toString("latin1"));
    const field = fc.record({ name, untrustedValue: value });
    await fc.assert(
      fc.asyncProperty(fc.array(field, { maxLength: 12 }), async (headers) => {
        const [, told = ""] =
          rebuildHeaders(headers).find(([key]) => key === "Subject") ?? [];
        const mail = await written({ headers, text: "a" });
        expect(mail.subject).toBe(
          decodeHeaderText(told.replace(/\r\n(?= )/g, "")),
        );
      }),
      { numRuns: 600 },
    );
  });

  it("is verified and read back, for any names and sizes of files", async () => {
    const types = Object.keys(FILE_ENDINGS) as (keyof typeof FILE_ENDINGS)[];
    const file = fc.record({
      dirty: untrusted,
      type: fc.constantFrom(...types),
      bytes: fc.uint8Array({ maxLength: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 5 }), async (files) => {
        const names = uniqueNames(
          files.map(({ dirty, type }, index) =>
            cleanFileName(dirty, FILE_ENDINGS[type][0], `添付${index}`),
          ),
        );
        const attachments = files.map(({ type, bytes }, index) => ({
          name: names[index]!,
          type,
          bytes,
        }));
        const mail = await written({ text: "a", attachments });
        expect(
          mail.attachments.map((one) => ({ ...one, bytes: [...one.bytes] })),
        ).toEqual(
          attachments.map((one) => ({ ...one, bytes: [...one.bytes] })),
        );
      }),
      { numRuns: 250 },
    );
  });

  it("is verified for a file of 3 MB that comes in odd chunks", async () => {
    const bytes = Buffer.alloc(3_000_001, "あいう");
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += 65_537)
        yield bytes.subarray(at, at + 65_537);
    };
    const mail = await written({
      text: "本文",
      attachments: [{ name: "a.txt", type: "text/plain", bytes: chunks() }],
    });
    expect(Buffer.from(mail.attachments[0]!.bytes).equals(bytes)).toBe(true);
  });
});

describe("what the text cleaner lets through", () => {
  it("is allowed, for each of 1,112,064 code points between two ideographs and alone in its line", () => {
    const points: number[] = [];
    for (let point = 0; point <= 0x10ffff; point++)
      if (point < 0xd800 || point > 0xdfff) points.push(point);
    for (let from = 0; from < points.length; from += 4096) {
      const characters = points
        .slice(from, from + 4096)
        .map((point) => String.fromCodePoint(point));
      const dirty = characters.map((one) => `漢${one}字\n${one}\n`).join("");
      const clean = cleanText(dirty).text.replaceAll("\n", "\r\n");
      verifyText(Buffer.from(clean), 0);
    }
    expect(points).toHaveLength(1_112_064);
  });
});

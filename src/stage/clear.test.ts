import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { memoryContent } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import { newItemId } from "../core/id.ts";
import type { RebuiltMessage, SealedMessage } from "../core/message.ts";
import { cleanText } from "../mime/clean-text.ts";
import { removeEncodedBlocks } from "../mime/encoded-blocks.ts";
import { decodeHeaderText } from "../mime/encoded-word.ts";
import { cleanFileName, uniqueNames } from "../mime/file-name.ts";
import { rebuildHeaders } from "../mime/header-set.ts";
import { writeMessage } from "../mime/message-writer.ts";
import { createRender } from "../render/render.ts";
import { createClear, requireAgreement } from "./clear.ts";
import { readSecond, type SecondReading } from "./second-reader.ts";
import { verifyAgain, verifyBytes } from "./verify-again.ts";

const MAX_BYTES = 32 * 1024 * 1024;
const clear = createClear({ limits: { maxCleanMessageBytes: MAX_BYTES } });
const sha256 = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

interface Draft {
  readonly subject: string;
  readonly text: string;
  readonly files?: readonly {
    readonly name: string;
    readonly type: string;
    readonly bytes: Uint8Array;
  }[];
}

/** As rebuild makes it. */
async function rebuilt({
  subject,
  text,
  files = [],
}: Draft): Promise<RebuiltMessage & { readonly bytes: Buffer }> {
  const field = (name: string, value: string) => ({
    name,
    untrustedValue: Buffer.from(value).toString("latin1"),
  });
  const trace = { by: "mx.city.example.lg.jp", item: newItemId() };
  const untrusted = [
    field("From", `${subject} <a..b.@docomo.example>`),
    field("To", `"${subject}" <soumu@city.example.lg.jp>, x@xn--r8jz45g.jp`),
    field("Subject", subject),
  ];
  const headers = rebuildHeaders(untrusted, { trace });
  const [, written = ""] = headers.find(([name]) => name === "Subject") ?? [];
  const pieces: Uint8Array[] = [];
  const boundarySeed = "0123456789abcdef".repeat(2);
  const mail = { headers, text, attachments: files, boundarySeed };
  for await (const piece of writeMessage(mail)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  return {
    bytes,
    item: newItemId(),
    content: memoryContent(bytes, sha256(bytes)),
    expected: {
      subject: decodeHeaderText(written.replace(/\r\n(?= )/g, "")),
      text,
      attachments: files.map(({ name, type, bytes }) => ({
        name,
        type,
        sha256: sha256(bytes),
      })),
    },
  };
}

async function ruleOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "cleared";
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "VERIFIER_REFUSED")
      throw error;
    return String(error.facts["rule"]);
  }
}

const CSV = Buffer.from("番号,氏名\r\n1,山田\r\n");
const DRAFT: Draft = {
  subject: "会議のお知らせ",
  text: "お世話になっております。\n",
  files: [{ name: "名簿.csv", type: "text/csv", bytes: CSV }],
};

describe("clear", () => {
  it("gives the same item and content when both readers see what rebuild wrote", async () => {
    const message = await rebuilt(DRAFT);
    const cleared = await clear(message);
    expect(cleared.item).toBe(message.item);
    expect(cleared.content).toBe(message.content);
  });

  it("agrees on any subject, text and files that the writer makes", async () => {
    const wild = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            "会議",
            "=?UTF-8?B?5Lya?=",
            "\n",
            "begin 644 x\n",
            " ",
            "%41",
            "''",
          ),
          fc.string(),
          fc.string({ unit: "binary" }),
        ),
        { maxLength: 12 },
      )
      .map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(
        wild,
        wild,
        fc.array(wild, { maxLength: 3 }),
        async (subject, body, names) => {
          const text = removeEncodedBlocks(cleanText(body).text).text;
          const clean = names.map((name) => cleanFileName(name, "txt", "添付"));
          const files = uniqueNames(clean).map((name) => ({
            name,
            type: "text/plain",
            bytes: Buffer.from(cleanText(name).text),
          }));
          expect(
            await ruleOf(clear(await rebuilt({ subject, text, files }))),
          ).toBe("cleared");
        },
      ),
      { numRuns: 200 },
    );
  });

  it("takes every picture and document that render makes, grey, coloured and with alpha", async () => {
    const render = createRender();
    const [width, height] = [60, 40];
    const tones = [
      (i: number) => (i % 7 ? 255 : 0),
      (i: number) => (i * 37) & 255,
      (i: number) => (i >> 4) & 255,
    ];
    for (const channels of [1, 3, 4] as const)
      for (const tone of tones) {
        const pixels = Uint8Array.from(
          { length: width * height * channels },
          (_, i) => tone(i),
        );
        const page = {
          index: 0,
          width,
          height,
          channels,
          points: null,
          pixels,
        };
        const pdf = await render.pdf(
          (async function* () {
            yield page;
            yield {
              ...page,
              index: 1,
              points: { width: 595.276, height: 841.89 },
            };
          })(),
        );
        const files = [
          { name: "a.pdf", type: "application/pdf", bytes: pdf.bytes },
          {
            name: "a.png",
            type: "image/png",
            bytes: await render.picture(page, "image/png"),
          },
          {
            name: "a.jpg",
            type: "image/jpeg",
            bytes: await render.picture(page, "image/jpeg"),
          },
        ];
        expect(await ruleOf(clear(await rebuilt({ ...DRAFT, files })))).toBe(
          "cleared",
        );
      }
  });

  it("takes an empty text, and files of 0 and 1 byte", async () => {
    const files = [0, 1].map((length) => ({
      name: `${length}.txt`,
      type: "text/plain",
      bytes: Buffer.from("x".repeat(length)),
    }));
    for (const text of ["", "\n", "本\n\n\n"])
      expect(
        await ruleOf(clear(await rebuilt({ ...DRAFT, text, files }))),
      ).toBe("cleared");
  });

  it("takes a mail of 20 MB", async () => {
    const bytes = Buffer.from("あいうえお\r\n".repeat(900_000));
    const files = [{ name: "a.txt", type: "text/plain", bytes }];
    expect(await ruleOf(clear(await rebuilt({ ...DRAFT, files })))).toBe(
      "cleared",
    );
  });

  it("refuses content that is not of its hash, is shorter or longer than announced", async () => {
    const message = await rebuilt(DRAFT);
    const { bytes, content } = message;
    const swapped = Buffer.from(bytes);
    swapped[20]! ^= 1;
    for (const other of [
      swapped,
      bytes.subarray(0, -2),
      Buffer.concat([bytes, bytes]),
    ]) {
      const lying = { ...content, open: () => memoryContent(other, "").open() };
      expect(await ruleOf(clear({ ...message, content: lying }))).toBe("hash");
    }
  });

  it("refuses a mail above the limit without reading it", async () => {
    const message = await rebuilt(DRAFT);
    const open = () => {
      throw new Error("was read");
    };
    const content = { bytes: MAX_BYTES + 1, sha256: "", open };
    expect(await ruleOf(clear({ ...message, content }))).toBe("message-size");
  });

  it("refuses when rebuild says another subject, text, name, type, hash or number of files", async () => {
    const message = await rebuilt(DRAFT);
    const { expected } = message;
    const [file] = expected.attachments;
    const says = (other: Partial<RebuiltMessage["expected"]>) =>
      ruleOf(clear({ ...message, expected: { ...expected, ...other } }));
    expect(await says({ subject: "会議" })).toBe("expected-subject");
    expect(await says({ text: `${expected.text}a` })).toBe("expected-text");
    for (const attachments of [
      [],
      [file!, file!],
      [{ ...file!, name: "a.csv" }],
      [{ ...file!, type: "text/plain" }],
      [{ ...file!, sha256: sha256(Buffer.alloc(0)) }],
    ])
      expect(await says({ attachments })).toBe("expected-attachments");
  });

  it("refuses a file that is not of its type, and says which of the two", async () => {
    const files = [
      ...DRAFT.files!,
      {
        name: "a.pdf",
        type: "application/pdf",
        bytes: Buffer.from("%PDF-1.7\n<script>"),
      },
    ];
    const work = clear(await rebuilt({ ...DRAFT, files }));
    await expect(work).rejects.toMatchObject({
      code: "VERIFIER_REFUSED",
      facts: { rule: "pdf-form", attachment: 1 },
    });
  });
});

describe("the second reader", () => {
  it("sees subject, addresses, text and files with their hashes", async () => {
    const { bytes, expected } = await rebuilt(DRAFT);
    expect(await readSecond(bytes)).toMatchObject({
      ...expected,
      hasHtml: false,
      addresses: [
        '"a..b."@docomo.example',
        "soumu@city.example.lg.jp",
        "x@例え.jp",
      ],
    });
  });

  it("sees HTML where there is some", async () => {
    const html = Buffer.from("Content-Type: text/html\r\n\r\n<b>x</b>\r\n");
    expect(await readSecond(html)).toMatchObject({ hasHtml: true });
  });

  it("refuses what mailparser fails on, such as a header block of 2 MB", async () => {
    const mail = Buffer.from(`${"X-A: b\r\n".repeat(260_000)}\r\nx`);
    expect(await ruleOf(readSecond(mail))).toBe("readers-failed");
  });

  it("refuses what takes longer than its deadline", async () => {
    const mail = Buffer.from(`X-A: b\r\n\r\n${"x\r\n".repeat(5_000_000)}`);
    expect(await ruleOf(readSecond(mail, 1))).toBe("readers-deadline");
  });
});

describe("the agreement of the two readers", () => {
  const file = { name: "a.txt", type: "text/plain", sha256: "00" };
  const account = {
    subject: "会議",
    addresses: ["a@b.example", '"c."@d.example', "e@xn--r8jz45g.jp"],
    text: "a\r\nb\r\n",
    attachments: [file],
  };
  const same: SecondReading = {
    subject: "会議 ",
    addresses: ["a@b.example", "c.@d.example", "e@例え.jp"],
    text: "a\nb",
    hasHtml: false,
    attachments: [file],
  };

  it("looks over line ends, outer blanks, quotes and punycode, and nothing else", () => {
    expect(() => requireAgreement(account, same)).not.toThrow();
  });

  it.each<[string, Partial<SecondReading>]>([
    ["readers-html", { hasHtml: true }],
    ["readers-subject", { subject: "会" }],
    ["readers-addresses", { addresses: ["a@b.example"] }],
    [
      "readers-addresses",
      { addresses: ["a@b.example", "c@d.example", "e@例え.jp"] },
    ],
    ["readers-addresses", { addresses: [...same.addresses, "x@y.example"] }],
    [
      "readers-addresses",
      { addresses: ["a@b.example", '"c."@d.example', "f@例え.jp"] },
    ],
    ["readers-text", { text: "a b" }],
    ["readers-text", { text: "" }],
    ["readers-attachments", { attachments: [] }],
    ["readers-attachments", { attachments: [file, file] }],
    ["readers-attachments", { attachments: [{ ...file, name: "b.txt" }] }],
    ["readers-attachments", { attachments: [{ ...file, type: "text/html" }] }],
    ["readers-attachments", { attachments: [{ ...file, sha256: "01" }] }],
  ])("%s: %j", async (rule, other) => {
    const look = async () => requireAgreement(account, { ...same, ...other });
    expect(await ruleOf(look())).toBe(rule);
  });

  it("holds for every damaged mail that the grammar still takes: any byte set to any of 12 values", async () => {
    const { bytes } = await rebuilt(DRAFT);
    let taken = 0;
    for (let at = 0; at < bytes.length; at++)
      for (const value of [9, 32, 34, 39, 44, 45, 60, 61, 63, 64, 65, 92]) {
        const damaged = Buffer.from(bytes);
        damaged[at] = value;
        try {
          verifyBytes(damaged);
        } catch {
          continue;
        }
        taken++;
        const read = verifyBytes(damaged);
        const attachments = read.attachments.map(({ name, type, bytes }) => ({
          name,
          type,
          sha256: sha256(bytes),
        }));
        requireAgreement({ ...read, attachments }, await readSecond(damaged));
      }
    expect(taken).toBeGreaterThan(300);
  });
});

describe("the courier's look", () => {
  const sealed = (
    {
      bytes,
      content,
    }: { readonly bytes: Buffer; readonly content: RebuiltMessage["content"] },
    other = bytes,
  ) =>
    ({
      content: { ...content, open: () => memoryContent(other, "").open() },
    }) as unknown as SealedMessage;

  it("passes what was cleared", async () => {
    expect(await ruleOf(verifyAgain(sealed(await rebuilt(DRAFT))))).toBe(
      "cleared",
    );
  });

  it("refuses bytes of another hash, and any mail outside the grammar", async () => {
    const good = await rebuilt(DRAFT);
    const swapped = Buffer.from(good.bytes);
    swapped[20]! ^= 1;
    expect(await ruleOf(verifyAgain(sealed(good, swapped)))).toBe("hash");
    const original = Buffer.from(
      "Subject: x\r\nContent-Type: text/html\r\n\r\n<b>x</b>\r\n",
    );
    const content = memoryContent(original, sha256(original));
    expect(
      await ruleOf(verifyAgain(sealed({ bytes: original, content }))),
    ).not.toBe("cleared");
  });
});

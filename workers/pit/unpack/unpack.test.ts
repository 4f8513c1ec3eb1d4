import { describe, expect, it } from "@jest/globals";
import { simpleParser } from "mailparser";
import {
  compoundFile,
  makeOutlookMessage,
  makeTnef,
  TNEF_START,
  tnefAttribute,
  type OutlookMail,
} from "../../../fixtures/outlook.ts";
import { DEFAULT_LIMITS } from "../../../src/core/limits.ts";
import { pitLimits } from "../../../src/wire/pit.ts";
import { openCompoundFile } from "./compound-file.ts";
import { decompressRtf } from "./compressed-rtf.ts";
import type { UnpackedItem } from "./item.ts";
import { writeMail } from "./mail.ts";
import { readOutlookMessage } from "./outlook-message.ts";
import { rtfText } from "./rtf-text.ts";
import { readTnef } from "./tnef.ts";

const LIMITS = pitLimits(DEFAULT_LIMITS, 150);
const MAIL: OutlookMail = {
  subject: "会議①のお知らせ",
  body: "資料をお送りします。",
  files: [
    { name: "予算(案).csv", bytes: Buffer.from("a,b\r\n1,2\r\n") },
    { name: "大.bin", bytes: Buffer.alloc(10_000, 7) },
  ],
};

const fromMessage = (bytes: Buffer) =>
  readOutlookMessage(openCompoundFile(bytes), LIMITS);
/** As another reader of mail sees what the pit says. */
const asMail = (item: UnpackedItem) =>
  simpleParser(Buffer.concat([...writeMail(item)]));

describe.each([
  ["winmail.dat", (mail: OutlookMail) => readTnef(makeTnef(mail), LIMITS)],
  [".msg", (mail: OutlookMail) => fromMessage(makeOutlookMessage(mail))],
])("%s", (_name, unpack) => {
  it("gives subject, text and both files with their names and bytes", async () => {
    const mail = await asMail(unpack(MAIL));
    expect(mail.subject).toBe(MAIL.subject);
    expect(mail.text).toBe(MAIL.body);
    expect(
      mail.attachments.map(({ filename, content }) => [filename, content]),
    ).toEqual(MAIL.files.map(({ name, bytes }) => [name, bytes]));
  });

  it("says DOCUMENT_UNREADABLE, and nothing else, when any stretch of it is missing or turned over", () => {
    const whole = makeTnefOrMessage(_name);
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(whole);
      const at = (round * 7919) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (round % 8));
      const cut = round % 3 === 0 ? bytes.subarray(0, at) : bytes;
      try {
        const item =
          _name === ".msg" ? fromMessage(cut) : readTnef(cut, LIMITS);
        for (const piece of writeMail(item))
          expect(piece.length).toBeGreaterThan(0);
      } catch (error) {
        refused += 1;
        expect(error).toMatchObject({ pitError: "DOCUMENT_UNREADABLE" });
      }
    }
    expect(refused).toBeGreaterThan(50);
  });
});

function makeTnefOrMessage(name: string): Buffer {
  return name === ".msg" ? makeOutlookMessage(MAIL) : makeTnef(MAIL);
}

describe(".msg", () => {
  it("gives the message in the message as a mail of its own, and the sender", async () => {
    const inner = { ...MAIL, subject: "内側" };
    const bytes = makeOutlookMessage({ ...MAIL, files: [], inner });
    const raw = Buffer.concat([...writeMail(fromMessage(bytes))]).toString();
    expect(raw).toContain("Content-Type: message/rfc822");
    const mail = await simpleParser(raw);
    expect(mail.from?.value).toEqual([
      { name: "山田 太郎", address: "taro@example.com" },
    ]);
    expect(mail.attachments.map((one) => one.contentType)).toContain(
      "message/rfc822",
    );
  });

  it("ends at a tree of names that turns back on itself, and at a chain of sectors that does", () => {
    const bytes = makeOutlookMessage(MAIL);
    const entries = bytes.indexOf(Buffer.from("Root Entry", "utf16le"));
    const circle = Buffer.from(bytes);
    circle.writeUInt32LE(1, entries + 128 + 72);
    expect(() => fromMessage(circle)).toThrow("DOCUMENT_UNREADABLE");
    const big = compoundFile({ big: Buffer.alloc(20_000, 1) });
    const firstFat = big.readUInt32LE(76);
    // Every sector is followed by the first.
    big.fill(0, (firstFat + 1) * 512, (firstFat + 1) * 512 + 160);
    expect(() => openCompoundFile(big)).toThrow("DOCUMENT_UNREADABLE");
  });
});

describe("winmail.dat", () => {
  it("names by its code page what has no other name", async () => {
    const title = Buffer.from([0x95, 0x5c, 0x2e, 0x74, 0x78, 0x74, 0]);
    const bytes = Buffer.concat([
      TNEF_START,
      tnefAttribute(2, 0x00069002, Buffer.alloc(14)),
      tnefAttribute(2, 0x00018010, title),
      tnefAttribute(2, 0x0006800f, Buffer.from("x")),
    ]);
    const [only] = readTnef(bytes, LIMITS).members;
    expect(only).toMatchObject({ kind: "file", name: "表.txt" });
  });

  it("refuses more than 10,000 attributes, more than 1,000 files, and an eleventh level", () => {
    const many = (count: number, id: number, level: 1 | 2) =>
      Buffer.concat([
        TNEF_START,
        ...Array.from({ length: count }, () =>
          tnefAttribute(level, id, Buffer.alloc(4)),
        ),
      ]);
    expect(() => readTnef(many(10_002, 0x00018004, 1), LIMITS)).toThrow(
      "UNPACKED_TOO_BIG",
    );
    expect(() => readTnef(many(1001, 0x00069002, 2), LIMITS)).toThrow(
      "UNPACKED_TOO_BIG",
    );
    expect(() => readTnef(makeTnef(MAIL), LIMITS, 11)).toThrow(
      "DOCUMENT_UNREADABLE",
    );
  });
});

describe("RTF of Outlook", () => {
  it("comes out of its compression (the example of MS-OXRTFCP §4.1.1)", () => {
    const packed = Buffer.from(
      "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0",
      "hex",
    );
    expect(Buffer.from(decompressRtf(packed, 1e6)).toString()).toBe(
      "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
    );
  });

  it("refuses a size that its bytes could not give", () => {
    const packed = Buffer.alloc(20);
    packed.writeUInt32LE(0x7fffffff, 4);
    packed.writeUInt32LE(0x75465a4c, 8);
    expect(() => decompressRtf(packed, 1e10)).toThrow("DOCUMENT_UNREADABLE");
    expect(() => decompressRtf(packed, 1e6)).toThrow("UNPACKED_TOO_BIG");
  });

  it.each([
    ["{\\rtf1\\ansi\\ansicpg932 \\'93\\'fa\\'96\\'7b\\par x}", "日本\nx"],
    ["{\\rtf1{\\fonttbl{\\f0 MS;}}\\uc1\\u26085?\\u26412?}", "日本"],
    [
      "{\\rtf1\\fromhtml1{\\*\\htmltag <p>}\\htmlrtf {\\htmlrtf0 words\\htmlrtf }\\htmlrtf0}",
      "words",
    ],
    ["{\\rtf1 a\\~b\\{c\\}{\\pict 00ff}{\\*\\x y}}", "a b{c}"],
  ])("gives its words: %s", (rtf, words) => {
    expect(rtfText(Buffer.from(rtf, "latin1"))).toBe(words);
  });

  it("takes a million groups without end in one pass", () => {
    expect(rtfText(Buffer.from("{\\b ".repeat(1_000_000)))).toBe("");
  });
});

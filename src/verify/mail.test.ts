import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Fault } from "../core/fault.ts";
import { verifyMail } from "./mail.ts";
import type { Rule } from "./refuse.ts";
import {
  base64Lines,
  sampleHeader,
  sampleMixed,
  sampleText,
} from "./sample-mail.testing.ts";

const TEXT = "お世話になっております。\r\n山田です。\r\n";
const FILES = [
  {
    name: "a.txt",
    type: "text/plain; charset=utf-8",
    bytes: Buffer.from("a\r\n"),
  },
  {
    name: "見積書.csv",
    type: "text/csv; charset=utf-8",
    bytes: Buffer.from("b,c\r\n"),
  },
];
const single = sampleText(TEXT).toString("latin1");
const mixed = sampleMixed(TEXT, FILES).toString("latin1");
const TEXT_HEADER =
  "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n";

function ruleOf(mail: string | Buffer): Rule | "verified" {
  try {
    verifyMail(typeof mail === "string" ? Buffer.from(mail, "latin1") : mail);
    return "verified";
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    expect(error.code).toBe("VERIFIER_REFUSED");
    return error.facts["rule"] as Rule;
  }
}

/** Replaces what must be there once, so that no case silently tests the good mail. */
function change(mail: string, from: string, to: string): string {
  expect(mail.split(from)).toHaveLength(2);
  return mail.replace(from, () => to);
}

const encoded = (text: string) =>
  `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
const withFields = (fields: Record<string, string | null>) =>
  sampleText(TEXT, fields);

const DATE = "Sat, 21 Nov 2026 09:55:32 +0900";

describe("a mail of the allowed form", () => {
  it("gives subject and text of a single part", () => {
    expect(verifyMail(Buffer.from(single))).toEqual({
      subject: "会議のお知らせ",
      addresses: [
        "taro@example.jp",
        "soumu@city.example.lg.jp",
        "kikaku@city.example.lg.jp",
      ],
      text: TEXT,
      attachments: [],
    });
  });

  it("gives text and two files of a multipart, names decoded", () => {
    const mail = verifyMail(Buffer.from(mixed));
    expect(mail.text).toBe(TEXT);
    expect(mail.attachments.map(({ name, type }) => [name, type])).toEqual([
      ["a.txt", "text/plain"],
      ["見積書.csv", "text/csv"],
    ]);
    expect(Buffer.from(mail.attachments[1]!.bytes).toString()).toBe("b,c\r\n");
  });

  it.each([0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 10_000])(
    "gives back all %d bytes of a file",
    (length) => {
      const bytes = Buffer.from("x".repeat(length));
      const mail = sampleMixed(TEXT, [{ ...FILES[0]!, bytes }]);
      expect(Buffer.from(verifyMail(mail).attachments[0]!.bytes)).toEqual(
        bytes,
      );
    },
  );

  it("may have a 7-bit text body, alone and in a multipart", () => {
    const alone = change(
      single,
      "base64\r\n\r\n" + base64Lines(Buffer.from(TEXT)),
      "7bit\r\n\r\nhello\r\n\tworld\r\n",
    );
    expect(verifyMail(Buffer.from(alone)).text).toBe("hello\r\n\tworld\r\n");
    const inside = change(
      mixed,
      "base64\r\n\r\n" + base64Lines(Buffer.from(TEXT)),
      "7bit\r\n\r\n -hello\r\n\r\n",
    );
    expect(verifyMail(Buffer.from(inside)).text).toBe(" -hello\r\n");
  });

  it("may be without a subject, and without files in a multipart", () => {
    expect(verifyMail(withFields({ Subject: null })).subject).toBe("");
    expect(verifyMail(sampleMixed(TEXT, [])).attachments).toEqual([]);
  });

  it.each([
    ["Hello, world", "Hello, world"],
    ["Re: =?UTF-8?B?5Lya6K2w?=", "Re: 会議"],
    ["=?UTF-8?B?5Lya?= =?UTF-8?B?6K2w?=", "会議"],
    ["=?UTF-8?B?5Lya?=\r\n =?UTF-8?B?6K2w?=", "会議"],
    ["a\r\n b  c", "a b  c"],
    ["=?UTF-8?B?5Lya?= x =?UTF-8?B?6K2w?=", "会 x 議"],
    ["50% off = ?", "50% off = ?"],
  ])("reads the subject %j as %j", (value, subject) => {
    expect(verifyMail(withFields({ Subject: value })).subject).toBe(subject);
  });

  it.each([
    ["From", "taro@example.jp"],
    ["From", "<taro@example.jp>"],
    ["From", "Yamada Taro <taro@example.jp>"],
    ["From", '"Yamada \\"T\\" (Taro)" <a..b@docomo.example>'],
    ["From", '"a@b" <"a..b"@docomo.example>'],
    [
      "To",
      "=?UTF-8?B?5bGx?=\r\n =?UTF-8?B?55Sw?= <a@b.example>,\r\n c@d.example",
    ],
    ["Cc", '"a, b; c" <a@b.example>'],
    ["Date", "Thu, 1 Jan 1970 00:00:00 +0000"],
    ["Date", "Thu, 29 Feb 2024 23:59:59 -0830"],
    ["In-Reply-To", "<a.b+c=d@example.jp>"],
    ["References", "<a@b> <c@d>\r\n <e@f>"],
    ["List-Id", "<soumu.lists.example.jp>"],
    ["Auto-Submitted", "auto-replied"],
    ["Received", `by c.d id ${"0".repeat(26)}; ${DATE}`],
    ["X-Sekisho-Passages", "1"],
    ["X-Sekisho-Passages", "999"],
    ["X-Sekisho-Verdict", "unexaminable"],
    ["X-Sekisho-Parts", "made=0 held=12345"],
    ["X-Sekisho-Original-Message-ID", "<1234@mail.example.jp>"],
  ])("may say %s: %s", (name, value) => {
    expect(ruleOf(withFields({ [name]: value }))).toBe("verified");
  });
});

describe("header fields that may not cross", () => {
  it.each<[Rule, string, string]>([
    ["header-name", "Bcc", "a@b.example"],
    ["header-name", "Sender", "a@b.example"],
    ["closed-value", "Received", "from x"],
    ["header-name", "Content-Disposition", "attachment"],
    ["header-name", "X-Mailer", "x"],
    ["header-name", "subject", "x"],
    ["header-name", "DATE", "x"],
    ["header-name", "Return-Path", "<>"],
    ["encoded-word", "Subject", "=?ISO-2022-JP?B?GyRCMnEbKEI=?="],
    ["encoded-word", "Subject", "=?utf-8?B?5Lya?="],
    ["encoded-word", "Subject", "=?UTF-8?Q?=E4=BC=9A?="],
    ["encoded-word", "Subject", "=?UTF-8?B?5Lya?=x"],
    ["encoded-word", "Subject", "x=?UTF-8?B?5Lya?="],
    ["encoded-word", "Subject", "=?UTF-8?B?5Lya?==?UTF-8?B?5Lya?="],
    ["encoded-word", "Subject", "=?UTF-8?B??="],
    ["encoded-word", "Subject", "=?UTF-8?B?5L ya?="],
    ["encoded-word", "Subject", `=?UTF-8?B?${"YWFh".repeat(20)}?=`],
    ["encoded-word", "Subject", encoded("=?UTF-8?B?5Lya?=")],
    ["base64-form", "Subject", "=?UTF-8?B?5Lyaa?="],
    ["base64-padding", "Subject", "=?UTF-8?B?YR==?="],
    ["utf8", "Subject", "=?UTF-8?B?5Lw=?= =?UTF-8?B?mg==?="],
    ["utf8", "Subject", "=?UTF-8?B?wIA=?="],
    ["code-point", "Subject", encoded("a\r\nBcc: x@y")],
    ["code-point", "Subject", encoded("a\0b")],
    ["code-point", "Subject", encoded("a\tb")],
    ["code-point", "Subject", encoded("a\u202eb")],
    ["code-point", "Subject", encoded("a\u200bb")],
    ["code-point", "Subject", encoded("\ufeffa")],
    ["code-point", "Subject", encoded("\u{e0041}")],
    ["code-point", "Subject", encoded("\u{e0100}")],
    ["header-blank", "Subject", ""],
    ["header-blank", "Subject", "\r\n a"],
    ["header-form", "Subject", " a"],
    ["header-blank", "Subject", "a "],
    ["header-blank", "Subject", "a\r\n "],
    ["header-blank", "Subject", "a\r\n  b"],
    ["header-blank", "Subject", "a\r\n\tb"],
    ["header-blank", "Subject", "a\tb"],
    ["line-byte", "Subject", "a\x01b"],
    ["line-byte", "Subject", "a\x00b"],
    ["line-byte", "Subject", "caf\xe9"],
    ["line-byte", "Subject", "a\x7fb"],
    ["line-ending", "Subject", "a\nb"],
    ["line-ending", "Subject", "a\rb"],
    ["line-ending", "Subject", "a\nBcc: x@y.example"],
    ["line-length", "Subject", "a".repeat(990)],
    ["header-form", "Subject", "a\r\nnonsense"],
    ["header-form", "Subject", "a\r\nX:y"],
    ["header-form", "Subject", "a\r\nX : y"],
    ["header-form", "Subject", "a\r\n: y"],
    ["address", "From", "Yamada, Taro <taro@example.jp>"],
    ["address", "From", "Yamada Taro taro@example.jp"],
    ["mailbox", "From", '"Yamada <taro@example.jp>'],
    ["mailbox", "From", '"Yam\\ada" <taro@example.jp>'],
    ["mailbox", "From", "Yamada<taro@example.jp>"],
    ["mailbox", "From", "<a@b.example> <c@d.example>"],
    ["mailbox", "From", "x.y. (z) <taro@example.jp>"],
    ["mailbox", "From", "a@b.example,c@d.example"],
    ["mailbox", "From", '"=?UTF-8?B?5Lya?=" <a@b.example>'],
    ["mailbox", "From", "a =?UTF-8?B?5Lya?= <a@b.example>"],
    ["encoded-word", "From", "=?UTF-8?Q?x?= <a@b.example>"],
    ["code-point", "From", `${encoded("a\r\nb")} <a@b.example>`],
    ["header-blank", "From", ""],
    ["address", "From", "<>"],
    ["address", "From", "group:a@b.example;"],
    ["address", "From", "undisclosed-recipients:;"],
    ["address", "From", "<@relay.example:a@b.example>"],
    ["address", "From", "a@b@c.example"],
    ["address", "From", "a@b.example(comment)"],
    ["address", "From", "a@-b.example"],
    ["address", "From", "a@b..example"],
    ["address", "From", "a@"],
    ["address", "From", "@b.example"],
    ["address", "From", '"a b"@c.example'],
    ["address", "From", '"a\\"b"@c.example'],
    ["address", "From", `${"a".repeat(65)}@b.example`],
    ["address", "From", `a@${"b.".repeat(130)}c`],
    ["address", "From", "=?UTF-8?B?YUBi?=@b.example"],
    ["header-blank", "To", "a@b.example, "],
    ["date", "Date", "Sun, 21 Nov 2026 09:55:32 +0900"],
    ["date", "Date", "Sat, 31 Nov 2026 09:55:32 +0900"],
    ["date", "Date", "Sat, 21 Nov 2026 24:00:00 +0900"],
    ["date", "Date", "Sat, 21 Nov 2026 09:60:00 +0900"],
    ["date", "Date", "Sat, 21 Nov 2026 09:55:32 +1500"],
    ["date", "Date", "Sat, 21 Nov 2026 09:55:32 JST"],
    ["date", "Date", "Sat, 21 Nov 2026 09:55:32 +0900 (JST)"],
    ["date", "Date", "Sat, 21 Nov 26 09:55:32 +0900"],
    ["date", "Date", "21 Nov 2026 09:55:32 +0900"],
    ["date", "Date", "sat, 21 nov 2026 09:55:32 +0900"],
    ["date", "Date", "Sat, 0 Nov 2026 09:55:32 +0900"],
    ["message-id", "Message-ID", "a@b"],
    ["message-id", "Message-ID", "<a b@c>"],
    ["message-id", "Message-ID", "<a@b><c@d>"],
    ["message-id", "Message-ID", "<a>"],
    ["message-id", "Message-ID", "<=?UTF-8?B?YUBi?=@c>"],
    ["message-id", "Message-ID", "<a@b> (c)"],
    ["message-id", "Message-ID", "<a@[b]c>"],
    ["message-id", "Message-ID", "<a@[]>"],
    ["message-id", "Message-ID", "<a@[b\\]]>"],
    ["message-id", "Message-ID", "<[b]@[b]>"],
    ["message-id", "In-Reply-To", "<a@b>, <c@d>"],
    ["message-id", "References", "<a@b>  <c@d>"],
    ["message-id", "References", "text <a@b>"],
    ["list-id", "List-Id", "name <a.b>"],
    ["list-id", "List-Id", "<a@b>"],
    ["closed-value", "Auto-Submitted", "yes"],
    ["closed-value", "Auto-Submitted", "auto-generated; x=y"],
    ["closed-value", "X-Sekisho-Item", "0".repeat(26) + "0"],
    ["closed-value", "X-Sekisho-Item", "i".repeat(26)],
    ["closed-value", "Received", `from a.b by c id ${"0".repeat(26)}; ${DATE}`],
    ["closed-value", "Received", `by c.d id ${"0".repeat(26)}`],
    ["closed-value", "Received", `by c.d (x) id ${"0".repeat(26)}; ${DATE}`],
    ["date", "Received", `by c.d id ${"0".repeat(26)}; Fri, 21 Nov 2026`],
    ["closed-value", "X-Sekisho-Passages", "0"],
    ["closed-value", "X-Sekisho-Passages", "1000"],
    ["closed-value", "X-Sekisho-Passages", "1 2"],
    ["closed-value", "X-Sekisho-Verdict", "Clean"],
    ["closed-value", "X-Sekisho-Parts", "made=1"],
    ["closed-value", "X-Sekisho-Parts", "made=1 held=x"],
    ["closed-value", "X-Sekisho-Parts", "made=1 held=1 more=1"],
    ["closed-value", "X-Sekisho-Verdict", "clean; yes"],
    ["closed-value", "X-Sekisho-Certificate", "abc"],
    ["closed-value", "X-Sekisho-Certificate", "A".repeat(64)],
    ["message-id", "X-Sekisho-Original-Message-ID", "x"],
    ["closed-value", "MIME-Version", "1.0 (x)"],
    ["closed-value", "MIME-Version", "1.1"],
  ])("%s: %s: %j", (rule, name, value) => {
    expect(ruleOf(withFields({ [name]: value }))).toBe(rule);
  });

  it.each(["Date", "From", "Message-ID", "MIME-Version"])(
    "a mail without %s",
    (name) => {
      expect(ruleOf(withFields({ [name]: null }))).toBe("header-missing");
    },
  );

  it.each([
    "Date",
    "From",
    "To",
    "Cc",
    "Subject",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "X-Sekisho-Item",
  ])("%s twice", (name) => {
    const line = sampleHeader({ Cc: "a@b.example" })
      .concat(TEXT_HEADER)
      .split("\r\n")
      .find((field) => field.startsWith(`${name}: `))!;
    const once = sampleText(TEXT, { Cc: "a@b.example" }).toString("latin1");
    expect(ruleOf(once)).toBe("verified");
    expect(ruleOf(`${line}\r\n${once}`)).toBe("header-twice");
  });

  it("a header block above 256 KiB", () => {
    const many = Array.from(
      { length: 4000 },
      () =>
        "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b>",
    );
    expect(ruleOf(withFields({ References: many.join("\r\n ") }))).toBe(
      "header-size",
    );
  });

  it.each<[Rule, string]>([
    ["line-ending", ""],
    ["line-ending", "\n"],
    ["line-ending", "Date"],
    ["line-ending", sampleHeader()],
    ["header-missing", "\r\n"],
    ["header-form", " x\r\n\r\n"],
    ["header-form", `From x\r\n${single}`],
    ["header-form", `\ufeff`.repeat(0) + `.\r\n${single}`],
    ["header-missing", `\r\n${single}`],
    ["line-length", "x".repeat(5000)],
  ])("%s: a mail that begins %j", (rule, mail) => {
    expect(ruleOf(mail)).toBe(rule);
  });
});

describe("bodies that may not cross", () => {
  const type = "Content-Type: text/plain; charset=utf-8";
  const encoding = "Content-Transfer-Encoding: base64";
  it.each<[Rule, string, string]>([
    ["content-type", type, "Content-Type: text/html; charset=utf-8"],
    ["content-type", type, "Content-Type: text/plain"],
    ["content-type", type, "Content-Type: text/plain; charset=us-ascii"],
    ["content-type", type, "Content-Type: text/plain; charset=UTF-8"],
    [
      "content-type",
      type,
      "Content-Type: text/plain; charset=utf-8; format=flowed",
    ],
    [
      "content-type",
      type,
      'Content-Type: text/plain; charset=utf-8; name="a.exe"',
    ],
    ["content-type", type, "Content-Type: message/rfc822"],
    ["content-type", type, "Content-Type: application/pdf"],
    [
      "content-type",
      type,
      'Content-Type: multipart/alternative; boundary="=_sekisho_0123456789abcdef0123456789abcdef"',
    ],
    ["content-type", type, 'Content-Type: multipart/mixed; boundary="x"'],
    [
      "content-type",
      type,
      "Content-Type: multipart/mixed; boundary==_sekisho_0123456789abcdef0123456789abcdef",
    ],
    ["header-missing", `${type}\r\n`, ""],
    ["header-missing", `${encoding}\r\n`, ""],
    [
      "transfer-encoding",
      encoding,
      "Content-Transfer-Encoding: quoted-printable",
    ],
    ["transfer-encoding", encoding, "Content-Transfer-Encoding: 8bit"],
    ["transfer-encoding", encoding, "Content-Transfer-Encoding: binary"],
    ["transfer-encoding", encoding, "Content-Transfer-Encoding: Base64"],
    ["transfer-encoding", encoding, "Content-Transfer-Encoding: x-uuencode"],
  ])("%s: %j as %j", (rule, from, to) => {
    expect(ruleOf(change(single, from, to))).toBe(rule);
  });

  const body = (encodedBody: string) =>
    `${sampleHeader()}${TEXT_HEADER}\r\n${encodedBody}`;
  it.each<[Rule, string]>([
    ["base64-form", "YWFh"],
    ["base64-form", "YWFh\r\n\r\n"],
    ["base64-form", "\r\n"],
    ["base64-form", "YWFh\n"],
    ["base64-form", "YWF\r\n"],
    ["base64-form", "YWFh\r\nYWFh\r\n"],
    ["base64-form", `${"YWFh".repeat(20)}\r\n`],
    ["base64-form", `${"YWFh".repeat(18)}\r\n${"YWFh".repeat(18)}\r\n`],
    ["base64-character", "YW h\r\n"],
    ["base64-character", "YW\r\n\r\n"],
    ["base64-character", "YW_h\r\n"],
    ["base64-character", "Y===\r\n"],
    ["base64-character", "====\r\n"],
    ["base64-character", "YQ==YQ==\r\n"],
    ["base64-character", "YW\0h\r\n"],
    ["base64-character", "YW\xffh\r\n"],
    ["base64-padding", "YR==\r\n"],
    ["base64-padding", "YWF=\r\n".replace("F", "B")],
    ["base64-form", "YW-h\r\n"],
    ["after-end", "YWFh\r\n-"],
    ["after-end", "-"],
    ["utf8", base64Lines(Buffer.from([0xe3, 0x81]))],
    ["utf8", base64Lines(Buffer.from([0xed, 0xa0, 0x80]))],
    ["utf8", base64Lines(Buffer.from([0xf8, 0x88, 0x80, 0x80, 0x80]))],
    ["code-point", base64Lines(Buffer.from("a\0b"))],
    ["code-point", base64Lines(Buffer.from("a\x1b[2Jb"))],
    ["code-point", base64Lines(Buffer.from("a\u0085b"))],
    ["code-point", base64Lines(Buffer.from("a\u2028b"))],
    ["code-point", base64Lines(Buffer.from("a\u202eb"))],
    ["code-point", base64Lines(Buffer.from("a\u2066b"))],
    ["code-point", base64Lines(Buffer.from("\ufeffa"))],
    ["code-point", base64Lines(Buffer.from("a\ufe0f\ufe0f"))],
    ["encoded-block", base64Lines(Buffer.from("a\r\nbegin 644 x.exe\r\n"))],
    ["encoded-block", base64Lines(Buffer.from("begin-base64 0755  x\r\n"))],
    ["encoded-block", base64Lines(Buffer.from("=ybegin line=128\r\n"))],
    ["text-line-ending", base64Lines(Buffer.from("a\nb"))],
    ["text-line-ending", base64Lines(Buffer.from("a\rb"))],
    ["text-line-ending", base64Lines(Buffer.from("a\r\r\n"))],
    ["text-line-ending", base64Lines(Buffer.from("a\n\r\n"))],
  ])("%s: base64 body %j", (rule, encodedBody) => {
    expect(ruleOf(body(encodedBody))).toBe(rule);
  });

  const plain = (lines: string) => body(lines).replace("base64", "7bit");
  it.each<[Rule, string]>([
    ["line-ending", "a"],
    ["text-line", ".\r\n"],
    ["text-line", "a\r\n.\r\nMAIL FROM:<x@y.example>\r\n"],
    ["text-line", "From x\r\n"],
    ["text-line", "--x\r\n"],
    ["encoded-block", "a\r\nbegin 644 x.exe\r\n"],
    ["line-ending", "a\nb\r\n"],
    ["line-ending", "a\rb\r\n"],
    ["line-ending", "a\n.\nMAIL FROM:<x>\r\n"],
    ["line-byte", "caf\xe9\r\n"],
    ["line-byte", "\x1b$B\r\n"],
    ["line-byte", "a\0\r\n"],
    ["line-length", `${"a".repeat(999)}\r\n`],
  ])("%s: 7-bit body %j", (rule, lines) => {
    expect(ruleOf(plain("a\r\n"))).toBe("verified");
    expect(ruleOf(plain(lines))).toBe(rule);
  });
});

describe("multiparts that may not cross", () => {
  const delimiter = "--=_sekisho_0123456789abcdef0123456789abcdef";
  const first = `\r\n\r\n${delimiter}\r\n${TEXT_HEADER}`;
  const file = "Content-Type: text/csv; charset=utf-8\r\n";
  const disposition = 'Content-Disposition: attachment; filename="a.txt"';
  it.each<[Rule, string, string]>([
    ["boundary", first, `\r\n\r\npreamble${first.slice(2)}`],
    ["boundary", first, `\r\n${first}`],
    ["after-end", `${delimiter}--\r\n`, `${delimiter}--\r\nepilogue\r\n`],
    ["after-end", `${delimiter}--\r\n`, `${delimiter}--\r\n\r\n`],
    ["line-ending", `${delimiter}--\r\n`, `${delimiter}--`],
    ["line-ending", `${delimiter}--\r\n`, ""],
    ["boundary", `${delimiter}--\r\n`, `${delimiter}-- \r\n`],
    ["boundary", `${delimiter}--\r\n`, `${delimiter}---\r\n`],
    [
      "boundary",
      `${delimiter}--\r\n`,
      "--=_sekisho_ffffffffffffffffffffffffffffffff--\r\n",
    ],
    ["boundary", `${delimiter}\r\n${file}`, `${delimiter} \r\n${file}`],
    ["content-type", first, first.replace("text/plain", "text/csv")],
    ["header-name", first, first + "Content-Disposition: inline\r\n"],
    ["header-name", first, first + "Content-ID: <a@b>\r\n"],
    ["header-name", first, first + "Subject: x\r\n"],
    ["header-twice", first, first + "Content-Type: text/html\r\n"],
    ["content-type", file, "Content-Type: text/html; charset=utf-8\r\n"],
    ["content-type", file, "Content-Type: application/octet-stream\r\n"],
    ["content-type", file, "Content-Type: application/x-7z-compressed\r\n"],
    ["content-type", file, "Content-Type: image/svg+xml\r\n"],
    ["content-type", file, "Content-Type: image/gif\r\n"],
    ["content-type", file, "Content-Type: message/rfc822\r\n"],
    ["content-type", file, "Content-Type: text/csv\r\n"],
    ["content-type", file, "Content-Type: application/pdf; charset=utf-8\r\n"],
    ["content-type", file, 'Content-Type: application/pdf; name="a.exe"\r\n'],
    ["content-type", file, "Content-Type: __proto__\r\n"],
    [
      "content-type",
      file,
      'Content-Type: multipart/mixed; boundary="=_sekisho_0123456789abcdef0123456789abcdee"\r\n',
    ],
    ["file-name", file, "Content-Type: application/pdf\r\n"],
    ["header-name", file, `${file}Content-Description: x\r\n`],
    ["header-name", file, `${file}Content-Location: http://x/\r\n`],
    ["header-missing", file, ""],
    ["header-missing", `${disposition}\r\n`, ""],
    ["content-disposition", disposition, "Content-Disposition: attachment"],
    [
      "content-disposition",
      disposition,
      'Content-Disposition: inline; filename="a.txt"',
    ],
    [
      "content-disposition",
      disposition,
      "Content-Disposition: attachment; filename=a.txt",
    ],
    ["content-disposition", disposition, `${disposition}; filename="b.txt"`],
    [
      "content-disposition",
      disposition,
      `${disposition}; filename*=UTF-8''b.txt`,
    ],
    [
      "content-disposition",
      disposition,
      "Content-Disposition: attachment; filename*=utf-8''a.txt",
    ],
    [
      "content-disposition",
      disposition,
      "Content-Disposition: attachment; filename*=UTF-8'ja'a.txt",
    ],
    [
      "content-disposition",
      disposition,
      "Content-Disposition: attachment; filename*=ISO-2022-JP''a.txt",
    ],
    [
      "content-disposition",
      disposition,
      "Content-Disposition: attachment; filename*=UTF-8''a%2.txt",
    ],
    [
      "content-disposition",
      disposition,
      "Content-Disposition: attachment; filename*=UTF-8''a%e3.txt",
    ],
    [
      "content-disposition",
      disposition,
      "Content-Disposition: attachment; filename*1*=UTF-8''a.txt",
    ],
    [
      "content-disposition",
      disposition,
      "Content-Disposition: attachment; filename*0*=UTF-8''a; filename*2*=.txt",
    ],
    [
      "content-disposition",
      disposition,
      "Content-Disposition: attachment; filename*1*=.txt; filename*0*=UTF-8''a",
    ],
    [
      "content-disposition",
      disposition,
      "Content-Disposition: attachment; filename*0*=UTF-8''a; filename*1*=UTF-8''.txt",
    ],
    [
      "content-disposition",
      disposition,
      "Content-Disposition: attachment; filename*0=a; filename*1=.txt",
    ],
    [
      "utf8",
      disposition,
      "Content-Disposition: attachment; filename*=UTF-8''%E3%81.txt",
    ],
    [
      "code-point",
      disposition,
      "Content-Disposition: attachment; filename*=UTF-8''a%00.txt",
    ],
    [
      "code-point",
      disposition,
      "Content-Disposition: attachment; filename*=UTF-8''a%0D%0A.txt",
    ],
    [
      "code-point",
      disposition,
      "Content-Disposition: attachment; filename*=UTF-8''a%E2%80%AEtxt.txt",
    ],
    [
      "file-name",
      disposition,
      "Content-Disposition: attachment; filename*=UTF-8''..%2Fa.txt",
    ],
    [
      "file-name",
      disposition,
      "Content-Disposition: attachment; filename*=UTF-8''a%5Cb.txt",
    ],
    [
      "file-name",
      disposition,
      "Content-Disposition: attachment; filename*=UTF-8''a%EF%BC%8Fb.txt",
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename="a.exe"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename="a.txt.exe"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename="a.TXT"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename="a.csv"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename=".txt"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename="txt"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename="a:b.txt"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename="con.txt"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename="LPT1.x.txt"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename="a .txt"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename=" a.txt"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename="..txt"',
    ],
    [
      "file-name",
      disposition,
      'Content-Disposition: attachment; filename="=?UTF-8?B?YQ==?=.txt"',
    ],
    [
      "file-name",
      disposition,
      `Content-Disposition: attachment; filename="${"a".repeat(121)}.txt"`,
    ],
  ])("%s: %j as %j", (rule, from, to) => {
    expect(ruleOf(change(mixed, from, to))).toBe(rule);
  });

  it.each(["quoted-printable", "7bit", "8bit"])("a file in %s", (encoding) => {
    const changed = change(
      mixed,
      `base64\r\n${disposition}`,
      `${encoding}\r\n${disposition}`,
    );
    expect(ruleOf(changed)).toBe("transfer-encoding");
  });

  it.each(["base64", "7bit"])("a whole multipart in %s", (encoding) => {
    const fields = { "Content-Transfer-Encoding": encoding };
    expect(ruleOf(sampleMixed(TEXT, FILES, fields))).toBe("transfer-encoding");
  });

  it("more than 1,000 files", () => {
    const bytes = Buffer.from("a");
    const files = Array.from({ length: 1001 }, (_, index) => ({
      ...FILES[0]!,
      name: `${index}.txt`,
      bytes,
    }));
    expect(ruleOf(sampleMixed(TEXT, files.slice(1)))).toBe("verified");
    expect(ruleOf(sampleMixed(TEXT, files))).toBe("part-count");
  });

  it.each([
    ["a.txt", "a.txt"],
    ["a.txt", "A.txt"],
    ["a.txt", "ａ.txt"],
  ])("two files named %s and %s", (one, two) => {
    const files = [one, two].map((name) => ({ ...FILES[0]!, name }));
    expect(ruleOf(sampleMixed(TEXT, files))).toBe("file-name-twice");
  });

  it("a name in pieces is read when they stand in order", () => {
    const name =
      "Content-Disposition: attachment; filename*0*=UTF-8''%E8%A6;\r\n filename*1*=%8B%E7%A9%8D.txt";
    const mail = verifyMail(Buffer.from(change(mixed, disposition, name)));
    expect(mail.attachments[0]!.name).toBe("見積.txt");
  });
});

describe("damage", () => {
  const good = [single, mixed].map((mail) => Buffer.from(mail, "latin1"));

  it("any one byte set to any of 14 telling values is refused, or changes only what a reader sees, never the form", () => {
    const values = [0, 9, 10, 13, 32, 34, 45, 58, 60, 61, 65, 127, 128, 255];
    for (const mail of good)
      for (let at = 0; at < mail.length; at++)
        for (const value of values) {
          const damaged = Buffer.from(mail);
          damaged[at] = value;
          ruleOf(damaged);
        }
  });

  it("any cut is refused, but for a cut of a whole number of base64 groups at a line's end", () => {
    for (const mail of good)
      for (let end = 0; end < mail.length; end++) {
        const rule = ruleOf(mail.subarray(0, end));
        const headerOnly = end === single.indexOf("\r\n\r\n") + 4;
        if (!(mail === good[0] && headerOnly))
          expect(rule).not.toBe("verified");
      }
  });

  it("anything behind the end is refused", () => {
    for (const mail of good)
      for (let byte = 0; byte < 256; byte++)
        expect(ruleOf(Buffer.concat([mail, Buffer.from([byte])]))).not.toBe(
          "verified",
        );
  });

  it("no bytes whatever bring anything but a verified mail or VERIFIER_REFUSED", () => {
    const mutation = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat(40),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc
          .constantFrom(
            "\r\n",
            "=?UTF-8?B?",
            "?=",
            "--=_sekisho_",
            '"',
            "<",
            ",",
            "; ",
            "filename*0*=",
            "\r\n\r\n",
          )
          .map((text) => Buffer.from(text)),
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...good),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (mail, mutations) => {
          let damaged = mail;
          for (const { at, remove, insert } of mutations) {
            const from = Math.floor(at * damaged.length);
            damaged = Buffer.concat([
              damaged.subarray(0, from),
              insert,
              damaged.subarray(from + remove),
            ]);
          }
          ruleOf(damaged);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

import { describe, expect, it } from "@jest/globals";
import { Fault } from "../core/fault.ts";
import { KIB, MIB } from "../core/units.ts";
import { DataChecks } from "./data-checks.ts";

const LIMITS = { maxMessageBytes: 30 * MIB, maxHeaderBytes: 100 * KIB };

/** The code of the first fault, or null; `cut` is the length of each chunk. */
function check(text: string, cut: number, limits = LIMITS): string | null {
  const bytes = Buffer.from(text, "latin1");
  const checks = new DataChecks(limits);
  try {
    for (let at = 0; at < bytes.length; at += cut)
      checks.push(bytes.subarray(at, at + cut));
    checks.end();
    return null;
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
}

const received = (count: number) =>
  "Received: from a by b; today\r\n".repeat(count);

describe.each([1, 2, 3, 7, 64 * KIB])(
  "content in chunks of %d bytes",
  (cut) => {
    it.each([
      ["an ordinary mail", "Subject: a\r\n\r\nb\r\n"],
      ["nothing", ""],
      ["a body without header", "\r\nb\r\n"],
      ["eight-bit bytes", "Subject: \xe3\x81\x82\r\n\r\n\xff\r\n"],
      ["100 Received fields", `${received(100)}\r\nb\r\n`],
      [
        "101 Received lines of which one stands in the body",
        `${received(100)}\r\n${received(1)}`,
      ],
      [
        "a mail that passed 4 gateways of our kind, and one that says so of 5 in its body",
        `X-Sekisho-Passages: 4\r\n\r\nX-Sekisho-Passages: 5\r\n`,
      ],
      [
        "a header of exactly 100 KiB",
        `A: ${"x".repeat(100 * KIB - 5)}\r\n\r\nb\r\n`,
      ],
    ])("passes %s", (_name, text) => {
      expect(check(text, cut)).toBeNull();
    });

    it.each([
      ["LF.LF", "a\n.\n"],
      ["LF.CRLF", "a\n.\r\n"],
      ["CR.CR", "a\r.\r"],
      ["CRLF.LF", "a\r\n.\n"],
      ["CRLF.CR", "a\r\n.\rb"],
      ["CR.CRLF", "a\r.\r\n"],
      ["LF.CR.CRLF", "a\n.\r.\r\n"],
      ["NUL", "a\r\n\0.\r\n"],
      ["CR CR LF", "a\r\r\n"],
      ["LF first", "\na\r\n"],
      ["CR last", "a\r\nb\r"],
    ])("refuses %s", (_name, text) => {
      expect(check(text, cut)).toBe("SMTP_BARE_LINE_ENDING");
    });

    it.each([
      ["101 Received fields", `${received(101)}\r\nb\r\n`, "SMTP_MAIL_LOOP"],
      ["101 Received fields without an end", received(101), "SMTP_MAIL_LOOP"],
      [
        "101 RECEIVED FIELDS",
        `${received(101).toUpperCase()}\r\nb\r\n`,
        "SMTP_MAIL_LOOP",
      ],
      [
        "the sixth passage",
        "A: b\r\nX-Sekisho-Passages: 5\r\n\r\n",
        "SMTP_MAIL_LOOP",
      ],
      [
        "the hundredth passage, said first, in blanks",
        "x-sekisho-passages:         99\t\t\t\t\t\t\t\t\t\r\n\r\n",
        "SMTP_MAIL_LOOP",
      ],
      [
        "a header of 100 KiB and 1 byte",
        `A: ${"x".repeat(100 * KIB - 4)}\r\n\r\nb\r\n`,
        "SMTP_HEADER_TOO_BIG",
      ],
      [
        "100 KiB and 1 byte without an empty line",
        "x".repeat(100 * KIB + 1),
        "SMTP_HEADER_TOO_BIG",
      ],
    ])("refuses %s", (_name, text, code) => {
      expect(check(text, cut)).toBe(code);
    });

    it("passes a mail of exactly the limit and refuses one more byte", () => {
      const limits = { ...LIMITS, maxMessageBytes: 1000 };
      const mail = (bytes: number) =>
        `A: b\r\n\r\n${"x".repeat(bytes - 10)}\r\n`;
      expect(check(mail(1000), cut, limits)).toBeNull();
      expect(check(mail(1001), cut, limits)).toBe("SMTP_TOO_BIG");
    });
  },
);

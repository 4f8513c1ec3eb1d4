import { describe, expect, it } from "@jest/globals";
import { bodyBegin, splitHeaderBlock } from "./header-block.ts";

const split = (text: string, startsMessage = true, maxHeaders = 100) =>
  splitHeaderBlock(
    Buffer.from(text, "latin1"),
    { maxHeaders },
    { startsMessage, exactNames: false },
  );
const pairs = (text: string) =>
  split(text).fields.map((field) => [field.name, field.untrustedValue]);

describe("splitHeaderBlock", () => {
  it("gives names as written and values without their outer blanks", () => {
    expect(pairs("SUBJECT:  Hi \t\r\nX-A:b\r\n\r\n")).toEqual([
      ["SUBJECT", "Hi"],
      ["X-A", "b"],
    ]);
  });

  it("unfolds by removing the line break before a blank, CRLF and LF alike", () => {
    const folded = "To: a@b,\r\n\tc@d,\n e@f\r\n";
    expect(pairs(folded)).toEqual([["To", "a@b,\tc@d, e@f"]]);
  });

  it("keeps bytes above 0x7F as latin1 code units, 0xA0 at the end included", () => {
    expect(pairs("Subject: \xe6\x97\xa5\xe0\xa0\r\n")).toEqual([
      ["Subject", "\xe6\x97\xa5\xe0\xa0"],
    ]);
  });

  it("skips an mbox From line before a message, not before a body part", () => {
    const mbox = "From a@b Mon Jan  1 00:00:00 2024\r\nTo: c@d\r\n";
    expect(pairs(mbox)).toEqual([["To", "c@d"]]);
    expect(split(mbox).malformed).toBe(false);
    expect(split(mbox, false).malformed).toBe(true);
    expect(split(mbox, false).fields).toHaveLength(2);
  });

  it.each([
    ["a line without a colon", "Hello\r\nTo: a\r\n", ["", "To"]],
    ["a blank before the colon", "Content-Type : a/b\r\n", ["Content-Type"]],
    ["a comment in the name", "Content-Type(x): a/b\r\n", ["Content-Type"]],
    ["a byte order mark", "\xef\xbb\xbfTo: a\r\n", ["To"]],
    ["a continuation of nothing", " To: a\r\nCc: b\r\n", ["To", "Cc"]],
    ["a continuation of blanks only", "To: a\r\n \r\nCc: b\r\n", ["To", "Cc"]],
    ["a NUL", "To: a\0b\r\n", ["To"]],
    ["an empty name", ": x\r\n", [""]],
  ])("reads on over %s, and calls it malformed", (_, text, names) => {
    const block = split(text);
    expect(block.malformed).toBe(true);
    expect(block.fields.map((field) => field.name)).toEqual(names);
  });

  it("tells how lines end, and of a CR that ends none", () => {
    expect(split("A: b\r\nC: d\r\n").endings).toBe("crlf");
    expect(split("A: b\nC: d\n").endings).toBe("lf");
    expect(split("A: b\r\nC: d\n").endings).toBe("mixed");
    expect(split("A: b").endings).toBe("none");
    expect(split("A: b\rC: d\r\n").bareCr).toBe(true);
    expect(split("A: b\r\nC: d\r\n").bareCr).toBe(false);
  });

  it("takes 3 fields when 3 are allowed and faults on the 4th", () => {
    expect(split("A:\nB:\nC:\n", true, 3).fields).toHaveLength(3);
    expect(() => split("A:\nB:\nC:\nD:\n", true, 3)).toThrow(
      "MIME_TOO_MANY_HEADERS",
    );
  });
});

describe("where the body begins", () => {
  const rest = (block: string) =>
    block.slice(bodyBegin(Buffer.from(block, "latin1"), true));

  it.each([
    ["a usual header", "From: a@b\r\nSubject: x\r\n\r\n", ""],
    ["a header that ends with the mail", "From: a@b\r\nX: y", ""],
    ["words and no header", "hello\r\nhttp://a/\r\n", "hello\r\nhttp://a/\r\n"],
    ["words, then a blank line", "hello\nworld\n\n", "hello\nworld\n\n"],
    ["words behind an mbox line", "From a@b\nhello\n", "hello\n"],
    [
      "no blank line before the words",
      "From: a@b\nhello\nworld",
      "hello\nworld",
    ],
    ["junk among fields", "junk\nFrom: a@b\n\n", ""],
    ["junk behind a fold", "X: a\n b\njunk\n\n", ""],
    ["nothing but a blank line", "\r\n", ""],
  ])("%s", (_, block, body) => {
    expect(rest(block)).toBe(body);
  });
});

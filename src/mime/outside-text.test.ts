import { describe, expect, it } from "@jest/globals";
import { OutsideText } from "./outside-text.ts";

const count = (text: string, isPreamble = true) => {
  const outside = new OutsideText();
  for (const byte of Buffer.from(text, "latin1"))
    outside.write(Uint8Array.of(byte));
  return outside.take(isPreamble);
};

describe("OutsideText", () => {
  it.each([
    "This is a multi-part message in MIME format.\r\n",
    "\nThis message is in MIME format. Since your mail reader does not understand\r\nthis format, some or all of this message may not be legible.\r\n",
    "This is a cryptographically signed message in MIME format.",
    "This is an S/MIME signed message",
  ])("counts the usual note of a preamble as nothing: %j", (note) => {
    expect(count(note)).toBe(0);
    expect(count(note, false)).toBeGreaterThan(20);
  });

  it.each([
    ["a header in the note", "This is MIME\r\nSubject: x", 19],
    ["a letter that is no ASCII", "This is MIME \xe6", 11],
    ["a NUL", "\0", 1],
    ["other words", "Hello MIME", 9],
    ["a long note", `This is MIME ${"x".repeat(300)}`, 310],
    ["blanks", " \t\r\n", 0],
  ])("counts %s byte by byte", (_, text, bytes) => {
    expect(count(text)).toBe(bytes);
  });

  it("begins anew after each count", () => {
    const outside = new OutsideText();
    outside.write(Buffer.from("abc"));
    expect(outside.take(true)).toBe(3);
    expect(outside.take(true)).toBe(0);
  });
});

import { describe, expect, it } from "@jest/globals";
import type { UntrustedContent } from "../core/content.ts";
import { signedMail } from "./signed-mail.ts";

/** `closed` tells whether whoever read it let it go. */
function inPieces(text: string, bytes: number) {
  const state = { closed: false };
  const open = async function* () {
    try {
      const all = Buffer.from(text);
      for (let at = 0; at < all.byteLength; at += bytes)
        yield all.subarray(at, at + bytes);
    } finally {
      state.closed = true;
    }
  };
  return { state, content: { open } as unknown as UntrustedContent };
}

async function read(content: UntrustedContent, deadlineMs = 10_000) {
  const pieces: string[] = [];
  for await (const piece of signedMail(content, deadlineMs))
    pieces.push(piece.toString());
  return pieces;
}

const MAIL = "From: a\r\nTo: b\r\n\r\nfirst\r\nsecond\r\n\r\nend";

describe("a mail read for its signatures", () => {
  it.each([1, 2, 3, 7, 1000])(
    "in pieces of %d bytes gives its header, then pieces that end with a line, byte for byte",
    async (bytes) => {
      const pieces = await read(inPieces(MAIL, bytes).content);
      expect(pieces.join("")).toBe(MAIL);
      expect(pieces[0]).toBe("From: a\r\nTo: b\r\n\r\n");
      for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/\n$/);
    },
  );

  it.each([
    ["without a body", "From: a\r\n"],
    ["with nothing but a body", "\r\nbody\r\n"],
    ["with nothing at all", ""],
  ])("%s comes whole", async (_, text) => {
    expect((await read(inPieces(text, 3).content)).join("")).toBe(text);
  });

  it.each([
    ["a line of more than 1 MiB", `From: a\r\n\r\n${"x".repeat(1_100_000)}`],
    ["a header of more than 1 MiB", "From: a\r\n".repeat(120_000)],
  ])("%s ends the reading and lets the file go", async (_, text) => {
    const { content, state } = inPieces(text, 65_536);
    await expect(read(content)).rejects.toThrow(/too (long|big)/);
    expect(state.closed).toBe(true);
  });

  it("ends when its time is over", async () => {
    const { content, state } = inPieces(`${MAIL}\r\n`.repeat(50), 100);
    await expect(read(content, 0)).rejects.toThrow("too slow");
    expect(state.closed).toBe(true);
  });
});

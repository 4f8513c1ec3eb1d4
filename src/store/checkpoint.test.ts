import { describe, expect, it } from "@jest/globals";
import { generateKeyPairSync } from "node:crypto";
import { isSigned, parseCheckpoint, signCheckpoint } from "./checkpoint.ts";

const ours = generateKeyPairSync("ed25519");
const theirs = generateKeyPairSync("ed25519");
const word = {
  version: 1 as const,
  ...{ seq: 7, hash: "ab".repeat(32), at: "2026-11-21T00:00:00.000Z" },
};

describe("checkpoint", () => {
  it("is believed when this gateway signed it, as it stands", () => {
    const signed = signCheckpoint(word, ours.privateKey);
    const read = parseCheckpoint(JSON.stringify(signed))!;
    expect(isSigned(read, ours.publicKey)).toBe(true);
    expect(isSigned(read, theirs.publicKey)).toBe(false);
    for (const over of [{ seq: 8 }, { hash: "cd".repeat(32) }, { at: "" }])
      expect(isSigned({ ...read, ...over }, ours.publicKey)).toBe(false);
  });

  it.each([
    "",
    "{}",
    "[]",
    "null",
    JSON.stringify({ ...word, seq: -1 }),
    JSON.stringify(word),
  ])("is not %j", (text) => {
    expect(parseCheckpoint(text)).toBeNull();
  });
});

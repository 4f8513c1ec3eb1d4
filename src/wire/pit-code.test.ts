import { describe, expect, it } from "@jest/globals";
import { decodeKeptCode, encodeKeptCode } from "./pit-code.ts";

const SHA256 = new Uint8Array(32).fill(7);
const CODE = Uint8Array.of(1, 2, 3);

describe("machine code on its way", () => {
  it("arrives as it was, where it was made of the same WebAssembly", () => {
    const kept = encodeKeptCode(SHA256, CODE);
    expect(kept.length).toBe(35);
    expect(decodeKeptCode(kept, SHA256)).toEqual(CODE);
  });

  it.each([
    ["another WebAssembly", encodeKeptCode(SHA256.with(31, 8), CODE)],
    ["a hash and nothing behind it", SHA256],
    ["half a hash", SHA256.subarray(16)],
    ["nothing", new Uint8Array(0)],
  ])("is none that was made of %s", (_, kept) => {
    expect(decodeKeptCode(kept, SHA256)).toBeNull();
  });
});

import { describe, expect, it } from "@jest/globals";
import { seal, unseal } from "./seal.ts";

const WASM = Uint8Array.of(0, 0x61, 0x73, 0x6d);
const CODE = Uint8Array.of(1, 2, 3);
const sealed = seal(CODE, WASM);

describe("sealed machine code", () => {
  it("is given where it was made of the same WebAssembly, in memory of its own", () => {
    const code = unseal(sealed, WASM);
    expect(code).toEqual(CODE);
    expect(code?.buffer.byteLength).toBe(3);
  });

  it.each([
    ["of another WebAssembly", sealed, WASM.with(3, 0)],
    ["damaged in the code", sealed.with(34, 9), WASM],
    ["damaged in the seal", sealed.with(0, sealed[0]! ^ 1), WASM],
    ["cut", sealed.subarray(0, 34), WASM],
    ["a seal alone", sealed.subarray(0, 32), WASM],
    ["nothing", new Uint8Array(0), WASM],
  ])("is not given where it is %s", (_, bytes, wasm) => {
    expect(unseal(bytes, wasm)).toBeNull();
  });
});

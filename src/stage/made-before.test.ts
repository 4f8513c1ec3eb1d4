import { describe, expect, it, jest } from "@jest/globals";
import { Fault } from "../core/fault.ts";
import { createMadeBefore, type Made, type MadeFrom } from "./made-before.ts";

const KIB = 1024;
const pdf: MadeFrom = {
  tenant: "town",
  policyVersion: "4",
  sha256: "aa",
  type: "application/pdf",
  treatment: "rasterize pdf",
};

function ofBytes(bytes: number): Made {
  const file = { type: "application/pdf", extension: "pdf" } as const;
  return {
    files: [{ ...file, bytes: new Uint8Array(bytes), pages: 1 }],
    findings: [{ code: "metadata", detail: "" }],
  };
}

/** Asks for each in turn; the answer tells how often something was really made. */
async function makings(
  maxBytes: number,
  asked: readonly MadeFrom[],
  bytes = 10,
): Promise<number> {
  const cache = createMadeBefore(maxBytes);
  const make = jest.fn(async () => ofBytes(bytes));
  for (const from of asked) {
    const { files } = await cache.once(from, make);
    expect(files[0]?.bytes).toHaveLength(bytes);
  }
  return make.mock.calls.length;
}

describe("what was made before", () => {
  it("is made once for sixty that ask one after the other", async () => {
    expect(await makings(64 * KIB, Array(60).fill(pdf))).toBe(1);
  });

  it("is made once for sixty that ask at the same time, also with no memory at all", async () => {
    const cache = createMadeBefore(0);
    let end: (made: Made) => void = () => undefined;
    const make = jest.fn(() => new Promise<Made>((resolve) => (end = resolve)));
    const asked = Array.from({ length: 60 }, () => cache.once(pdf, make));
    end(ofBytes(10));
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["tenant", { tenant: "village" }],
    ["policy", { policyVersion: "5" }],
    ["content", { sha256: "ab" }],
    ["kind", { type: "image/png" }],
    ["treatment", { treatment: "re-encode image" }],
  ])("is not given to another %s", async (_, other) => {
    expect(await makings(64 * KIB, [pdf, { ...pdf, ...other }, pdf])).toBe(2);
  });

  it("is forgotten, the oldest first, when more than the limit came after it", async () => {
    const others = ["b", "c", "d"].map((sha256) => ({ ...pdf, sha256 }));
    expect(await makings(32 * KIB, [pdf, ...others, pdf], 10 * KIB)).toBe(5);
    expect(await makings(64 * KIB, [pdf, ...others, pdf], 10 * KIB)).toBe(4);
  });

  it("is not kept when it alone is larger than the limit, or when the limit is 0", async () => {
    expect(await makings(8 * KIB, [pdf, pdf], 9 * KIB)).toBe(2);
    expect(await makings(0, [pdf, pdf])).toBe(2);
  });

  it("counts outcomes without files too", async () => {
    const cache = createMadeBefore(10 * KIB);
    const make = jest.fn(async (): Promise<Made> => ({
      files: [],
      findings: [],
    }));
    for (let at = 0; at < 100; at++)
      await cache.once({ ...pdf, sha256: String(at) }, make);
    await cache.once({ ...pdf, sha256: "0" }, make);
    expect(make).toHaveBeenCalledTimes(101);
  });

  it("passes a fault to all who wait, and makes it anew for the next", async () => {
    const cache = createMadeBefore(64 * KIB);
    const fail = jest.fn(async () => {
      throw new Fault("PIT_UNAVAILABLE");
    });
    const both = await Promise.allSettled([
      cache.once(pdf, fail),
      cache.once(pdf, fail),
    ]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(fail).toHaveBeenCalledTimes(1);
    await expect(
      cache.once(pdf, async () => ofBytes(1)),
    ).resolves.toBeDefined();
  });
});

import { describe, expect, it } from "@jest/globals";
import { readBigFinds, tryBig } from "./support/fuzz-big.ts";
import { inputOf, readFinds, tryTargets } from "./support/fuzz.ts";

const finds = readFinds();
const inputs = [...finds.values()];

describe("mails that nobody wrote", () => {
  it.each([...finds.keys()])("%s breaks nothing any more", async (name) => {
    const bytes = finds.get(name) ?? Buffer.alloc(0);
    expect(await tryTargets(0, bytes, false)).toBe(null);
  });

  it.each(readBigFinds())(
    "$place of $unit, 64 KiB of it, breaks nothing",
    async (big) => {
      expect(await tryBig(big, 64 * 1024)).toBe(null);
    },
  );

  it("break nothing in 500 tries", async () => {
    for (let seed = 1; seed <= 500; seed++) {
      const failure = await tryTargets(seed, inputOf(seed, inputs), false);
      expect([seed, failure?.target, failure?.message]).toEqual([
        seed,
        undefined,
        undefined,
      ]);
    }
  });
});

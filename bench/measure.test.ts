import { describe, expect, it } from "@jest/globals";
import { interleave, median, medians } from "./measure.ts";

describe("median", () => {
  it.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("of nothing is an error, not NaN", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("interleave", () => {
  it("runs a b c, c b a, a b c and keeps each one's results in order", async () => {
    const order: string[] = [];
    const contestant = (name: string) => ({
      name,
      run: async () => order.push(name),
    });
    const results = await interleave(
      3,
      ["a", "b", "c"].map(contestant),
      () => undefined,
    );
    expect(order.join("")).toBe("abccbaabc");
    expect(results.get("a")).toEqual([1, 6, 7]);
    expect(medians(results)).toEqual({ a: 6, b: 5, c: 4 });
  });

  it("tells before each run which it is and after the first how long is left", async () => {
    const told: string[] = [];
    const only = { name: "ours", run: async () => 1 };
    await interleave(2, [only], (text) => told.push(text));
    expect(told[0]).toBe("run 1 of 2: ours");
    expect(told[1]).toMatch(/^run 2 of 2: ours, \d+ s left$/);
  });
});

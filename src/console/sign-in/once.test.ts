import { describe, expect, it } from "@jest/globals";
import { Once } from "./once.ts";

describe("what is given out once", () => {
  it("is there once, and not after its time", () => {
    let now = 1000;
    const once = new Once<string>(500, () => now);
    once.keep("a", "here", "x");
    once.keep("b", "here", "y");
    expect([once.take("a"), once.take("a")]).toEqual(["x", null]);
    now += 501;
    expect(once.take("b")).toBeNull();
  });

  it("is pushed out by 101 of the same place, not by 1000 of others", () => {
    const once = new Once<number>(500, () => 1000);
    once.keep("mine", "here", 0);
    for (let n = 0; n < 1000; n += 1) once.keep(`${n}`, "elsewhere", n);
    expect(once.size).toBe(101);
    expect(once.take("999")).toBe(999);
    expect(once.take("899")).toBeNull();
    expect(once.take("mine")).toBe(0);
  });
});

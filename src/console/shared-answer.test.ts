import { describe, expect, it } from "@jest/globals";
import { sharedAnswer } from "./shared-answer.ts";

describe("a shared answer", () => {
  it("is made once for 300 who ask at once or within its time, and anew after it", async () => {
    let now = 0;
    let made = 0;
    const ask = sharedAnswer(async () => ++made, {
      ...{ lastsMs: 1000, clock: () => now },
    });
    const many = await Promise.all(Array.from({ length: 300 }, () => ask()));
    expect(new Set(many)).toEqual(new Set([1]));
    now = 999;
    expect(await ask()).toBe(1);
    now = 1000;
    expect(await ask()).toBe(2);
  });

  it("is not made twice while the first one takes long, and a failure is not kept", async () => {
    let now = 0;
    const ends: ((error: Error) => void)[] = [];
    const ask = sharedAnswer(
      () => new Promise((_, reject) => ends.push(reject)),
      { lastsMs: 1000, clock: () => now },
    );
    const first = ask();
    now = 60_000;
    const second = ask();
    expect(ends).toHaveLength(1);
    ends[0]?.(new Error("silent"));
    await expect(first).rejects.toThrow("silent");
    await expect(second).rejects.toThrow("silent");
    ask().catch(() => undefined);
    expect(ends).toHaveLength(2);
    ends[1]?.(new Error("silent"));
  });
});

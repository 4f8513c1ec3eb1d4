import { describe, expect, it } from "@jest/globals";
import { isDue } from "./run-self-test.ts";

const at = (text: string) => new Date(`2026-11-${text}`).getTime();

describe("the hour of the self-test", () => {
  it.each([
    ["20T04:00:10", "21T03:59:00", false],
    ["20T04:00:10", "21T04:00:00", true],
    ["21T04:00:10", "21T23:59:00", false],
    ["18T04:00:10", "21T01:00:00", true],
  ])("at 4: last %s, now %s: %s", (last, now, due) => {
    expect(isDue(4, at(last), at(now))).toBe(due);
  });
});

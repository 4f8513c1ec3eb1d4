import { describe, expect, it } from "@jest/globals";
import { duePeriod } from "./digest-times.ts";

const at = (time: string) => Date.parse(`2026-11-${time}+09:00`);
const night = { from: 22, to: 7 };

describe("due period", () => {
  it.each([
    ["none", 8, null, "21T08:00", null],
    ["daily", 8, null, "21T07:59", null],
    ["daily", 8, null, "21T08:00", "2026-11-21"],
    ["daily", 8, null, "21T23:59", "2026-11-21"],
    ["hourly", 8, null, "21T00:10", "2026-11-21T00"],
    ["hourly", 8, night, "21T22:00", null],
    ["hourly", 8, night, "22T06:59", null],
    ["hourly", 8, night, "22T07:00", "2026-11-22T07"],
    ["daily", 0, { from: 0, to: 6 }, "21T05:00", null],
    ["daily", 0, { from: 0, to: 6 }, "21T06:00", "2026-11-21"],
  ] as const)(
    "%s at hour %s, quiet %j: at %s it is %s",
    (every, hour, quietHours, time, period) => {
      expect(duePeriod(at(time), { every, hour, quietHours })).toBe(period);
    },
  );
});
